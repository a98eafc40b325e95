"""What the tests of media share: people who may upload, real files as recordings, and packaged ones."""

from collections.abc import Callable
from pathlib import Path

import av
import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission

from media import packaging
from media.models import PackagingJob, Recording
from media.recordings import register_file

AUTO_EDITOR = "WyattBlue+auto-editor"
SAMPLE = f"{AUTO_EDITOR}/resources/testsrc.mp4"


def user_with(name: str, *permissions: str):
    user = get_user_model().objects.create_user(name, password="不重要的口令")
    user.user_permissions.set(Permission.objects.filter(codename__in=[p.split(".")[1] for p in permissions]))
    return get_user_model().objects.get(pk=user.pk)


def first_seconds(source: Path, target: Path, seconds: int) -> Path:
    """The beginning of a real file, copied without decoding."""
    with av.open(str(source)) as whole, av.open(str(target), "w") as part:
        streams = {stream.index: part.add_stream_from_template(stream) for stream in whole.streams}
        for packet in whole.demux():
            if packet.dts is not None and packet.pts * packet.time_base < seconds:
                packet.stream = streams[packet.stream.index]
                part.mux(packet)
    return target


@pytest.fixture
def editor(db):
    return user_with(
        "editor",
        "wagtailadmin.access_admin",
        "media.add_recording",
        "media.change_recording",
        "media.view_recording",
    )


@pytest.fixture
def stranger(db):
    """Somebody who may enter the admin, but has no business with recordings."""
    return user_with("stranger", "wagtailadmin.access_admin")


@pytest.fixture
def media_file(shared_data: Path) -> Callable[[str], Path]:
    return lambda name: shared_data / "media" / name


@pytest.fixture
def received(db, media_file: Callable[[str], Path]) -> Callable[..., tuple[Recording, PackagingJob]]:
    """A real file as a recording whose job waits."""

    def receive(name: str = SAMPLE, title: str = "合同编通则讲座") -> tuple[Recording, PackagingJob]:
        return register_file(media_file(name), title=title)

    return receive


@pytest.fixture
def packaged(received: Callable[..., tuple[Recording, PackagingJob]]) -> Callable[..., Recording]:
    """A real file as a recording that can be watched."""

    def package(name: str = SAMPLE, title: str = "合同编通则讲座") -> Recording:
        recording, job = received(name, title)
        assert packaging.run(job), PackagingJob.objects.get(pk=job.pk).error_detail
        recording.refresh_from_db()
        return recording

    return package
