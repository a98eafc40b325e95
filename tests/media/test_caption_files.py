"""Caption files are accepted whole or refused with the line, whatever program and encoding they come from."""

from pathlib import Path

import pysubs2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.caption_files import MAX_BYTES, CaptionRefused, ParsedCue, format_vtt, parse
from media.caption_text import plain

SRT = "1\n00:00:00,500 --> 00:00:02,000\n合同编通则\n\n2\n00:00:02,000 --> 00:00:04,250\n违约责任，请看第五百七十七条\n"
CUES = [ParsedCue(500, 2000, "合同编通则"), ParsedCue(2000, 4250, "违约责任，请看第五百七十七条")]

texts = st.text(max_size=80).map(plain).filter(bool)
cue_lists = st.lists(
    st.builds(
        lambda start, length, text: ParsedCue(start, start + length, text),
        st.integers(0, 90_000_000),
        st.integers(1, 60_000),
        texts,
    ),
    min_size=1,
    max_size=20,
)


@given(cue_lists)
def test_what_is_written_as_webvtt_is_read_back(cues: list[ParsedCue]) -> None:
    in_order = sorted(cues, key=lambda cue: (cue.start_ms, cue.end_ms))
    assert parse(format_vtt(in_order).encode()) == ("vtt", in_order)


@given(st.text())
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert plain(plain(text)) == plain(text)


@given(st.binary(max_size=400) | st.text(max_size=400).map(str.encode))
def test_any_bytes_are_accepted_or_refused_by_name(data: bytes) -> None:
    for given_data in (data, b"WEBVTT\n\n" + data):
        try:
            _format, cues = parse(given_data)
        except CaptionRefused as refusal:
            assert refusal.line <= given_data.count(b"\n") + given_data.count(b"\r") + 1
        else:
            assert all(cue.text and 0 <= cue.start_ms < cue.end_ms for cue in cues)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gbk", "gb18030", "gb2312"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_chinese_is_read_in_each_encoding_and_with_each_line_end(encoding: str, line_end: str) -> None:
    assert parse(SRT.replace("\n", line_end).encode(encoding)) == ("srt", CUES)


def test_webvtt_in_gbk_is_read() -> None:
    assert parse(format_vtt(CUES).encode("gbk")) == ("vtt", CUES)


@pytest.mark.parametrize(
    ("data", "code", "line"),
    [
        (b"", "empty", 0),
        (b" \n\n", "empty", 0),
        (b"WEBVTT\n\nNOTE nothing\n", "no_cues", 0),
        (b"x" * (MAX_BYTES + 1), "too_large", 0),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\xff\xfe\xfd", "encoding", 3),
        (SRT.encode()[:-3] + b"\xe7\n", "encoding", 7),
        ("1\n00:00:00,500 --> 00:00:02,000\n違約責任損害賠償範圍\n".encode("big5"), "encoding", 3),
        ("1\n00:00:00,500 --> 00:00:02,000\nà é è\n".encode("latin-1"), "encoding", 3),
        (b"just some text\n", "no_time_line", 1),
        (b"1\nno time here\n", "no_time_line", 2),
        (SRT.encode() + b"\n3\nno time here\n", "no_time_line", 10),
        (SRT.replace("00:00:04,250", "00:00:04").encode(), "bad_time", 6),
        (SRT.replace("2\n00:00:02,000 -->", "2\n00:00:02,000 ->").encode(), "bad_time", 6),
        (SRT.replace("00:00:04,250", "00:61:04,250").encode(), "bad_time", 6),
        (SRT.replace("00:00:04,250", "00:00:01,250").encode(), "reversed_time", 6),
        (SRT.replace("00:00:04,250", "00:00:02,000").encode(), "reversed_time", 6),
        (SRT.replace("00:00:00,500", "-00:00:00,500").encode(), "negative_time", 2),
        (SRT.replace("违约", "违" * 3000).encode(), "cue_too_long", 7),
        (b" WEBVTT\n\n00:00.000 --> 00:01.000\na\n", "no_header", 1),
        (b"WEBVTT\n00:00.000 --> 00:01.000\na\n", "no_blank_line", 2),
        (b"WEBVTT\n\nan identifier alone\n", "no_time_line", 3),
    ],
)
def test_what_is_wrong_is_said_with_its_line(data: bytes, code: str, line: int) -> None:
    with pytest.raises(CaptionRefused) as refusal:
        parse(data)
    assert (refusal.value.code, refusal.value.line) == (code, line)


