"""Where the files of exports lie: never among what the site hands out by itself."""

from typing import IO

from django.conf import settings
from django.core.files import File
from django.core.files.storage import FileSystemStorage, Storage, default_storage

from reports.models import Export

FOLDER = "exports"


def storage() -> Storage:
    """On this machine's disk, or in the bucket that holds all files."""
    if settings.FILES == "s3":
        return default_storage
    return FileSystemStorage(location=settings.EXPORTS_ROOT.parent)


def save(export: Export, content: File) -> str:
    """Keep the file of an export under an id that nobody guesses; its name."""
    key = export.public_id.hex
    return storage().save(f"{FOLDER}/{key[-2:]}/{key}.{export.file_format}", content)


def opened(name: str) -> IO[bytes] | None:
    """The file, open to be read; None where it is gone."""
    try:
        return storage().open(name)
    except FileNotFoundError:
        return None


def delete(name: str) -> None:
    """It is not kept any more."""
    storage().delete(name)
