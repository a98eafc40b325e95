"""Real files become what a player can play, or are refused with a coded reason and nothing half-published."""

import itertools
import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path

import av
import m3u8
import pytest
from django.conf import settings
from PIL import Image

from media import ffmpeg, jobs, packaging
from media.models import Generation, JobState, Notice, PackagingJob, Recording, RecordingState
from media.recordings import register_file
from media.refusals import message_of
from media.signals import recording_packaged
from tests.media.conftest import first_seconds

pytestmark = pytest.mark.slow

AUTO = "WyattBlue+auto-editor"
TORCH = "pytorch+torchcodec/test/resources"
EDIT = "SubtitleEdit+subtitleedit/tests/libse/Files"
WEBM = "webmproject+libwebm/testing/testdata"

# File, size of the top rendition, whether there is sound, notice.
ODD_FILES = [
    pytest.param(f"{AUTO}/resources/SAR-2by3.mp4", (426, 360), True, "", id="oblong pixels"),
    pytest.param(
        f"{AUTO}/resources/embedded-image/h264-mjpeg.mkv", (640, 360), True, "", id="attached picture"
    ),
    pytest.param(f"{AUTO}/resources/test_yuv422p.mp4", (640, 360), True, "", id="yuv422p"),
    pytest.param(f"{AUTO}/resources/testsrc-hevc.mp4", (640, 360), True, "", id="hevc"),
    pytest.param(f"{AUTO}/resources/mov_text.mp4", (300, 200), True, "", id="subtitles inside"),
    pytest.param(f"{TORCH}/av1_video.mkv", (640, 360), False, Notice.NO_SOUND, id="av1 without sound"),
    pytest.param(f"{TORCH}/h265_10bits.mp4", (200, 200), False, Notice.NO_SOUND, id="10 bit"),
    pytest.param(f"{TORCH}/bt709_full_range.mp4", (1280, 720), False, Notice.NO_SOUND, id="full range"),
    pytest.param(f"{TORCH}/nasa_13013.mp4", (480, 270), True, "", id="several tracks"),
    pytest.param(f"{EDIT}/sample_MKV_delayed.mkv", (190, 240), True, "", id="delayed start"),
    pytest.param(
        f"{EDIT}/sample_TS_dvbsub_at_video_start.ts", (128, 96), False, Notice.NO_SOUND, id="offset"
    ),
    pytest.param(
        f"{EDIT}/sample_MKV_chapters.mkv", (32, 32), False, Notice.NO_SOUND, id="one frame a second"
    ),
    pytest.param(f"{WEBM}/bbb_480p_vp9_opus_1second.webm", (854, 480), True, "", id="vp9 with six channels"),
    pytest.param(
        f"{WEBM}/test_stereo_left_right.webm", (256, 144), False, Notice.NO_SOUND, id="fractional rate"
    ),
    pytest.param(f"{AUTO}/resources/mono.mp3", (1280, 720), True, Notice.NO_PICTURE, id="mp3"),
    pytest.param(f"{AUTO}/resources/wav/pcm-f32le.wav", (1280, 720), True, Notice.NO_PICTURE, id="wav"),
]
# Media that cannot become a lecture, and why.
REFUSED_LATER = [
    (f"{WEBM}/invalid/chapters_truncated_chapter_string_2.mkv", "truncated"),
    (f"{WEBM}/invalid/invalid_vp9_bitstream-bug_1416.webm", "picture_too_large"),
    (f"{WEBM}/discard_padding.webm", "too_short"),
    (f"{WEBM}/output_cues.webm", "undecodable"),
]


def _folder(recording: Recording) -> Path:
    return settings.PACKAGED_ROOT / recording.current_generation.prefix


def _decoded(playlist: Path, kind: str) -> tuple[list[float], list[float], float]:
    """Times of all decoded frames, times of keyframes, end: what a player would see."""
    options = {"protocol_whitelist": "file", "allowed_extensions": "ALL", "extension_picky": "0"}
    with av.open(str(playlist), options=options) as container:
        stream = next(iter(getattr(container.streams, kind)))
        frames = list(container.decode(stream))
        times = [frame.time for frame in frames]
        keys = [frame.time for frame in frames if getattr(frame, "key_frame", False)]
        last = frames[-1]
        length = last.samples / last.sample_rate if kind == "audio" else times[-1] - times[-2]
        return times, keys, times[-1] + length


