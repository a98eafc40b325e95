"""Uploaded proofs: looked at, kept privately under PROOFS_ROOT, and handed out; the one writer of their table."""

import hashlib
import unicodedata
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import IO

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, Storage, default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from uuid_utils.compat import uuid7

from courses import proof_kinds
from courses.desk_refusals import FileBroken, FileTooLarge, TooManyFiles
from courses.models import Declaration, Dispute, ProofFile, Recognition
from people.models import Person, User

MAX_BYTES = 10 * 1024 * 1024
MAX_FILES = 6
FOLDER = "proofs"

_FIELD = {Declaration: "declaration", Recognition: "recognition", Dispute: "dispute"}


def storage() -> Storage:
    """Where proofs lie: on this machine's disk, or in the bucket that holds all files."""
    if settings.FILES == "s3":
        return default_storage
    return FileSystemStorage(location=settings.PROOFS_ROOT.parent)


def attach(
    subject: Declaration | Recognition | Dispute, files: Sequence[UploadedFile], *, by: User, at: datetime
) -> list[ProofFile]:
    """Keep files as proof of the subject, all or none. Raises FileRefused and its kinds.

    A file lies on the disk before its row commits; one whose row never comes is named by nothing and harmless.
    """
    if subject.proofs.count() + len(files) > MAX_FILES:
        raise TooManyFiles
    read = [(_name_of(each), *_read(each)) for each in files]
    kept = []
    with transaction.atomic():
        for name, content, media_type in read:
            key = f"{FOLDER}/{at:%Y}/{uuid7()}{proof_kinds.EXTENSIONS[media_type]}"
            storage().save(key, ContentFile(content))
            kept.append(
                ProofFile.objects.create(
                    **{_FIELD[type(subject)]: subject},
                    key=key,
                    original_name=name,
                    media_type=media_type,
                    size_bytes=len(content),
                    sha256=hashlib.sha256(content).hexdigest(),
                    uploaded_by=by,
                    uploaded_at=at,
                )
            )
    return kept


def check(files: Sequence[UploadedFile]) -> None:
    """Look at files before anything is written. Raises FileRefused and its kinds."""
    if len(files) > MAX_FILES:
        raise TooManyFiles
    for each in files:
        _read(each)


def person_of(proof: ProofFile) -> Person | None:
    """Whose hours it proves; None for a list's sheet, which is about many."""
    matter = proof.declaration or proof.dispute
    return matter.person if matter is not None else None


def open_file(proof: ProofFile) -> IO[bytes]:
    """The content of a proof, to read. Raises FileNotFoundError."""
    return storage().open(proof.key, "rb")


def _read(file: UploadedFile) -> tuple[bytes, str]:
    if (file.size or 0) > MAX_BYTES:
        raise FileTooLarge
    file.seek(0)
    content = file.read(MAX_BYTES + 1)
    file.seek(0)
    if not content:
        raise FileBroken
    if len(content) > MAX_BYTES:
        raise FileTooLarge
    return content, proof_kinds.media_type_of(content)


def _name_of(file: UploadedFile) -> str:
    """The file's name as the sender's computer had it, without what is no letter or could turn the text around."""
    name = Path((file.name or "").replace("\\", "/")).name
    printable = "".join(each for each in name if unicodedata.category(each)[0] != "C")
    return printable[-120:] or "file"
