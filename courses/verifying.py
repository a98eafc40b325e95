"""Whether a certificate is genuine and still stands: what anybody may be told who has its number or its code."""

import datetime as dt
from dataclasses import dataclass

from courses import signing_keys
from courses.certificate_refusals import NoSuchCertificate, Unreadable
from courses.certificates import codes, numbers, reading
from courses.certificates.claims import Claim, decode
from courses.certificates.codes import CodeInvalid, Signed
from courses.certificates.numbers import NumberInvalid
from courses.certificates.reading import FileUnreadable
from courses.models import Certificate

VALID, SUPERSEDED, REVOKED = "valid", "superseded", "revoked"
UNREGISTERED = "unregistered"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is known of a certificate at this moment; nothing of the person beyond the certificate itself.

    `state`: valid, superseded (a corrected or newer one stands in its place), revoked, or unregistered: rightly
    signed, but not in this register. `since` is the day from which it no longer stands. `course` is the whole
    title, which the code may have shortened.
    """

    claim: Claim
    state: str
    since: dt.datetime | None
    superseded_reason: str
    course: str
    issued_at: dt.datetime | None


def by_number(text: str) -> Verdict:
    """What the register knows under a number. Raises Unreadable, NoSuchCertificate."""
    try:
        number = numbers.normalise(text)
    except NumberInvalid as error:
        raise Unreadable(error.code) from error
    certificate = Certificate.objects.filter(number=number).first()
    if certificate is None:
        raise NoSuchCertificate
    return _verdict(decode(bytes(certificate.body)[codes.HEAD :]), certificate)


def by_code(text: str) -> Verdict:
    """What the register knows of a signed code. Raises Unreadable."""
    signed = signature_of(text, signing_keys.public_keys())
    certificate = Certificate.objects.filter(number=signed.claim.number, body=signed.body).first()
    return _verdict(signed.claim, certificate)


def signature_of(text: str, keys: dict[str, bytes]) -> Signed:
    """Whose claim the code holds, by these keys alone and without the register. Raises Unreadable."""
    try:
        return codes.verify(text, keys)
    except CodeInvalid as error:
        raise Unreadable(error.code) from error


def code_in_file(content: bytes) -> str:
    """The code in a PDF, a picture or a text. Raises Unreadable."""
    try:
        return reading.code_in(content)
    except (CodeInvalid, FileUnreadable) as error:
        raise Unreadable(error.code) from error


def _verdict(claim: Claim, certificate: Certificate | None) -> Verdict:
    if certificate is None:
        return Verdict(claim, UNREGISTERED, None, "", claim.subject, None)
    return Verdict(
        claim=claim,
        state=certificate.state,
        since=certificate.revoked_at or certificate.superseded_at,
        superseded_reason="" if certificate.revoked_at else certificate.superseded_reason,
        course=certificate.figures["course"] or claim.subject,
        issued_at=certificate.issued_at,
    )
