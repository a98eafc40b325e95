"""The one ffmpeg command that turns a recording into an HLS ladder: one decode, aligned keyframes, one shared sound."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import ffmpeg

from media.ffmpeg import INPUT_OPTIONS, executable
from media.ladder import SEGMENT_SECONDS, Rendition
from media.probe import Picture, Sound

SOUND_NAME = "audio"
SOUND_RATE = 48_000
POSTER = "poster.jpg"
# A title card stands still: two frames a second are enough for players to start and seek in it.
CARD_FRAME_RATE = Fraction(2)
_SEGMENT_DIGITS = 5
# Streams whose ends differ by less need no padding: players hold the last frame.
_UNEVEN_MS = 200


@dataclass(frozen=True)
class Plan:
    """What is to be encoded. Exactly one of `picture` and `card` is set; `sound` may be missing."""

    source: Path
    duration_ms: int
    ladder: tuple[Rendition, ...]
    frame_rate: Fraction
    picture: Picture | None
    picture_ends_ms: int | None
    card: Path | None
    sound: Sound | None


def command(plan: Plan) -> list[str]:
    """ffmpeg's arguments; every output is named relative to the folder in which it is run."""
    source = ffmpeg.input(f"file:{plan.source}", **INPUT_OPTIONS)
    picture = plan.picture
    outputs = _moving_picture(source[str(picture.index)], plan) if picture else _still_card(plan)
    if plan.sound is not None:
        outputs.append(_sound(source[str(plan.sound.index)], plan))
    return [str(part) for part in ffmpeg.merge_outputs(*outputs).compile(cmd=executable())]


def poster_second(duration_ms: int) -> float:
    """From which second the poster is taken: past a black lead-in, before half a short recording is over."""
    return min(30.0, duration_ms / 1000 / 4)


def _moving_picture(stream: Any, plan: Plan) -> list[Any]:
    picture = plan.picture
    if picture is not None and picture.is_interlaced:
        stream = stream.filter("bwdif", deint="interlaced")
    # A steady rate from second 0 on: late first frames, variable rates and gaps end here, for all alike.
    stream = stream.filter("fps", fps=str(plan.frame_rate), start_time=0)
    if plan.picture_ends_ms and plan.duration_ms - plan.picture_ends_ms > _UNEVEN_MS:
        missing = (plan.duration_ms - plan.picture_ends_ms) / 1000
        stream = stream.filter("tpad", stop_mode="clone", stop_duration=f"{missing:.3f}")
    branches = stream.filter_multi_output("split", len(plan.ladder) + 1)
    top = plan.ladder[-1]
    poster = (
        branches[0]
        .filter("select", f"gte(t,{poster_second(plan.duration_ms):.3f})")
        .filter("scale", top.width, top.height, out_range="full")
        .filter("setsar", 1)
        .filter("format", "yuvj420p")
        .output(POSTER, **{"frames:v": 1, "update": 1, "q:v": 4, "f": "image2"})
    )
    encoded = [
        _rendition(branches[at], rung, plan.frame_rate) for at, rung in enumerate(plan.ladder, start=1)
    ]
    return [poster, *encoded]


def _still_card(plan: Plan) -> list[Any]:
    card = ffmpeg.input(
        f"file:{plan.card}",
        f="image2",
        pattern_type="none",
        loop=1,
        framerate=str(CARD_FRAME_RATE),
        t=f"{plan.duration_ms / 1000:.3f}",
        protocol_whitelist=INPUT_OPTIONS["protocol_whitelist"],
    )
    branches = card.video.filter_multi_output("split", len(plan.ladder))
    return [_rendition(branches[at], rung, plan.frame_rate) for at, rung in enumerate(plan.ladder)]


def _rendition(stream: Any, rung: Rendition, rate: Fraction) -> Any:
    scaled = (
        stream.filter("scale", rung.width, rung.height, out_range="limited")
        .filter("setsar", 1)
        .filter("format", "yuv420p")
    )
    return scaled.output(
        f"{rung.name}.m3u8",
        **{
            "c:v": "libx264",
            "preset": "veryfast",
            "profile:v": "high",
            "crf": 23,
            "maxrate": rung.max_bits_per_second,
            "bufsize": rung.max_bits_per_second * 2,
            # Keyframes by the clock alone, so that every rendition has them at the same frames.
            "force_key_frames": f"expr:gte(t,n_forced*{SEGMENT_SECONDS})",
            "g": math.ceil(rate * SEGMENT_SECONDS) * 2,
            "sc_threshold": 0,
            # With B-frames the first picture comes late by their delay (2 s at 1 frame a second): browsers
            # ignore the edit list that would say so, and cues would be off against the picture.
            "bf": 0,
            **_hls(rung.name),
        },
    )


def _sound(stream: Any, plan: Plan) -> Any:
    sound = plan.sound
    channels = min(2, sound.channels or 2) if sound else 2
    steady = stream.filter("aresample", SOUND_RATE, **{"async": 1, "first_pts": 0})
    padded = steady.filter("apad", whole_dur=f"{plan.duration_ms / 1000:.3f}")
    return padded.output(
        f"{SOUND_NAME}.m3u8",
        **{"c:a": "aac", "b:a": 96_000 if channels == 2 else 64_000, "ac": channels, **_hls(SOUND_NAME)},
    )


def _hls(name: str) -> dict[str, Any]:
    return {
        "f": "hls",
        "hls_time": SEGMENT_SECONDS,
        "hls_playlist_type": "vod",
        "hls_segment_type": "fmp4",
        "hls_flags": "independent_segments",
        "hls_fmp4_init_filename": f"{name}_init.mp4",
        "hls_segment_filename": f"{name}_%0{_SEGMENT_DIGITS}d.m4s",
        "map_metadata": -1,
        "map_chapters": -1,
    }


def names(ladder: Sequence[Rendition], *, has_sound: bool) -> list[str]:
    """The base names of the playlists that a plan's command writes."""
    return [rung.name for rung in ladder] + ([SOUND_NAME] if has_sound else [])
