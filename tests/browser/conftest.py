"""A lecture of eighteen seconds with a real picture, packaged and captioned, and a lawyer who may watch it."""

import subprocess
from pathlib import Path

import imageio_ffmpeg
import pytest

from courses.models import Lecture
from media import captions, packaging, recordings
from media.models import Recording
from people.models import Person
from tests.courses import stage

SECONDS = 18
CAPTIONS = """WEBVTT

00:00:00.000 --> 00:00:05.000
要约是希望与他人订立合同的意思表示。

00:00:05.000 --> 00:00:10.000
承诺是受要约人同意要约的意思表示。

00:00:10.000 --> 00:00:18.000
承诺生效时合同成立。
"""


@pytest.fixture(scope="session")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eighteen seconds of a test picture with a tone."""
    path = tmp_path_factory.mktemp("video") / "lecture.mp4"
    source = ["-f", "lavfi", "-i", "testsrc2=size=640x360:rate=25", "-f", "lavfi", "-i", "sine=frequency=330"]
    coding = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac"]
    command = [
        imageio_ffmpeg.get_ffmpeg_exe(),
        "-v",
        "error",
        *source,
        "-t",
        str(SECONDS),
        *coding,
        str(path),
    ]
    subprocess.run(command, check=True)
    return path


@pytest.fixture
def lecture(live_site, video: Path) -> Lecture:
    recording, job = recordings.register_file(video, title="合同的订立")
    packaging.run(job)
    recording = Recording.objects.get(pk=recording.pk)
    captions.publish(captions.attach(recording, CAPTIONS.encode(), "zh-Hans", name="lecture.vtt"))
    made = Lecture.objects.create(
        title="合同的订立", live=False, recording=recording, summary="从要约、承诺讲到合同成立。"
    )
    made.save_revision().publish()
    stage.published_course("民法典合同编通则", made, stage.published_lecture("合同的效力"))
    made.refresh_from_db()
    return made


@pytest.fixture
def person(live_site) -> Person:
    return stage.new_lawyer()
