"""SRT and WebVTT files to cues and back: a file is accepted whole, or refused with the line that is wrong."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import dropwhile
from typing import Literal, NamedTuple

from media.caption_text import Undecodable, decode, with_vtt_escapes, without_srt_markup, without_vtt_markup

Format = Literal["srt", "vtt"]

MAX_BYTES = 5 * 1024 * 1024
MAX_CUES = 20_000
MAX_CUE_CHARACTERS = 2_000
# A last cue may outlast its recording a little: encoders trim sound, and typists round up.
PAST_THE_END_MS = 2_000

# Hours may be missing in WebVTT. Unpadded numbers and short fractions are decimals (7.5 is 7,500 ms), as the
# meeting software that writes them means them.
_TIME = r"(-?)(?:(\d{1,3}):)?(\d{1,2}):(\d{1,2})[.,](\d{1,3})"
_TIMES = re.compile(rf"^\s*{_TIME}\s*-->\s*{_TIME}(?:\s+\S.*)?\s*$")
_LOOKS_LIKE_TIMES = re.compile(r"-->|^\s*-?\d{1,3}:\d{1,2}:\d{1,2}|\d\s*->\s*\d")
_TIMES_INSIDE = re.compile(r"^\s*-?[\d:.,]+\s*-->\s*-?\d")
_VTT_HEADER = re.compile(r"^WEBVTT(?:[ \t].*)?$")
_VTT_ASIDE = re.compile(r"^(NOTE|STYLE|REGION)(?:[ \t]|$)")


@dataclass(frozen=True, order=True)
class ParsedCue:
    """One cue: times in milliseconds of the recording, `end_ms` > `start_ms` >= 0, plain text, never empty."""

    start_ms: int
    end_ms: int
    text: str


class CaptionRefused(Exception):
    """A caption file that is not accepted: why (`code`) and in which line, counted from 1 (0: the whole file)."""

    def __init__(self, code: str, line: int = 0) -> None:
        super().__init__(f"{code} at line {line}")
        self.code = code
        self.line = line


class _Line(NamedTuple):
    number: int
    text: str


def parse(data: bytes, *, duration_ms: int | None = None) -> tuple[Format, list[ParsedCue]]:
    """The format and the cues of a caption file, in the order of their times.

    Cues may overlap and may stand in any order in the file. Cues without text are left out. With
    `duration_ms`, a cue that begins after the recording's end refuses the file (it belongs to another
    recording) and one that only ends after it is shortened. Raises CaptionRefused.
    """
    if len(data) > MAX_BYTES:
        raise CaptionRefused("too_large")
    try:
        text = decode(data)
    except Undecodable as error:
        raise CaptionRefused("encoding", error.line) from error
    if not text.strip():
        raise CaptionRefused("empty")
    lines = [_Line(number, line) for number, line in enumerate(text.split("\n"), start=1)]
    is_vtt = text.lstrip("\ufeff \t\n").startswith("WEBVTT")
    found = _vtt_cues(lines) if is_vtt else _srt_cues(lines)
    cues: list[ParsedCue] = []
    for line, cue in found:
        kept = _within(cue, duration_ms, line)
        if kept is not None:
            cues.append(kept)
        if len(cues) > MAX_CUES:
            raise CaptionRefused("too_many", line)
    if not cues:
        raise CaptionRefused("no_cues")
    return ("vtt" if is_vtt else "srt"), sorted(cues, key=lambda cue: (cue.start_ms, cue.end_ms))


def format_vtt(cues: Iterable[ParsedCue]) -> str:
    """Cues as a WebVTT file; `parse` gives the same cues back."""
    blocks = [
        f"{_clock(cue.start_ms)} --> {_clock(cue.end_ms)}\n{with_vtt_escapes(cue.text)}\n" for cue in cues
    ]
    return "\n".join(["WEBVTT\n", *blocks])


def _clock(milliseconds: int) -> str:
    seconds, fraction = divmod(milliseconds, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{fraction:03}"


def _srt_cues(lines: Sequence[_Line]) -> Iterator[tuple[int, ParsedCue]]:
    """Blocks of an optional number, a time line and text; text may hold a blank line, as players allow."""
    pending: list[_Line] = []
    for block in _blocks(lines, lambda line: not line.strip()):
        times_at = 1 if block[0].text.strip().isdecimal() else 0
        if len(block) > times_at and "-->" in block[times_at].text:
            yield from _cues_of(pending, without_srt_markup)
            pending = block[times_at:]
            continue
        # No time line: more text of the cue before, unless it looks like a cue whose time line went wrong.
        wrong = next((line for line in block if _LOOKS_LIKE_TIMES.search(line.text)), None)
        if wrong is not None:
            raise CaptionRefused("bad_time", wrong.number)
        if not pending or times_at:
            raise CaptionRefused("no_time_line", block[min(times_at, len(block) - 1)].number)
        pending.extend(block)
    yield from _cues_of(pending, without_srt_markup)


def _vtt_cues(lines: Sequence[_Line]) -> Iterator[tuple[int, ParsedCue]]:
    """Blocks after the header; notes, styles and regions are passed over (W3C WebVTT, section 6)."""
    if not _VTT_HEADER.match(lines[0].text):
        raise CaptionRefused("no_header", 1)
    blocks = _blocks(lines, lambda line: not line)
    for line in next(blocks)[1:]:
        if "-->" in line.text:
            raise CaptionRefused("no_blank_line", line.number)
    for untrimmed in blocks:
        block = list(dropwhile(lambda line: not line.text.strip(), untrimmed))
        if not block or _VTT_ASIDE.match(block[0].text):
            continue
        times_at = 0 if "-->" in block[0].text else 1
        if len(block) <= times_at or "-->" not in block[times_at].text:
            raise CaptionRefused("no_time_line", block[0].number)
        yield from _cues_of(block[times_at:], without_vtt_markup)


def _blocks(lines: Iterable[_Line], is_blank: Callable[[str], bool]) -> Iterator[list[_Line]]:
    block: list[_Line] = []
    for line in lines:
        if not is_blank(line.text):
            block.append(line)
        elif block:
            yield block
            block = []
    if block:
        yield block


def _cues_of(block: Sequence[_Line], without_markup: Callable[[str], str]) -> Iterator[tuple[int, ParsedCue]]:
    """The cues of a block that begins with a time line. A further time line in it begins the next cue (a
    blank line is missing in what some sites export), and a number just above it is that cue's number."""
    times: _Line | None = None
    text: list[_Line] = []
    for line in block:
        if times is not None and not _TIMES_INSIDE.match(line.text):
            text.append(line)
            continue
        if times is not None:
            if text and text[-1].text.strip().isdecimal():
                text.pop()
            yield times.number, _cue(times, text, without_markup)
        times, text = line, []
    if times is not None:
        yield times.number, _cue(times, text, without_markup)


