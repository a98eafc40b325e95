"""Private keys on disk: one PEM file a key, readable by the site's own user alone, never in the database.

The folder is made with mode 0700 and each file with 0600. A key is named by its public half, so a file that
was exchanged is noticed when it is read.
"""

import os
import stat
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from courses.certificates.codes import key_id_of


class KeyUnusable(Exception):
    """The private key cannot be had. `code`: "key_missing", "key_unreadable" or "key_exchanged"."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def make(folder: Path) -> bytes:
    """Make a new key; returns its public half (32 bytes)."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes_raw()
    text = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    handle = os.open(path_of(folder, key_id_of(public)), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    return public


def load(folder: Path, key_id: str) -> Ed25519PrivateKey:
    """The private key of this id. Raises KeyUnusable."""
    try:
        key = serialization.load_pem_private_key(path_of(folder, key_id).read_bytes(), password=None)
    except FileNotFoundError as error:
        raise KeyUnusable("key_missing") from error
    except (OSError, ValueError, TypeError) as error:
        raise KeyUnusable("key_unreadable") from error
    if not isinstance(key, Ed25519PrivateKey) or key_id_of(key.public_key().public_bytes_raw()) != key_id:
        raise KeyUnusable("key_exchanged")
    return key


def is_private(folder: Path, key_id: str) -> bool:
    """Whether nobody but the owner may read the key's file."""
    return not path_of(folder, key_id).stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)


def path_of(folder: Path, key_id: str) -> Path:
    return folder / f"certificate-{key_id}.pem"
