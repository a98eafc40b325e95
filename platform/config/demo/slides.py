"""A lecture's video for the demonstration: slides drawn from its text, a chime at each, captions in time with them.

Nobody speaks in it, and its first slide says so. Times follow the pace at which a lecturer would say the text.
"""

import math
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from pathlib import Path

import av
from django.conf import settings
from PIL import Image, ImageDraw, ImageFont

from media.caption_files import ParsedCue, format_vtt

SIZE = (1280, 720)
# Slides stand still: one frame a second plays everywhere, and costs half as much to package as two.
FRAMES_PER_SECOND = 1
SOUND_RATE = 48_000
CHARACTERS_A_SECOND = 4.6
SHORTEST_CUE_MS = 2_000
PAUSE_MS = 250
# The title stands alone for a while, and each slide is on before it is spoken to.
TITLE_MS, LEAD_MS, TAIL_MS = 5_000, 1_000, 750

_PAPER, _INK, _MUTED, _ACCENT, _SOFT = "#fbf9f5", "#23211d", "#69645a", "#1f5066", "#e4eef2"
_LEFT = 104
_FONTS = settings.BASE_DIR / "node_modules" / "@expo-google-fonts" / "noto-sans-sc"
_CHIME = (523.25, 659.25, 783.99)  # C5 E5 G5


@dataclass(frozen=True, slots=True)
class Slide:
    """One slide: what stands on it, and what is said to it, a caption each."""

    heading: str
    points: Sequence[str]
    says: Sequence[str]


@dataclass(frozen=True, slots=True)
class Script:
    """A lecture as it is to be shown: `notice` says on the first slide what kind of video this is."""

    title: str
    lecturer: str
    course: str
    notice: str
    slides: Sequence[Slide]


@dataclass(slots=True)
class Timing:
    """When each slide begins (the title is the first), when each caption stands, and when all is over, in ms."""

    starts_ms: list[int] = field(default_factory=lambda: [0])
    cues: list[ParsedCue] = field(default_factory=list)
    duration_ms: int = TITLE_MS


def timing_of(slides: Sequence[Slide]) -> Timing:
    """At a lecturer's pace; slides change on a whole frame."""
    timing = Timing()
    for slide in slides:
        timing.starts_ms.append(timing.duration_ms)
        now = timing.duration_ms + LEAD_MS
        for line in slide.says:
            end = now + max(SHORTEST_CUE_MS, round(len(line) / CHARACTERS_A_SECOND * 1000))
            timing.cues.append(ParsedCue(now, end, line))
            now = end + PAUSE_MS
        frame_ms = 1000 // FRAMES_PER_SECOND
        timing.duration_ms = math.ceil((now + TAIL_MS) / frame_ms) * frame_ms
    return timing


def captions_of(slides: Sequence[Slide]) -> bytes:
    """The lecture's text as a WebVTT file."""
    return format_vtt(timing_of(slides).cues).encode()


def make_video(script: Script, path: Path) -> None:
    """Write an MP4 (H.264, AAC) of the slides."""
    timing = timing_of(script.slides)
    pictures = [_title_slide(script), *(_slide(script, number) for number in range(len(script.slides)))]
    ends = [*timing.starts_ms[1:], timing.duration_ms]
    with av.open(str(path), "w", options={"movflags": "+faststart"}) as container:
        picture = container.add_stream(
            "libx264", rate=FRAMES_PER_SECOND, options={"preset": "ultrafast", "crf": "20"}
        )
        picture.width, picture.height = SIZE
        picture.pix_fmt = "yuv420p"
        sound = container.add_stream("aac", rate=SOUND_RATE, layout="mono")
        sound.bit_rate = 64_000
        at = 0
        for image, end_ms in zip(pictures, ends, strict=True):
            frame = av.VideoFrame.from_image(image).reformat(format="yuv420p")
            while at * 1000 < end_ms * FRAMES_PER_SECOND:
                frame.pts, frame.time_base = at, Fraction(1, FRAMES_PER_SECOND)
                container.mux(picture.encode(frame))
                at += 1
        container.mux(picture.encode(None))
        for block in _sound(timing):
            container.mux(sound.encode(block))
        container.mux(sound.encode(None))