def test_captions_of_a_longer_recording_are_refused_and_a_late_end_is_shortened() -> None:
    assert parse(SRT.encode(), duration_ms=4000)[1][-1].end_ms == 4000
    with pytest.raises(CaptionRefused) as refusal:
        parse(
            SRT.replace("00:00:02,000 --> 00:00:04", "00:10:02,000 --> 00:10:04").encode(), duration_ms=4000
        )
    assert (refusal.value.code, refusal.value.line) == ("past_the_end", 6)


@pytest.mark.parametrize(
    ("marked", "stored"),
    [
        ("<i>斜体</i>与<b>粗体</b>", "斜体与粗体"),
        ('<font color="#ff0000">红</font>', "红"),
        ("{\\an8}上方", "上方"),
        ("<民法典>第一条", "<民法典>第一条"),
        ("<scr<b>ipt>alert(1)</scr</b>ipt>", "alert(1)"),
        ("<img src=x onerror=alert(1)>图", "图"),
        ("3 < 5 而 5 > 3", "3 < 5 而 5 > 3"),
        ("第一行<br/>第二行", "第一行\n第二行"),
        ("\u202e反\u0000向\u0007", "反向"),
    ],
)
def test_markup_and_control_characters_leave_plain_text(marked: str, stored: str) -> None:
    data = f"1\n00:00:00,000 --> 00:00:01,000\n{marked}\n".encode()
    assert parse(data)[1] == [ParsedCue(0, 1000, stored)]


def test_webvtt_voices_times_and_references_are_resolved() -> None:
    data = "WEBVTT - 讲座\nKind: captions\n\nSTYLE\n::cue {}\n\nid-1\n00:01.000 --> 00:02.000 align:start\n"
    data += "<v 王律师>A<00:00:01.500> &amp; <c.x>B</c> &lt;甲&gt;</v>\n"
    assert parse(data.encode())[1] == [ParsedCue(1000, 2000, "A & B <甲>")]


def test_cues_may_overlap_stand_in_any_order_and_be_empty() -> None:
    data = b"1\n00:00:05,000 --> 00:00:09,000\nb\n\n2\n00:00:01,000 --> 00:00:06,000\na\n\n"
    data += b"3\n00:00:07,000 --> 00:00:07,000\n\n"
    assert [cue.text for cue in parse(data)[1]] == ["a", "b"]


REAL_REFUSALS = {
    "invalid_format1.srt": ("no_time_line", 1),
    "invalid_format3.srt": ("no_time_line", 2),
    "invalid_format4.srt": ("bad_time", 2),
    "invalid_timeframe.srt": ("bad_time", 6),
    "missing_timeframe.srt": ("no_time_line", 6),
    "missing_timeframe.vtt": ("no_time_line", 6),
    "invalid_timeframe.vtt": ("bad_time", 6),
    "min-mid-digits.vtt": None,
    "incorrect-delimiter.vtt": None,
    "bad-double-webvtt.vtt": ("no_time_line", 1),
    "missing-separator.vtt": ("no_time_line", 3),
}


def _caption_files(shared_data: Path) -> list[Path]:
    folders = (shared_data / "captions", shared_data / "hostile")
    return sorted(path for folder in folders for path in folder.rglob("*") if path.suffix in {".srt", ".vtt"})


def test_real_files_are_accepted_or_refused_with_a_line(shared_data: Path) -> None:
    files = _caption_files(shared_data)
    assert len(files) > 200
    for path in files:
        try:
            _format, cues = parse(path.read_bytes())
        except CaptionRefused as refusal:
            expected = REAL_REFUSALS.get(path.name)
            assert expected is None or (refusal.code, refusal.line) == expected, path.name
            assert refusal.line > 0 or refusal.code in {"empty", "no_cues"}, path.name
        else:
            assert REAL_REFUSALS.get(path.name) is None, path.name
            assert not any("<script" in cue.text.lower() or "\x00" in cue.text for cue in cues)
            assert parse(format_vtt(cues).encode())[1] == cues


def test_lecture_captions_agree_with_a_second_parser(shared_data: Path) -> None:
    files = [path for path in _caption_files(shared_data) if "Prompt" in str(path) or "POLYU" in str(path)]
    assert len(files) > 40
    for path in files:
        ours = [(cue.start_ms, cue.end_ms) for cue in parse(path.read_bytes())[1]]
        theirs = pysubs2.SSAFile.from_string(path.read_text("utf-8-sig"), format_="srt")
        theirs.sort()
        assert ours == sorted((event.start, event.end) for event in theirs if event.plaintext.strip()), (
            path.name
        )