def assert_playable(recording: Recording, size: tuple[int, int], has_sound: bool) -> None:
    folder = _folder(recording)
    master = m3u8.load(str(folder / "master.m3u8"))
    assert master.playlists[-1].stream_info.resolution == size
    seconds = recording.duration_ms / 1000
    all_keys = []
    for variant in master.playlists:
        info = variant.stream_info
        times, keys, end = _decoded(folder / variant.uri, "video")
        all_keys.append(keys)
        assert times[0] == 0
        assert keys[0] == 0
        assert all(later > earlier for earlier, later in itertools.pairwise(times))
        assert abs(end - seconds) < 1.5
        assert info.codecs.startswith("avc1.64")
        assert ("mp4a.40.2" in info.codecs) == has_sound
        assert info.bandwidth >= info.average_bandwidth > 0
        for segment in m3u8.load(str(folder / variant.uri)).segments:
            assert segment.duration <= 4.1
            assert "/" not in segment.uri
    assert all(keys == all_keys[0] for keys in all_keys)
    if has_sound:
        [sound] = master.media
        times, _keys, end = _decoded(folder / sound.uri, "audio")
        assert abs(times[0]) < 0.05
        assert abs(end - seconds) < 1.5
    else:
        assert not master.media
    with Image.open(folder / recording.current_generation.poster) as poster:
        assert poster.format == "JPEG"
        assert poster.size == (size[0], size[1])


@pytest.mark.parametrize(("name", "size", "has_sound", "notice"), ODD_FILES)
def test_an_odd_file_plays_in_every_rendition(
    packaged: Callable[..., Recording], name: str, size: tuple[int, int], has_sound: bool, notice: str
) -> None:
    recording = packaged(name)
    assert recording.state == RecordingState.READY
    assert recording.notice == notice
    assert (recording.has_audio, recording.has_video) == (has_sound, notice != Notice.NO_PICTURE)
    assert_playable(recording, size, has_sound)


def test_a_whole_ladder_has_aligned_keyframes_and_one_shared_sound(
    db: None, media_file: Callable[[str], Path], tmp_path: Path
) -> None:
    source = media_file(f"{AUTO}/resources/only-video/man-on-green-screen.mp4")
    recording, job = register_file(first_seconds(source, tmp_path / "part.mp4", 9), title="九秒")
    assert packaging.run(job)
    recording.refresh_from_db()
    assert_playable(recording, (1280, 720), True)
    assert [(rung["width"], rung["height"]) for rung in recording.current_generation.ladder] == [
        (640, 360),
        (854, 480),
        (1280, 720),
    ]
    assert abs(recording.duration_ms - 9_000) < 100
    _times, keys, _end = _decoded(_folder(recording) / "v360.m3u8", "video")
    assert keys == pytest.approx([0, 4, 8], abs=0.04)
    assert len(list(_folder(recording).glob("audio_*.m4s"))) == 3


# What no file of the corpus has, made by the same ffmpeg: arguments, size as shown, length in ms, sound.
MADE = [
    pytest.param(
        "-f lavfi -i testsrc2=size=320x180:rate=25:duration=3 -vf interlace -c:v mpeg2video -flags +ilme+ildct",
        "ts", (320, 180), 3000, False, id="interlaced",
    ),
    pytest.param(
        "-f lavfi -i testsrc2=size=320x180:rate=30:duration=6 -vf \"select='lt(mod(t,2),0.4)'\" -fps_mode vfr",
        "mkv", (320, 180), 4400, False, id="variable rate",
    ),
    pytest.param(
        "-f lavfi -i testsrc2=size=320x180:rate=25:duration=3 -f lavfi -i sine=duration=8 -c:a aac",
        "mp4", (320, 180), 8000, True, id="sound outlasts the picture",
    ),
    pytest.param(
        "-f lavfi -i testsrc2=size=320x180:rate=25:duration=8 -f lavfi -i sine=duration=3 -c:a aac",
        "mp4", (320, 180), 8000, True, id="picture outlasts the sound",
    ),
    pytest.param(
        "-f lavfi -i testsrc2=size=322x182:rate=60:duration=2 -vf crop=321:181:exact=1 -pix_fmt yuv444p",
        "mkv", (320, 180), 2000, False, id="odd size at 60 frames a second",
    ),
]  # fmt: skip


def _made(folder: Path, arguments: str, ending: str) -> Path:
    path = folder / f"made.{ending}"
    command = [ffmpeg.executable(), "-v", "error", *shlex.split(arguments), str(path)]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    return path


@pytest.mark.parametrize(("arguments", "ending", "size", "length_ms", "has_sound"), MADE)
def test_an_uneven_file_comes_out_even(
    db: None,
    tmp_path: Path,
    arguments: str,
    ending: str,
    size: tuple[int, int],
    length_ms: int,
    has_sound: bool,
) -> None:
    recording, job = register_file(_made(tmp_path, arguments, ending), title="不齐")
    assert packaging.run(job), PackagingJob.objects.get(pk=job.pk).error_detail
    recording.refresh_from_db()
    assert_playable(recording, size, has_sound)
    assert abs(recording.duration_ms - length_ms) < 150


