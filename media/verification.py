"""Checks a packaged folder without decoding it, and writes the master playlist from what was measured."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import av
import m3u8

from media.encoding import POSTER, SOUND_NAME
from media.ladder import Rendition

MASTER = "master.m3u8"
# Cutting at packet borders moves an end by a fraction of a second; anything more is missing content.
DURATION_TOLERANCE_MS = 1_500
DURATION_TOLERANCE_SHARE = 0.02
# Keyframe times are exact multiples of a frame; a millisecond covers rounding in time bases.
KEYFRAME_TOLERANCE_SECONDS = 0.001
_READ_OPTIONS = {"protocol_whitelist": "file", "allowed_extensions": "ALL", "extension_picky": "0"}
# In avcC, bytes 1 to 3 are profile, constraints and level: what a CODECS attribute spells out (RFC 6381).
_AVC_CODEC = "avc1.{:02x}{:02x}{:02x}"
_AAC_LC = "mp4a.40.2"


class VerificationFailed(Exception):
    """What was packaged is not what was planned; `detail` says where."""

    code = "verification"

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


@dataclass(frozen=True)
class Measured:
    """One playlist with its segments: how long, how many bits a second (highest segment, average), how coded."""

    duration_ms: int
    peak_bits_per_second: int
    average_bits_per_second: int
    bytes: int
    codec: str
    frame_rate: float
    channels: int
    keyframes: tuple[float, ...]


@dataclass(frozen=True)
class Verified:
    """A folder that may be published: its real length and its size."""

    duration_ms: int
    bytes: int


def verify(folder: Path, ladder: Sequence[Rendition], *, has_sound: bool, expected_ms: int) -> Verified:
    """Check every playlist, segment and keyframe in `folder`, then write the master playlist into it.

    Raises VerificationFailed when a file is missing or foreign, a playlist does not end, a length differs
    from `expected_ms`, a size differs from the ladder, or keyframes are not aligned.
    """
    known = {POSTER}
    pictures = [_measured(folder, rung.name, known, rung) for rung in ladder]
    sound = _measured(folder, SOUND_NAME, known, None) if has_sound else None
    _require_files(folder, known)
    for rung, measured in zip(ladder, pictures, strict=True):
        _require_length(rung.name, measured.duration_ms, expected_ms)
        _require_aligned(rung.name, measured.keyframes, pictures[0].keyframes)
    if sound is not None:
        _require_length(SOUND_NAME, sound.duration_ms, expected_ms)
    master = _master(ladder, pictures, sound)
    (folder / MASTER).write_text(master)
    tracks = [*pictures, sound] if sound else pictures
    return Verified(
        duration_ms=max(track.duration_ms for track in tracks),
        bytes=sum(path.stat().st_size for path in folder.iterdir()),
    )


def _measured(folder: Path, name: str, known: set[str], rung: Rendition | None) -> Measured:
    path = folder / f"{name}.m3u8"
    if not path.is_file():
        raise VerificationFailed(f"{path.name} is missing")
    playlist = m3u8.loads(path.read_text())
    if not playlist.is_endlist or not playlist.segments or not playlist.segment_map:
        raise VerificationFailed(f"{path.name} is not finished")
    initial = str(playlist.segment_map[0].uri)
    sizes, seconds = [], []
    for segment in playlist.segments:
        uri = str(segment.uri)
        if "/" in uri or not (folder / uri).is_file() or (folder / uri).stat().st_size == 0:
            raise VerificationFailed(f"{uri} of {path.name} is missing or empty")
        sizes.append((folder / uri).stat().st_size)
        seconds.append(float(segment.duration or 0))
        known.add(uri)
    known |= {path.name, initial}
    codec, frame_rate, channels, keyframes = _coded(path, rung, seconds)
    total = max(sum(seconds), 0.001)
    average = sum(sizes) * 8 / total
    return Measured(
        duration_ms=round(total * 1000),
        peak_bits_per_second=round(max(average, *_rates(sizes, seconds))),
        average_bits_per_second=round(average),
        bytes=sum(sizes),
        codec=codec,
        frame_rate=frame_rate,
        channels=channels,
        keyframes=keyframes,
    )


def _rates(sizes: Sequence[int], seconds: Sequence[float]) -> list[float]:
    """Bits a second of each segment; a short last one says little when there are others."""
    whole = [(size, length) for size, length in zip(sizes, seconds, strict=True) if length >= 1]
    return [size * 8 / length for size, length in whole or [(sum(sizes), max(sum(seconds), 0.001))]]


def _coded(
    path: Path, rung: Rendition | None, seconds: Sequence[float]
) -> tuple[str, float, int, tuple[float, ...]]:
    """Codec string, frame rate, channels and keyframe times, read from packets without decoding any."""
    with av.open(str(path), options=_READ_OPTIONS) as container:
        if rung is None:
            sound = container.streams.audio[0].codec_context
            return _AAC_LC, 0.0, sound.channels, ()
        stream = container.streams.video[0]
        context = stream.codec_context
        if (context.width, context.height) != (rung.width, rung.height):
            raise VerificationFailed(f"{path.name} is {context.width} x {context.height}")
        extradata = context.extradata or b"\0\0\0\0"
        keyframes = []
        count = 0
        for packet in container.demux(stream):
            if packet.pts is None or packet.time_base is None:
                continue
            count += 1
            if packet.is_keyframe:
                keyframes.append(float(packet.pts * packet.time_base))
    starts, at = [], 0.0
    for length in seconds:
        starts.append(at)
        at += length
    # A segment that does not begin with a keyframe cannot be switched to.
    nearest = 0
    for start in starts:
        while nearest < len(keyframes) and keyframes[nearest] < start - 0.05:
            nearest += 1
        if nearest == len(keyframes) or abs(keyframes[nearest] - start) > 0.05:
            raise VerificationFailed(f"{path.name} has no keyframe at {start:.3f} s")
    codec = _AVC_CODEC.format(*extradata[1:4])
    return codec, count / max(at, 0.001), 0, tuple(keyframes)


def _require_files(folder: Path, known: set[str]) -> None:
    present = {path.name for path in folder.iterdir()}
    if missing := known - present:
        raise VerificationFailed(f"missing: {', '.join(sorted(missing)[:5])}")
    if foreign := present - known - {MASTER}:
        raise VerificationFailed(f"unexpected: {', '.join(sorted(foreign)[:5])}")


def _require_length(name: str, duration_ms: int, expected_ms: int) -> None:
    tolerance = max(DURATION_TOLERANCE_MS, expected_ms * DURATION_TOLERANCE_SHARE)
    if abs(duration_ms - expected_ms) > tolerance:
        raise VerificationFailed(f"{name} is {duration_ms} ms long, not {expected_ms}")


def _require_aligned(name: str, keyframes: Sequence[float], of_first: Sequence[float]) -> None:
    aligned = len(keyframes) == len(of_first) and all(
        abs(own - other) <= KEYFRAME_TOLERANCE_SECONDS for own, other in zip(keyframes, of_first, strict=True)
    )
    if not aligned:
        raise VerificationFailed(f"the keyframes of {name} are not aligned")


def _master(ladder: Sequence[Rendition], pictures: Sequence[Measured], sound: Measured | None) -> str:
    """The master playlist (RFC 8216): relative names only, so that the address's token carries over."""
    lines = ["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-INDEPENDENT-SEGMENTS"]
    if sound:
        lines.append(
            f'#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="sound",NAME="sound",DEFAULT=YES,AUTOSELECT=YES,'
            f'CHANNELS="{sound.channels}",URI="{SOUND_NAME}.m3u8"'
        )
    for rung, picture in zip(ladder, pictures, strict=True):
        peak = picture.peak_bits_per_second + (sound.peak_bits_per_second if sound else 0)
        average = picture.average_bits_per_second + (sound.average_bits_per_second if sound else 0)
        codecs = f"{picture.codec},{sound.codec}" if sound else picture.codec
        lines.append(
            f"#EXT-X-STREAM-INF:BANDWIDTH={peak},AVERAGE-BANDWIDTH={average},"
            f"RESOLUTION={rung.width}x{rung.height},FRAME-RATE={picture.frame_rate:.3f},"
            f'CODECS="{codecs}"' + (',AUDIO="sound"' if sound else "")
        )
        lines.append(f"{rung.name}.m3u8")
    return "\n".join(lines) + "\n"