def _cue(times: _Line, text_lines: Sequence[_Line], without_markup: Callable[[str], str]) -> ParsedCue:
    match = _TIMES.match(times.text)
    if match is None:
        raise CaptionRefused("bad_time", times.number)
    start, end = _milliseconds(match.groups()[:5], times), _milliseconds(match.groups()[5:], times)
    text = without_markup("\n".join(line.text for line in text_lines))
    if end < start or (end == start and text):
        raise CaptionRefused("reversed_time", times.number)
    if len(text) > MAX_CUE_CHARACTERS:
        raise CaptionRefused("cue_too_long", text_lines[0].number)
    return ParsedCue(start, end, text)


def _milliseconds(parts: Sequence[str | None], line: _Line) -> int:
    sign, hours, minutes, seconds, fraction = (part or "" for part in parts)
    if sign:
        raise CaptionRefused("negative_time", line.number)
    if int(minutes) > 59 or int(seconds) > 59:
        raise CaptionRefused("bad_time", line.number)
    whole = int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)
    return whole * 1000 + int(fraction.ljust(3, "0"))


def _within(cue: ParsedCue, duration_ms: int | None, line: int) -> ParsedCue | None:
    if not cue.text:
        return None
    if duration_ms is None or cue.end_ms <= duration_ms:
        return cue
    if cue.start_ms >= duration_ms:
        if cue.start_ms > duration_ms + PAST_THE_END_MS:
            raise CaptionRefused("past_the_end", line)
        return None
    return ParsedCue(cue.start_ms, duration_ms, cue.text)