def test_a_turned_phone_video_is_packaged_upright(db: None, media_file, tmp_path: Path) -> None:
    source = media_file(f"{AUTO}/resources/testsrc.mp4")
    path = _made(tmp_path, f"-display_rotation 90 -i '{source}' -c copy", "mp4")
    recording, job = register_file(path, title="竖屏")
    assert packaging.run(job)
    recording.refresh_from_db()
    assert_playable(recording, (360, 640), True)


@pytest.mark.parametrize(("name", "code"), REFUSED_LATER)
def test_a_file_that_cannot_be_packaged_is_refused_and_kept(
    received: Callable[..., tuple[Recording, PackagingJob]], name: str, code: str
) -> None:
    recording, job = received(name)
    assert not packaging.run(job)
    job.refresh_from_db()
    recording.refresh_from_db()
    assert (job.state, job.error_code) == (JobState.FAILED, code)
    assert recording.state == RecordingState.REFUSED
    assert message_of(code) != message_of("no such code")
    assert (settings.RECORDINGS_ROOT / recording.original_key).stat().st_size == recording.size_bytes
    _assert_nothing_published(recording)


def _assert_nothing_published(recording: Recording) -> None:
    assert recording.current_generation is None
    assert not Generation.objects.filter(recording=recording).exists()
    assert not (settings.PACKAGED_ROOT / str(recording.public_id)).exists()
    assert not list((settings.PACKAGED_ROOT / ".work").iterdir())


def test_a_file_cut_in_the_middle_is_refused_as_truncated(db: None, media_file, tmp_path: Path) -> None:
    # Matroska, so that the cut file still opens and claims its whole length.
    cut = first_seconds(media_file(f"{AUTO}/example.mp4"), tmp_path / "cut.mkv", 60)
    cut.write_bytes(cut.read_bytes()[: cut.stat().st_size // 2])
    recording, job = register_file(cut, title="被截断的讲座")
    assert not packaging.run(job)
    job.refresh_from_db()
    assert job.error_code == "truncated"
    _assert_nothing_published(recording)


def test_packaging_anew_replaces_the_generation_and_keeps_the_old_files(
    packaged: Callable[..., Recording], django_capture_on_commit_callbacks
) -> None:
    recording = packaged()
    first = recording.current_generation
    heard = []

    def listen(sender, recording, **_more):
        heard.append(recording.pk)

    recording_packaged.connect(listen)
    with django_capture_on_commit_callbacks(execute=True):
        assert packaging.run(jobs.retry(recording))
    recording_packaged.disconnect(listen)
    recording.refresh_from_db()
    first.refresh_from_db()
    assert recording.current_generation.number == first.number + 1
    assert first.superseded_at is not None
    assert (settings.PACKAGED_ROOT / first.prefix / "master.m3u8").exists()
    assert heard == [recording.pk]


def test_a_title_with_filter_syntax_is_only_text_on_the_card(packaged: Callable[..., Recording]) -> None:
    title = "';[in]drawtext=textfile=/etc/passwd:%{eif\\:1\\:d},movie=/etc/passwd" + "民法典" * 40
    recording = packaged(f"{AUTO}/resources/mono.mp3", title)
    assert_playable(recording, (1280, 720), True)


@pytest.mark.full
def test_every_file_of_the_corpus_is_packaged_or_refused_by_name(db: None, shared_data: Path) -> None:
    from media.refusals import RecordingRefused

    outcomes: dict[str, str] = {}
    for path in sorted((shared_data / "media").rglob("*")):
        if not path.is_file() or path.suffix in {".tsv", ".md", ".txt", ""}:
            continue
        try:
            recording, job = register_file(path, title=path.name)
        except RecordingRefused as refusal:
            outcomes[path.name] = refusal.code
            continue
        packaging.run(job)
        job.refresh_from_db()
        recording.refresh_from_db()
        outcomes[path.name] = job.error_code or job.state
        if job.state == JobState.DONE:
            top = recording.current_generation.ladder[-1]
            assert_playable(recording, (top["width"], top["height"]), recording.has_audio)
        else:
            _assert_nothing_published(recording)
    assert set(outcomes.values()) <= {
        "done", "not_media", "no_streams", "extension", "wrong_extension", "undecodable", "truncated",
        "picture_too_large", "too_short",
    }  # fmt: skip
    assert sum(outcome == "done" for outcome in outcomes.values()) > 45
