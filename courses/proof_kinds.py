"""What an uploaded proof really is, by its content: a photograph or a PDF, nothing else.

A name or a browser's word proves nothing. SVG and HTML are text that browsers run and are never accepted; a picture
is opened (its header first: a bomb of pixels is refused before it is decoded), a PDF must begin and end as one.
"""

import io
import warnings
from typing import IO

import pillow_heif
from PIL import Image, UnidentifiedImageError

from courses.desk_refusals import FileBroken, FileKindRefused

MAX_PIXELS = 80_000_000
MEDIA_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "HEIF": "image/heic"}
EXTENSIONS = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    "image/heic": ".heic",
    "application/pdf": ".pdf",
}
# What a browser shows as a picture and nothing more.
SHOWN_INLINE = frozenset({"image/jpeg", "image/png", "image/webp"})
PDF = "application/pdf"

_UNREADABLE = (
    OSError,
    ValueError,
    SyntaxError,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
)

pillow_heif.register_heif_opener()


def media_type_of(content: bytes) -> str:
    """The media type that the content has. Raises FileKindRefused, or FileBroken for what only begins as one."""
    if content[:5] == b"%PDF-":
        if b"%%EOF" not in content[-2048:]:
            raise FileBroken
        return PDF
    return _picture_type(io.BytesIO(content))


def _picture_type(handle: IO[bytes]) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            with Image.open(handle, formats=list(MEDIA_TYPES)) as picture:
                width, height = picture.size
                if width * height > MAX_PIXELS:
                    raise FileBroken
                found = MEDIA_TYPES[str(picture.format)]
                picture.verify()
        except UnidentifiedImageError as error:
            raise FileKindRefused from error
        except _UNREADABLE as error:
            raise FileBroken from error
    return found