def _sound(timing: Timing) -> Iterator[av.AudioFrame]:
    """Silence with a chime at the start of each slide, in blocks of 1024 samples."""
    chime, total = _chime(), timing.duration_ms * SOUND_RATE // 1000
    starts = [start * SOUND_RATE // 1000 for start in timing.starts_ms]
    for first in range(0, total, 1024):
        block = bytearray(2048)
        for start in starts:
            if start < first + 1024 and first < start + len(chime) // 2:
                begin = max(first, start)
                piece = chime[(begin - start) * 2 : (first + 1024 - start) * 2]
                block[(begin - first) * 2 : (begin - first) * 2 + len(piece)] = piece
        frame = av.AudioFrame(format="s16", layout="mono", samples=1024)
        frame.planes[0].update(bytes(block))
        frame.sample_rate, frame.pts, frame.time_base = SOUND_RATE, first, Fraction(1, SOUND_RATE)
        yield frame


@cache
def _chime() -> bytes:
    """Three soft notes that fade within 1.4 seconds: 16-bit samples."""
    samples = bytearray()
    for at in range(int(SOUND_RATE * 1.4)):
        second = at / SOUND_RATE
        level = 0.0
        for number, pitch in enumerate(_CHIME):
            since = second - number * 0.12
            if since > 0:
                level += math.sin(2 * math.pi * pitch * since) * math.exp(-4.5 * since) * min(1, since * 200)
        samples += struct.pack("<h", round(level * 5200))
    return bytes(samples)


def _title_slide(script: Script) -> Image.Image:
    image = Image.new("RGB", SIZE, _ACCENT)
    canvas = ImageDraw.Draw(image)
    canvas.rectangle((_LEFT, 250, _LEFT + 72, 256), fill="#e3c27f")
    canvas.text((_LEFT, 168), script.course, font=font("400Regular", 34), fill="#c9dde5")
    top = 288
    for line in _wrapped(script.title, font("600SemiBold", 64), SIZE[0] - 2 * _LEFT):
        canvas.text((_LEFT, top), line, font=font("600SemiBold", 64), fill="#ffffff")
        top += 88
    canvas.text((_LEFT, top + 24), f"主讲  {script.lecturer}", font=font("400Regular", 34), fill="#e4eef2")
    canvas.text((_LEFT, SIZE[1] - 84), script.notice, font=font("400Regular", 26), fill="#a9c6d1")
    return image


def _slide(script: Script, number: int) -> Image.Image:
    slide = script.slides[number]
    image = Image.new("RGB", SIZE, _PAPER)
    canvas = ImageDraw.Draw(image)
    canvas.rectangle((0, 0, 16, SIZE[1]), fill=_ACCENT)
    canvas.text((_LEFT, 64), script.title, font=font("400Regular", 26), fill=_MUTED)
    place = f"{number + 1} / {len(script.slides)}"
    canvas.text((SIZE[0] - _LEFT, 64), place, font=font("400Regular", 26), fill=_MUTED, anchor="ra")
    canvas.text((_LEFT, 126), slide.heading, font=font("600SemiBold", 54), fill=_INK)
    top = 250
    for point in slide.points:
        lines = _wrapped(point, font("400Regular", 38), SIZE[0] - 2 * _LEFT - 60)
        height = 44 + 54 * len(lines)
        canvas.rounded_rectangle((_LEFT, top, SIZE[0] - _LEFT, top + height), radius=14, fill=_SOFT)
        canvas.rectangle((_LEFT, top + 16, _LEFT + 6, top + height - 16), fill=_ACCENT)
        for line_number, line in enumerate(lines):
            canvas.text(
                (_LEFT + 36, top + 18 + 54 * line_number), line, font=font("400Regular", 38), fill=_INK
            )
        top += height + 16
    return image


def _wrapped(text: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    lines = [""]
    for character in text:
        # Closing punctuation never begins a line.
        if font.getlength(lines[-1] + character) > width and character not in "，。、；：！？）》”":
            lines.append("")
        lines[-1] += character
    return lines


@cache
def font(weight: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(_FONTS / weight / f"NotoSansSC_{weight}.ttf"), size)
