"""What is found out about a file before anything is done with it."""

import time
from pathlib import Path

import pytest

from media.probe import Probe, examine, require_packageable
from media.refusals import RecordingRefused

AUTO = "WyattBlue+auto-editor"


def test_a_covers_picture_is_no_video(media_file) -> None:
    probe = examine(media_file(f"{AUTO}/resources/embedded-image/h264-mjpeg.mp4"))
    assert probe.picture.codec == "h264"
    assert probe.found["pictures"] == 1
    assert probe.found["video_tracks"] == 1


def test_several_tracks_are_counted_and_the_best_is_chosen(media_file) -> None:
    probe = examine(media_file("pytorch+torchcodec/test/resources/nasa_13013.mp4"))
    assert (probe.found["video_tracks"], probe.found["audio_tracks"]) == (2, 2)
    assert (probe.picture.width, probe.picture.height) == (480, 270)


def test_subtitles_that_outlast_the_picture_do_not_lengthen_it(media_file) -> None:
    probe = examine(media_file("SubtitleEdit+subtitleedit/tests/libse/Files/sample_MP4_SRT.mp4"))
    assert 4900 <= probe.duration_ms <= 5000


def test_a_turned_phone_video_stands_upright() -> None:
    probe = Probe({"video": _video(width=1920, height=1080, rotation=-90)})
    assert (probe.picture.width, probe.picture.height) == (1080, 1920)


@pytest.mark.parametrize(
    "changes",
    [
        {"width": 12_000, "height": 100},
        {"width": 8_000, "height": 8_000},
        {"width": 640, "height": 480, "sample_aspect": "100000/1"},
    ],
)
def test_pictures_of_absurd_size_are_refused_before_they_are_decoded(changes: dict) -> None:
    probe = Probe({"video": _video(**changes), "audio": None, "duration_ms": 5000, "end_ms": 5000})
    with pytest.raises(RecordingRefused) as refusal:
        require_packageable(probe)
    assert refusal.value.code == "picture_too_large"


@pytest.mark.parametrize("content", [b"", b"\0" * 100_000, b"#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:9/x.ts\n"])
def test_what_is_no_media_is_named_so_at_once(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.mp4"
    path.write_bytes(content)
    started = time.monotonic()
    with pytest.raises(RecordingRefused) as refusal:
        examine(path)
    assert refusal.value.code == "not_media"
    assert time.monotonic() - started < 20


def _video(**changes: object) -> dict:
    return {
        "index": 0,
        "codec": "h264",
        "width": 640,
        "height": 360,
        "sample_aspect": "1",
        "average_rate": "25",
        "nominal_rate": "25",
        "duration_ms": 5000,
        "rotation": 0,
        "is_interlaced": False,
        "is_decodable": True,
        **changes,
    }
