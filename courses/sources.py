"""Where a lecture plays from: courses authorises, then asks media for a token."""

from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser

from courses import refusals
from courses.models import Lecture
from media import captions as media_captions
from media import playback as media_playback
from people.models import User


def source_of(lecture: Lecture, *, subject: str) -> dict[str, Any]:
    """The lecture's playlist, poster and captions for a player, and for how many seconds they are good.

    The caller found the lecture through its door. Refuses NotReady.
    """
    recording = lecture.recording
    if recording is None or not recording.is_ready:
        raise refusals.NotReady
    token = media_playback.playback_token(
        recording, subject=subject, expires_in=settings.PLAYBACK_TOKEN_SECONDS
    )
    return {
        "playlist_url": media_playback.playlist_url(recording, token),
        "poster_url": media_playback.poster_url(recording, token),
        "audio_url": media_playback.audio_url(recording, token),
        "captions": [
            {
                "language": track.language,
                "label": track.get_language_display(),
                "url": media_playback.captions_url(recording, token, track),
            }
            for track in media_captions.published_tracks(recording)
        ],
        "good_for_seconds": settings.PLAYBACK_TOKEN_SECONDS,
    }


def subject_of(user: User | AnonymousUser) -> str:
    """Who plays, for media's token: a user's public id, or nobody's."""
    return str(user.public_id) if isinstance(user, User) else "anonymous"
