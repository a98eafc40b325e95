"""A certificate's files: the PDF is made once and kept, so that it is handed out byte for byte as it first was.

The picture is made when it is asked for. Both come from the figures that were frozen with the certificate; if
the kept file is lost, the same figures and layout give it again.
"""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, Storage, default_storage

from courses.certificate_refusals import SheetUnavailable
from courses.certificates import codes, sheet, typesetting
from courses.models import Certificate

FOLDER = "certificates"


def storage() -> Storage:
    """Where files of certificates lie: never among what the site hands out to anybody."""
    if settings.FILES == "s3":
        return default_storage
    return FileSystemStorage(location=settings.CERTIFICATES_ROOT.parent)


def fonts() -> Path:
    folder: Path = settings.BASE_DIR / "node_modules" / "@expo-google-fonts" / "noto-sans-sc"
    return folder


def code(certificate: Certificate) -> str:
    """The signed text of the certificate's code."""
    return codes.code_of(bytes(certificate.body), bytes(certificate.signature))


def link(certificate: Certificate) -> str:
    """The address in its QR code, for which it was issued."""
    return codes.address_of(certificate.figures["site"], code(certificate))


def short_link(certificate: Certificate) -> str:
    """The address that shows by its number what the register knows of it: short enough for any chat."""
    return f"{certificate.figures['site']}/verify/?number={certificate.number}"


def pdf(certificate: Certificate) -> bytes:
    """The PDF as it was first handed out. Raises SheetUnavailable."""
    name = pdf_name(certificate)
    try:
        with storage().open(name) as kept:
            return bytes(kept.read())
    except FileNotFoundError:
        pass
    made = make_pdf(certificate)
    saved = storage().save(name, ContentFile(made))
    if saved != name:  # another request was quicker; it made the same bytes
        storage().delete(saved)
    return made


def make_pdf(certificate: Certificate) -> bytes:
    """The PDF, made from the frozen figures. Raises SheetUnavailable."""
    try:
        return sheet.pdf(
            _figures(certificate), layout=certificate.layout, issued_at=certificate.issued_at, fonts=fonts()
        )
    except (typesetting.FontsMissing, typesetting.SheetFailed) as error:
        raise SheetUnavailable from error


def picture(certificate: Certificate) -> bytes:
    """The same as a PNG for a phone. Raises SheetUnavailable."""
    try:
        return sheet.picture(
            _figures(certificate), layout=certificate.layout, issued_at=certificate.issued_at, fonts=fonts()
        )
    except (typesetting.FontsMissing, typesetting.SheetFailed) as error:
        raise SheetUnavailable from error


def pdf_name(certificate: Certificate) -> str:
    """Where it is kept: folders of few files, under an id that nobody guesses."""
    key = certificate.public_id.hex
    return f"{FOLDER}/{key[-2:]}/{key}.pdf"


def _figures(certificate: Certificate) -> dict[str, Any]:
    figures: dict[str, Any] = certificate.figures
    text = code(certificate)
    return figures | {
        "code": text,
        "qr": codes.qr_svg(codes.address_of(figures["site"], text)),
        "verify_at": f"{figures['site']}/verify/",
    }
