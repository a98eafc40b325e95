"""Playback: signed tokens for one recording, the addresses that carry them, and what a token may fetch."""

import re
import time
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.core import signing
from django.urls import reverse

from media.captions import published_tracks
from media.encoding import POSTER, SOUND_NAME
from media.models import CaptionTrack, Language, Recording
from media.verification import MASTER

_SALT = "media.playback"
# Every name that packaging writes, and nothing else: no dot but the ending's, no separator.
FILE_NAME = re.compile(r"[a-z0-9_]{1,40}\.(?:m3u8|m4s|mp4|jpg)")


class TokenRefused(Exception):
    """A token that opens nothing: forged or damaged (token_invalid), over (token_expired), or another
    recording's (token_foreign)."""

    status = 403

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class NotPackaged(Exception):
    """The recording has no generation that could be played yet."""

    code = "not_packaged"
    status = 409


@dataclass(frozen=True)
class Grant:
    """What a token says: who may play which recording until when (seconds since the epoch)."""

    recording: UUID
    subject: str
    expires_at: int


def playback_token(recording: Recording, *, subject: str, expires_in: timedelta | int) -> str:
    """A token with which `subject` may fetch the recording's files for `expires_in` (seconds or timedelta).

    Whoever calls has already decided that the subject may watch. The token stands alone: checking it costs
    no query, and it cannot be taken back before it expires.
    """
    seconds = int(expires_in.total_seconds()) if isinstance(expires_in, timedelta) else int(expires_in)
    claims = [recording.public_id.hex, subject, int(time.time()) + seconds]
    return signing.Signer(salt=_SALT).sign_object(claims).replace(":", ".")


def read_token(token: str, recording: UUID) -> Grant:
    """What a token grants for a recording. Raises TokenRefused."""
    signed = ":".join(token.rsplit(".", 1))
    try:
        public_id, subject, expires_at = signing.Signer(salt=_SALT).unsign_object(signed)
    except (signing.BadSignature, ValueError) as error:
        raise TokenRefused("token_invalid") from error
    if public_id != recording.hex:
        raise TokenRefused("token_foreign")
    if expires_at <= time.time():
        raise TokenRefused("token_expired")
    return Grant(recording, subject, expires_at)


def playlist_url(recording: Recording, token: str) -> str:
    """The address of the master playlist of the current generation. Raises NotPackaged."""
    return _file_url(recording, token, MASTER)


def audio_url(recording: Recording, token: str) -> str | None:
    """The address of the sound alone, a playlist of its own; None for a recording without any.

    A player switches to it: its own adaptation never leaves a picture for a sound. Raises NotPackaged.
    """
    return _file_url(recording, token, f"{SOUND_NAME}.m3u8") if recording.has_audio else None


def poster_url(recording: Recording, token: str) -> str:
    """The address of the still picture that is shown before playing. Raises NotPackaged."""
    return _file_url(recording, token, POSTER)


def captions_url(recording: Recording, token: str, track: CaptionTrack | None = None) -> str | None:
    """The address of the published captions as WebVTT: of `track`, or of the best track for a Chinese reader.

    None while nothing is published.
    """
    chosen = track or published_tracks(recording).first()
    if chosen is None or chosen.published_version is None:
        return None
    return reverse(
        "media:captions",
        args=[token, recording.public_id, Language(chosen.language).value, chosen.published_version],
    )


def _file_url(recording: Recording, token: str, name: str) -> str:
    if recording.current_generation is None:
        raise NotPackaged
    number = recording.current_generation.number
    return reverse("media:file", args=[token, recording.public_id, number, name])
