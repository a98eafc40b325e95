"""Finds a certificate's code in a file: a PDF's pages or a picture are looked at as a camera would; text is read."""

import io
from collections.abc import Iterator

import pypdfium2
import zxingcpp
from PIL import Image, UnidentifiedImageError

from courses.certificates.codes import CodeInvalid, find_code

MAX_BYTES = 20 * 1024 * 1024
MAX_PIXELS = 60_000_000
MAX_PAGES = 30
# A code of 73 modules on 38 mm has modules of six pixels at this scale (72 dpi times three).
_SCALE = 3


class FileUnreadable(Exception):
    """Neither a PDF, nor a picture, nor text, or too large to look at."""

    code = "file_unreadable"


def code_in(content: bytes) -> str:
    """The code in a file's bytes. Raises FileUnreadable, or CodeInvalid("no_code") where there is none."""
    if len(content) > MAX_BYTES:
        raise FileUnreadable
    if content[:1024].lstrip().startswith(b"%PDF"):
        return _code_in_pictures(_pages(content))
    try:
        with Image.open(io.BytesIO(content)) as image:
            if image.width * image.height > MAX_PIXELS:
                raise FileUnreadable
            return _code_in_pictures([image.convert("L")])
    except (OSError, SyntaxError, Image.DecompressionBombError) as error:
        if not isinstance(error, UnidentifiedImageError):
            raise FileUnreadable from error
    try:
        return find_code(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise FileUnreadable from error


def _pages(content: bytes) -> Iterator[Image.Image]:
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        raise FileUnreadable from error
    try:
        for number in range(min(len(document), MAX_PAGES)):
            page = document[number]
            width, height = page.get_size()
            scale = min(_SCALE, (MAX_PIXELS / max(1.0, width * height)) ** 0.5)
            yield page.render(scale=scale, grayscale=True).to_pil()
    finally:
        document.close()


def _code_in_pictures(pictures: Iterator[Image.Image] | list[Image.Image]) -> str:
    for picture in pictures:
        for found in zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode):
            try:
                return find_code(found.text)
            except CodeInvalid:
                continue
    raise CodeInvalid("no_code")
