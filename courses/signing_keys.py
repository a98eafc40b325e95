"""The keys that sign certificates: the one writer of their public halves, and the way to the private ones.

The first key is made when it is first needed. A rotation retires the current key and makes another; what a
retired key has signed stays verifiable, because its public half is never deleted.
"""

import datetime as dt
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from courses.certificate_refusals import SigningUnavailable
from courses.certificates import codes, key_files
from courses.certificates.key_files import KeyUnusable
from courses.models import CertificateKey


@dataclass(frozen=True, slots=True)
class KeyState:
    """One key as an operator sees it. `problem` is a code of KeyUnusable, "key_readable", or nothing."""

    key_id: str
    created_at: dt.datetime
    retired_at: dt.datetime | None
    has_private: bool
    problem: str


def current() -> tuple[CertificateKey, Ed25519PrivateKey]:
    """The key that signs now, made if there is none. Raises SigningUnavailable where its file cannot be read."""
    row = CertificateKey.objects.filter(is_current=True).first() or _make()
    try:
        return row, key_files.load(settings.CERTIFICATE_KEYS_DIR, row.key_id)
    except KeyUnusable as error:
        raise SigningUnavailable from error


def rotate() -> CertificateKey:
    """Retire the current key and make the next one; both or neither."""
    with transaction.atomic():
        CertificateKey.objects.filter(is_current=True).update(is_current=False, retired_at=timezone.now())
        return _make()


def public_keys() -> dict[str, bytes]:
    """Every public key by its id, retired ones too: what verifies."""
    return {
        key_id: bytes(public) for key_id, public in CertificateKey.objects.values_list("key_id", "public_key")
    }


def published() -> list[dict[str, str | None]]:
    """The public keys as they are published: id, the 32 bytes in hexadecimal, and from when to when they signed."""
    return [
        {
            "id": row.key_id,
            "public": bytes(row.public_key).hex(),
            "from": row.created_at.isoformat(timespec="seconds"),
            "to": row.retired_at.isoformat(timespec="seconds") if row.retired_at else None,
        }
        for row in CertificateKey.objects.order_by("created_at", "pk")
    ]


def states() -> list[KeyState]:
    """All keys, the latest first, with what is wrong with their files."""
    return [_state(row) for row in CertificateKey.objects.order_by("-created_at", "-pk")]


def check() -> str:
    """The current key's id, or nothing before the first certificate. Raises KeyUnusable where it cannot sign."""
    row = CertificateKey.objects.filter(is_current=True).first()
    if row is None:
        return ""
    problem = _state(row).problem
    if problem:
        raise KeyUnusable(problem)
    return row.key_id


def _make() -> CertificateKey:
    try:
        with transaction.atomic():
            public = key_files.make(settings.CERTIFICATE_KEYS_DIR)
            return CertificateKey.objects.create(
                key_id=codes.key_id_of(public), public_key=public, created_at=timezone.now()
            )
    except IntegrityError:  # another process has made one meanwhile
        return CertificateKey.objects.get(is_current=True)
    except OSError as error:
        raise SigningUnavailable from error


def _state(row: CertificateKey) -> KeyState:
    folder = settings.CERTIFICATE_KEYS_DIR
    problem, has_private = "", key_files.path_of(folder, row.key_id).exists()
    if row.is_current or has_private:
        try:
            key_files.load(folder, row.key_id)
            problem = "" if key_files.is_private(folder, row.key_id) else "key_readable"
        except KeyUnusable as error:
            problem = error.code
    return KeyState(row.key_id, row.created_at, row.retired_at, has_private, problem)
