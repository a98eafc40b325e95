"""The same road with the files in S3: the original, the packaged generation, playing and sweeping."""

import urllib.request
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.test import Client, override_settings
from django.urls import reverse

from media import jobs, packaging
from media.models import JobState, Recording
from media.playback import playback_token, playlist_url, poster_url
from media.storage import store
from tests.media.conftest import SAMPLE

pytestmark = pytest.mark.services("s3", "postgresql")


@pytest.fixture(autouse=True)
def _in_s3(s3_environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION"):
        monkeypatch.setenv(name, s3_environment[name])
    options = {
        "bucket_name": s3_environment["S3_BUCKET"],
        "endpoint_url": s3_environment["S3_ENDPOINT_URL"],
        "querystring_auth": True,
    }
    staticfiles = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    s3 = {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}
    with override_settings(FILES="s3", PLAYBACK="s3", STORAGES={"default": s3, "staticfiles": staticfiles}):
        yield


def _fetch(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.read()


def test_a_recording_is_packaged_into_the_bucket_and_played_from_it(
    client: Client, packaged: Callable[..., Recording]
) -> None:
    recording = packaged()
    token = playback_token(recording, subject="person:1", expires_in=timedelta(hours=1))
    playlist = client.get(playlist_url(recording, token))
    assert playlist.content.startswith(b"#EXTM3U")
    segment = client.get(playlist_url(recording, token).replace("master.m3u8", "v360_00000.m4s"))
    assert segment.status_code == 302
    assert len(_fetch(segment["Location"])) > 1000
    assert segment["Cache-Control"] == "private, no-store"
    assert _fetch(client.get(poster_url(recording, token))["Location"]).startswith(b"\xff\xd8")
    assert client.get(playlist_url(recording, "bad")).status_code == 403


def test_the_original_is_kept_in_the_bucket_and_offered_under_its_name(
    client: Client, received: Callable, editor, media_file
) -> None:
    recording, _job = received()
    client.force_login(editor)
    response = client.get(reverse("recordings:original", args=[recording.pk]))
    assert response.status_code == 302
    assert _fetch(response["Location"]) == media_file(SAMPLE).read_bytes()


def test_sweeping_takes_a_generation_out_of_the_bucket(packaged: Callable[..., Recording]) -> None:
    recording = packaged()
    first = recording.current_generation
    assert packaging.run(jobs.retry(recording))
    assert len(store().prefixes_of(str(recording.public_id))) == 2
    store().remove(first.prefix)
    recording.refresh_from_db()
    assert store().prefixes_of(str(recording.public_id)) == [recording.current_generation.prefix]


def test_an_original_that_is_gone_is_said_on_the_job(received: Callable) -> None:
    recording, job = received()
    Recording.objects.filter(pk=recording.pk).update(original_key="gone/original.mp4")
    assert not packaging.run(job)
    job.refresh_from_db()
    assert (job.state, job.error_code) == (JobState.FAILED, "original_missing")
