"""What a file is and whether it can be packaged, found out by a short-lived process with limits."""

import json
import logging
import subprocess
import sys
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from media.ffmpeg import FORMATS, PROTOCOLS
from media.ladder import displayed_size, frame_rate
from media.refusals import RecordingRefused

logger = logging.getLogger(__name__)

TIME_LIMIT_SECONDS = 150
LONGEST_SIDE = 8192
MOST_PIXELS = 4096 * 2304
SHORTEST_MS = 500
LONGEST_MS = 12 * 3600 * 1000
# A file whose readable part ends this much before its stated end was cut off. Audio encoders round by less,
# and containers state the longest of their streams.
MISSING_END_MS = 2_000
MISSING_END_SHARE = 0.03

_MP4 = "mov,mp4,m4a,3gp,3g2,mj2"
EXTENSIONS: dict[str, frozenset[str]] = {
    **dict.fromkeys(("mp4", "m4v", "mov", "m4a", "3gp", "3g2"), frozenset({_MP4})),
    **dict.fromkeys(("mkv", "mka", "webm"), frozenset({"matroska,webm"})),
    **dict.fromkeys(("wmv", "asf", "wma"), frozenset({"asf"})),
    **dict.fromkeys(("ts", "mts", "m2ts"), frozenset({"mpegts"})),
    **dict.fromkeys(("mpg", "mpeg", "vob"), frozenset({"mpeg"})),
    **dict.fromkeys(("ogg", "oga", "ogv", "opus"), frozenset({"ogg"})),
    "avi": frozenset({"avi"}),
    "flv": frozenset({"flv"}),
    "mp3": frozenset({"mp3"}),
    "wav": frozenset({"wav", "w64"}),
    "flac": frozenset({"flac"}),
    "aac": frozenset({"aac"}),
    "aiff": frozenset({"aiff"}),
    "amr": frozenset({"amr"}),
}


@dataclass(frozen=True)
class Picture:
    """The video stream that is packaged: its number in the file, displayed size, steady rate."""

    index: int
    codec: str
    width: int
    height: int
    frame_rate: Fraction
    is_interlaced: bool


@dataclass(frozen=True)
class Sound:
    """The audio stream that is packaged."""

    index: int
    codec: str
    channels: int


@dataclass(frozen=True)
class Probe:
    """What is in a file that is media: `found` as the child process reported it, kept with the recording."""

    found: dict[str, Any]

    @property
    def picture(self) -> Picture | None:
        video = self.found["video"]
        if video is None:
            return None
        aspect = Fraction(video["sample_aspect"])
        width, height = displayed_size(video["width"], video["height"], aspect, video["rotation"])
        rate = frame_rate(Fraction(video["average_rate"]), Fraction(video["nominal_rate"]))
        return Picture(video["index"], video["codec"], width, height, rate, video["is_interlaced"])

    @property
    def sound(self) -> Sound | None:
        audio = self.found["audio"]
        return Sound(audio["index"], audio["codec"], audio["channels"]) if audio else None

    @property
    def duration_ms(self) -> int | None:
        """The length of picture and sound: where the last packet ends, else what the container says."""
        return self.found["end_ms"] or self.stated_duration_ms

    @property
    def stated_duration_ms(self) -> int | None:
        """What the file says of itself: its longest stream's duration (subtitles may go on longer)."""
        streams = [self.found[kind]["duration_ms"] for kind in ("video", "audio") if self.found[kind]]
        known = [duration for duration in streams if duration]
        return max(known) if streams and len(known) == len(streams) else self.found["duration_ms"]


def extension_of(name: str) -> str:
    """The ending of a file's name, lower case, without the dot; '' where it has none."""
    return Path(name).suffix.lower().lstrip(".")


def require_known_extension(name: str) -> None:
    """Raises RecordingRefused('extension') for a name whose ending promises no picture and no sound."""
    if extension_of(name) not in EXTENSIONS:
        raise RecordingRefused("extension", extension_of(name))


def examine(path: Path, *, name: str | None = None) -> Probe:
    """What is in the file at `path`. With `name` (as uploaded), its ending must fit what is inside.

    Raises RecordingRefused: not_media, no_streams, wrong_extension, probe_timeout. Takes about 0.3 s and at
    most TIME_LIMIT_SECONDS, whatever the file.
    """
    command = [sys.executable, "-I", str(Path(__file__).with_name("probe_child.py"))]
    try:
        child = subprocess.run(  # noqa: S603 - a list without a shell, run by our own interpreter
            [*command, str(path), FORMATS, PROTOCOLS],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=TIME_LIMIT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise RecordingRefused("probe_timeout") from error
    try:
        found = json.loads(child.stdout)
    except ValueError:
        # A crash is the file's doing (or ours): either way the file cannot be read, and the log says why.
        logger.warning(
            "probe ended with %s: %s", child.returncode, child.stderr.decode("utf-8", "replace")[-2000:]
        )
        raise RecordingRefused("not_media", f"the probe ended with {child.returncode}") from None
    if "error" in found:
        raise RecordingRefused("not_media", found["error"])
    if not found["video"] and not found["audio"]:
        raise RecordingRefused("no_streams", found["format"])
    if name is not None and found["format"] not in EXTENSIONS.get(extension_of(name), ()):
        raise RecordingRefused("wrong_extension", f"{extension_of(name)} holds {found['format']}")
    return Probe(found)


def require_packageable(probe: Probe) -> None:
    """Raises RecordingRefused for what is media and still cannot become a lecture: undecodable, truncated,
    picture_too_large, too_short, too_long."""
    video, audio = probe.found["video"], probe.found["audio"]
    picture = probe.picture
    if video and picture:
        # As stored and as displayed: absurd pixel shapes would make a small picture a mile wide.
        for width, height in ((video["width"], video["height"]), (picture.width, picture.height)):
            if max(width, height) > LONGEST_SIDE or width * height > MOST_PIXELS:
                raise RecordingRefused("picture_too_large", f"{width} x {height}")
    stated, end = probe.stated_duration_ms, probe.found["end_ms"]
    if end is None:
        raise RecordingRefused("truncated", "nothing can be read near the end")
    if stated and stated - end > max(MISSING_END_MS, stated * MISSING_END_SHARE):
        raise RecordingRefused("truncated", f"{end} of {stated} ms can be read")
    if any(stream and not stream["is_decodable"] for stream in (video, audio)):
        raise RecordingRefused("undecodable", f"{video and video['codec']}, {audio and audio['codec']}")
    duration = probe.duration_ms or 0
    if duration < SHORTEST_MS:
        raise RecordingRefused("too_short", f"{duration} ms")
    if duration > LONGEST_MS:
        raise RecordingRefused("too_long", f"{duration} ms")
