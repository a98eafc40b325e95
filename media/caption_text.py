"""From the bytes of a caption file to plain text: which encoding it is in, and what is left of marked-up cue text."""

import codecs
import html
import re
import unicodedata

# What must never reach a page, an index or PostgreSQL: control characters (NUL among them), marks that turn
# the direction of the text around them, byte-order marks inside a text, and what is no character at all.
_UNWANTED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff]"
)
# A tag begins with an ASCII letter, so that book titles typed as <民法典> stay what they are.
_TAG = re.compile(r"</?[A-Za-z][^<>]*>|</>")
_VTT_TIME_TAG = re.compile(r"<\d[\d:.]*>")
_ASS_OVERRIDE = re.compile(r"\{\\[^{}]*\}")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)


class Undecodable(Exception):
    """The bytes are in no encoding that is accepted; `line` is where reading failed, counted from 1."""

    def __init__(self, line: int) -> None:
        super().__init__(f"undecodable at line {line}")
        self.line = line


def decode(data: bytes) -> str:
    """The text of a caption file, line ends as \\n, without byte-order mark.

    Accepted: UTF-8 with or without mark, UTF-16 with a mark, GB18030 (and so GBK and GB2312). A file that is
    almost wholly UTF-8 is a damaged UTF-8 file, never read as GB18030; what decodes as GB18030 but does not
    look like Chinese in its usual characters (Latin-1, Big5, a picture) is refused. Raises Undecodable.
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _strictly(data, "utf-16")
    try:
        return _unified(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        failed_at = _line_of(data, error.start)
    readable = data.decode("utf-8-sig", "replace")
    broken = readable.count("\ufffd")
    if sum(1 for character in readable if character > "\x7f") - broken > 4 * broken:
        raise Undecodable(failed_at)
    text = _strictly(data, "gb18030")
    foreign = [character for character in text if character > "\x7f"]
    usual = sum(1 for character in foreign if _is_usual_in_gb2312(character))
    if usual < len(foreign) * 0.7:
        raise Undecodable(failed_at)
    return text


def plain(text: str) -> str:
    """Cue text as it is stored: no unwanted characters, every line trimmed, no empty line. Idempotent."""
    text = text.replace("\u2028", "\n").replace("\u2029", "\n").replace("\u00a0", " ").replace("\t", " ")
    text = _UNWANTED.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    lines = (line.strip() for line in text.split("\n"))
    return unicodedata.normalize("NFC", "\n".join(line for line in lines if line))


def without_srt_markup(text: str) -> str:
    """SRT cue text without <i>-like tags and {\\an8}-like overrides; entities are left as they are written."""
    return plain(_without_tags(_ASS_OVERRIDE.sub("", text)))


def without_vtt_markup(text: str) -> str:
    """WebVTT cue text without tags and times inside it, its character references resolved."""
    return plain(html.unescape(_without_tags(_VTT_TIME_TAG.sub("", text))))


def with_vtt_escapes(text: str) -> str:
    """Plain text as WebVTT writes it; `without_vtt_markup` gives it back."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _without_tags(text: str) -> str:
    """Until nothing is left to take away: <scr<b>ipt> must not become a tag by losing its inside."""
    text = _BREAK.sub("\n", text)
    while (shorter := _TAG.sub("", text)) != text:
        text = shorter
    return text


def _strictly(data: bytes, encoding: str) -> str:
    try:
        return _unified(data.decode(encoding))
    except UnicodeDecodeError as error:
        raise Undecodable(_line_of(data, error.start)) from error


def _unified(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _line_of(data: bytes, position: int) -> int:
    return data.count(b"\n", 0, position) + 1


def _is_usual_in_gb2312(character: str) -> bool:
    """Whether a character is among GB2312's symbols and its 3,755 everyday characters (rows 1 to 55)."""
    try:
        code = character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return len(code) == 2 and code[0] <= 0xD7
