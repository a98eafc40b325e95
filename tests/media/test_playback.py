"""A token opens one recording until it expires; what it opens is served in ranges and without a query."""

import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client

from media import captions, playback
from media.models import Language, Recording
from media.playback import captions_url, playback_token, playlist_url, poster_url, read_token

pytestmark = pytest.mark.slow

HOUR = timedelta(hours=1)


@pytest.fixture
def recording(packaged: Callable) -> Recording:
    return packaged()


@pytest.fixture
def token(recording: Recording) -> str:
    return playback_token(recording, subject="person:1", expires_in=HOUR)


def _segment(recording: Recording, token: str, name: str = "v360_00000.m4s") -> str:
    return playlist_url(recording, token).replace("master.m3u8", name)


def _body(response) -> bytes:
    return b"".join(response) if response.streaming else response.content


def test_a_token_says_who_may_play_what_until_when(recording: Recording, token: str) -> None:
    grant = read_token(token, recording.public_id)
    assert (grant.recording, grant.subject) == (recording.public_id, "person:1")
    assert 3500 < grant.expires_at - time.time() <= 3600
    assert "/" not in token


def test_playlists_segments_and_poster_are_served_without_a_query(
    client: Client, recording: Recording, token: str, django_assert_num_queries
) -> None:
    expected = {
        playlist_url(recording, token): "application/vnd.apple.mpegurl",
        _segment(recording, token, "v360.m3u8"): "application/vnd.apple.mpegurl",
        _segment(recording, token, "v360_init.mp4"): "video/mp4",
        _segment(recording, token): "video/iso.segment",
        _segment(recording, token, "audio_00000.m4s"): "video/iso.segment",
        poster_url(recording, token): "image/jpeg",
    }
    with django_assert_num_queries(0):
        for url, content_type in expected.items():
            response = client.get(url)
            assert (response.status_code, response["Content-Type"]) == (200, content_type)
            assert response["Cache-Control"] == "private, max-age=604800, immutable"
            assert len(_body(response)) == int(response["Content-Length"])


def test_a_range_gives_exactly_its_bytes(client: Client, recording: Recording, token: str) -> None:
    url = _segment(recording, token)
    whole = _body(client.get(url))
    size = len(whole)
    for asked, first, last in [
        ("bytes=0-0", 0, 0),
        ("bytes=100-199", 100, 199),
        (f"bytes={size - 10}-", size - 10, size - 1),
        ("bytes=-10", size - 10, size - 1),
        (f"bytes=-{size * 2}", 0, size - 1),
        (f"bytes=5-{size * 2}", 5, size - 1),
    ]:
        response = client.get(url, headers={"range": asked})
        assert response.status_code == 206
        assert response["Content-Range"] == f"bytes {first}-{last}/{size}"
        assert _body(response) == whole[first : last + 1]
        assert int(response["Content-Length"]) == last - first + 1


def test_a_range_beyond_the_end_is_not_satisfiable(client: Client, recording: Recording, token: str) -> None:
    for asked in ("bytes=99999999-", "bytes=10-5", "bytes=-0"):
        response = client.get(_segment(recording, token), headers={"range": asked})
        assert response.status_code == 416
        assert response["Content-Range"].startswith("bytes */")


@pytest.mark.parametrize("asked", ["bytes=0-1,5-6", "items=0-1", "bytes=x-", "bytes=-"])
def test_other_ranges_are_answered_with_the_whole_file(
    client: Client, recording: Recording, token: str, asked: str
) -> None:
    response = client.get(_segment(recording, token), headers={"range": asked})
    assert response.status_code == 200


def test_a_bad_token_opens_nothing(client: Client, recording: Recording, token: str) -> None:
    other = playback_token(Recording(), subject="person:1", expires_in=HOUR)
    expired = playback_token(recording, subject="person:1", expires_in=-1)
    middle = token[:10] + ("A" if token[10] != "A" else "B") + token[11:]
    for bad, code in [
        (other, "token_foreign"),
        (expired, "token_expired"),
        (middle, "token_invalid"),
        (token[:-1], "token_invalid"),
        ("x", "token_invalid"),
        ("." * 40, "token_invalid"),
    ]:
        response = client.get(_segment(recording, bad))
        assert (response.status_code, response.content.decode()) == (403, code)
        assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "name",
    [
        "..%2f..%2f..%2fdb.sqlite3",
        "%2e%2e/%2e%2e/secret_key",
        "..\\..\\secret_key",
        "secret_key",
        "card.png",
        "v360_00000.m4s%00.jpg",
        "V360_00000.M4S",
        ".hidden.mp4",
        "v360_99999.m4s",
        "/etc/passwd",
    ],
)
def test_only_packaged_names_of_the_generation_are_found(
    client: Client, recording: Recording, token: str, name: str
) -> None:
    (settings.PACKAGED_ROOT / "secret.jpg").write_bytes(b"x")
    assert client.get(_segment(recording, token, name)).status_code == 404


def test_published_captions_are_served_as_webvtt_and_drafts_are_not(
    client: Client, recording: Recording, token: str
) -> None:
    srt = "1\n00:00:00,000 --> 00:00:01,000\n<民法典> A & B\n"
    track = captions.attach(recording, srt.encode(), Language.SIMPLIFIED_CHINESE)
    assert captions_url(recording, token) is None
    draft = f"/playback/{token}/{recording.public_id}/captions/zh-Hans-1.vtt"
    assert client.get(draft).status_code == 404
    captions.publish(track)
    url = captions_url(recording, token)
    assert url == draft
    response = client.get(url)
    assert response["Content-Type"] == "text/vtt; charset=utf-8"
    assert response.content.decode() == (
        "WEBVTT\n\n00:00:00.000 --> 00:00:01.000\n&lt;民法典&gt; A &amp; B\n"
    )
    foreign = playback_token(Recording(), subject="x", expires_in=HOUR)
    assert client.get(url.replace(token, foreign)).status_code == 403


def test_behind_nginx_the_file_is_left_to_nginx(
    client: Client, recording: Recording, token: str, settings
) -> None:
    settings.PLAYBACK = "nginx"
    response = client.get(_segment(recording, token))
    number = recording.current_generation.number
    assert response["X-Accel-Redirect"] == f"/protected/{recording.public_id}/{number}/v360_00000.m4s"
    assert response.content == b""
    assert client.get(_segment(recording, "bad")).status_code == 403
    assert client.get(_segment(recording, token, "..%2fx.mp4")).status_code == 404


def test_what_is_not_packaged_has_no_address(received: Callable) -> None:
    recording, _job = received()
    with pytest.raises(playback.NotPackaged):
        playlist_url(recording, "token")
