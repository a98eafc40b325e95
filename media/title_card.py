"""Draws the card that stands in for the picture of a recording that has none."""

import logging
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _
from PIL import Image, ImageDraw, ImageFont

logger = logging.getLogger(__name__)

SIZE = (1280, 720)
_PAPER, _INK, _MUTED, _ACCENT = "#f6f3ec", "#1c2430", "#5b6472", "#9b2c1f"
_MARGIN = 120
_LARGEST, _SMALLEST, _MOST_LINES = 68, 40, 4
_FONTS = settings.BASE_DIR / "node_modules" / "@expo-google-fonts" / "noto-sans-sc"


def draw(title: str, path: Path) -> None:
    """Write a 1280 x 720 PNG with the recording's title, wrapped and shortened so that it fits."""
    image = Image.new("RGB", SIZE, _PAPER)
    canvas = ImageDraw.Draw(image)
    canvas.rectangle((0, 0, 18, SIZE[1]), fill=_ACCENT)
    canvas.text((_MARGIN, 96), _("Audio lecture"), font=_font("400Regular", 30), fill=_ACCENT)
    lines, font = _fitted(title, SIZE[0] - 2 * _MARGIN)
    height = round(font.size * 1.4)
    top = (SIZE[1] - height * len(lines)) // 2
    for number, line in enumerate(lines):
        canvas.text((_MARGIN, top + number * height), line, font=font, fill=_INK)
    canvas.text(
        (_MARGIN, SIZE[1] - 132), settings.WAGTAIL_SITE_NAME, font=_font("400Regular", 30), fill=_MUTED
    )
    image.save(path)


def save_poster(card: Path, poster: Path) -> None:
    """The same card as a JPEG."""
    with Image.open(card) as image:
        image.convert("RGB").save(poster, quality=85)


def _fitted(title: str, width: int) -> tuple[list[str], ImageFont.FreeTypeFont]:
    """The title in lines of at most `width` pixels, in the largest type that needs few enough lines."""
    for size in range(_LARGEST, _SMALLEST - 1, -4):
        font = _font("600SemiBold", size)
        lines = _wrapped(title, font, width)
        if len(lines) <= _MOST_LINES:
            break
    if len(lines) > _MOST_LINES:
        lines = [*lines[: _MOST_LINES - 1], lines[_MOST_LINES - 1][:-1] + "…"]
    return lines, font


def _wrapped(text: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    lines, line = [], ""
    for character in text:
        if line and font.getlength(line + character) > width:
            # A Latin word is kept whole where it fits; Han characters break anywhere.
            head, space, tail = line.rpartition(" ")
            carried = tail if space and character.isascii() and tail.isascii() else ""
            lines.append((head if carried else line).strip())
            line = carried
        line += character
    return [*lines, line.strip()] if line.strip() or not lines else lines


def _font(weight: str, size: int) -> ImageFont.FreeTypeFont:
    path = _FONTS / weight / f"NotoSansSC_{weight}.ttf"
    if path.exists():
        return ImageFont.truetype(str(path), size)
    logger.warning("no Chinese font at %s: the title card uses Pillow's own", path)
    fallback = ImageFont.load_default(size)
    if not isinstance(fallback, ImageFont.FreeTypeFont):
        raise TypeError("Pillow was built without FreeType")
    return fallback
