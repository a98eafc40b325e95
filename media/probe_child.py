"""Looks into one media file in a process of its own and prints what it found as JSON; run by media.probe alone.

A hostile file may crash a demuxer, make it spin or make it allocate without end: here that costs a process
with limits, not a worker. Imports nothing of the project.
"""

import contextlib
import json
import re
import resource
import sys
from fractions import Fraction
from typing import Any

import av
from av.error import FFmpegError
from av.stream import Disposition

MEMORY_BYTES = 3 * 1024**3
CPU_SECONDS = 120
# A first frame hides behind a few unreadable packets at most.
PACKETS_BEFORE_GIVING_UP = 300
# Decoding one frame of more would only prove that there is memory for it.
DECODABLE_PIXELS = 50_000_000
TAIL_SECONDS = 10
# These estimate their duration from a bit rate; only reading them to the end tells.
ESTIMATING_FORMATS = {"mp3", "aac", "amr"}
ENDINGS = (FFmpegError, ValueError)


def main(path: str, format_whitelist: str, protocol_whitelist: str) -> dict[str, Any]:
    options = {"format_whitelist": format_whitelist, "protocol_whitelist": protocol_whitelist}
    with av.open(f"file:{path}", options=options, metadata_errors="replace") as container:
        video = _best(container, "video")
        audio = _best(container, "audio")
        found: dict[str, Any] = {
            "format": container.format.name,
            "duration_ms": _ms(container.duration, Fraction(1, av.time_base)),
            "start_ms": _ms(container.start_time, Fraction(1, av.time_base)) or 0,
            "video": _video(video) if video else None,
            "audio": _audio(audio) if audio else None,
            "video_tracks": sum(1 for stream in container.streams.video if not _is_picture(stream)),
            "audio_tracks": len(container.streams.audio),
            "pictures": sum(1 for stream in container.streams.video if _is_picture(stream)),
            "subtitle_tracks": len(container.streams.subtitles),
        }
        _decode_first_frames(container, video, audio, found)
        chosen = [stream for stream in (video, audio) if stream is not None]
        found["end_ms"] = _end(container, chosen, found) if chosen else None
    return found


def _is_picture(stream: Any) -> bool:
    return bool(stream.disposition & (Disposition.attached_pic | Disposition.still_image))


def _best(container: Any, kind: str) -> Any:
    candidates = [
        stream
        for stream in getattr(container.streams, kind)
        if not _is_picture(stream) and stream.codec_context is not None
    ]
    best = container.streams.best(kind)
    return best if best in candidates else next(iter(candidates), None)


def _ms(value: int | None, base: Fraction | None) -> int | None:
    return None if value is None or base is None or value < 0 else round(value * base * 1000)


def _video(stream: Any) -> dict[str, Any]:
    context = stream.codec_context
    return {
        "index": stream.index,
        "codec": context.codec.canonical_name,
        "width": context.width,
        "height": context.height,
        "pixel_format": context.pix_fmt,
        "sample_aspect": str(stream.sample_aspect_ratio or context.sample_aspect_ratio or Fraction(1)),
        "average_rate": str(stream.average_rate or 0),
        "nominal_rate": str(stream.guessed_rate or stream.base_rate or 0),
        "duration_ms": _ms(stream.duration, stream.time_base),
        "rotation": 0,
        "is_interlaced": False,
        "is_decodable": False,
    }


def _audio(stream: Any) -> dict[str, Any]:
    context = stream.codec_context
    return {
        "index": stream.index,
        "codec": context.codec.canonical_name,
        "channels": context.channels,
        "sample_rate": context.sample_rate,
        "duration_ms": _ms(stream.duration, stream.time_base),
        # Free text of the file's maker: only what can be a language tag goes on.
        "language": re.sub(r"[^A-Za-z-]", "", stream.language or "")[:12],
        "is_decodable": False,
    }


def _decode_first_frames(container: Any, video: Any, audio: Any, found: dict[str, Any]) -> None:
    wanted = {}
    if video is not None and 0 < video.codec_context.width * video.codec_context.height <= DECODABLE_PIXELS:
        wanted[video.index] = ("video", video)
    if audio is not None:
        wanted[audio.index] = ("audio", audio)
    with contextlib.suppress(*ENDINGS):
        for read, packet in enumerate(container.demux([stream for _kind, stream in wanted.values()])):
            if not wanted or read > PACKETS_BEFORE_GIVING_UP:
                return
            if packet.stream.index not in wanted:
                continue
            kind, _stream = wanted[packet.stream.index]
            frames: list[Any] = []
            with contextlib.suppress(*ENDINGS):
                frames = packet.decode()
            if frames:
                found[kind]["is_decodable"] = True
                if kind == "video":
                    found[kind]["rotation"] = round(frames[0].rotation)
                    found[kind]["is_interlaced"] = bool(frames[0].interlaced_frame)
                del wanted[packet.stream.index]


def _end(container: Any, streams: list[Any], found: dict[str, Any]) -> int | None:
    """Where the last readable packet ends, in milliseconds from the start; None when none is readable."""
    duration = found["duration_ms"]
    from_second = 0.0
    if duration is not None and found["format"] not in ESTIMATING_FORMATS:
        from_second = max(0.0, duration / 1000 - TAIL_SECONDS)
    last: int | None = None
    with contextlib.suppress(*ENDINGS):
        container.seek(int(from_second * av.time_base) + (container.start_time or 0))
        for packet in container.demux(streams):
            if packet.pts is not None and packet.time_base is not None:
                end = _ms(packet.pts + (packet.duration or 0), packet.time_base)
                last = max(last or 0, end or 0)
    return None if last is None else max(0, last - found["start_ms"])


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    av.logging.set_level(av.logging.PANIC)
    try:
        answer = main(*sys.argv[1:4])
    except (FFmpegError, ValueError, MemoryError) as error:
        answer = {"error": f"{type(error).__name__}: {error}"}
    json.dump(answer, sys.stdout)
