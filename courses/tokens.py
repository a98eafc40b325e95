"""The signed token of a playback session: what a beat may be believed about without reading a row."""

import hashlib
import hmac
from dataclasses import dataclass

from django.core import signing
from django.utils.crypto import salted_hmac

from courses import refusals

_SALT = "courses.playback.session"
_SIGN_IN_SALT = "courses.playback.sign-in"


@dataclass(frozen=True, slots=True)
class SessionToken:
    """What the token says; `expires_ms` is the end of the time in which its session can earn (Unix ms)."""

    session: int
    public_id: str
    person: int
    lecture: int
    recording: int
    duration_ms: int
    needed_ms: int
    device: str
    started_ms: int
    expires_ms: int
    sign_in: str
    # Whether a question that completion needs was open when the session was opened.
    asks: bool = False


def issue(token: SessionToken) -> str:
    """The token as text, signed by this site."""
    return signing.dumps([getattr(token, name) for name in SessionToken.__slots__], salt=_SALT)


def read(text: str, session_key: str | None) -> SessionToken:
    """The token, if this site signed it and the request comes from the sign-in that it was given to.

    Refuses TokenInvalid and ForeignSignIn. Expiry is not judged here: late beats come with old tokens.
    """
    try:
        token = SessionToken(*signing.loads(text, salt=_SALT))
    except (signing.BadSignature, TypeError, ValueError):
        raise refusals.TokenInvalid from None
    if not session_key or not hmac.compare_digest(token.sign_in, sign_in_digest(session_key)):
        raise refusals.ForeignSignIn
    return token


def sign_in_digest(session_key: str) -> str:
    """Stands for a login session's key, which itself must not leave its cookie."""
    return salted_hmac(_SIGN_IN_SALT, session_key, algorithm="sha256").hexdigest()[:32]


def device_digest(device: str) -> str:
    """Stands for a browser's own random name; empty where it gave none."""
    if not device:
        return ""
    return hashlib.blake2b(device.encode(), person=b"device", digest_size=32).hexdigest()
