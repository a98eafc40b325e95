"""What a certificate claims, as it is signed: a canonical CBOR array, small enough for a code on paper.

    [kind, number, issuer, issued on, name, organisation, licence's end, subject, day, year, credits, required,
     [category, credits, category, credits, …]]

Days are counted from 1970-01-01, credits in thousandths; `required` is null where no regulation asks for an
amount, `year` is 0 for a completed course. The same claim has one encoding only: anything else is refused.
"""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum
from typing import Any

import cbor2

EPOCH = dt.date(1970, 1, 1)
# Lengths in characters; the code of a claim that used all of them could still be scanned.
MAX_NAME, MAX_ORGANISATION, MAX_ISSUER, MAX_SUBJECT, MAX_CATEGORY = 100, 60, 40, 60, 20
MAX_CATEGORIES = 8
MAX_MILLI = 100_000_000


class Kind(IntEnum):
    """A completed course, or what a year added up to."""

    COMPLETION = 1
    STATEMENT = 2


class ClaimMalformed(Exception):
    """The bytes are no claim in its one encoding."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What is certified about one person.

    `subject` is the course's title or the regulation's; `day` that of the completion, or up to which the
    statement counts. `licence_end` are the last four digits of the licence, which tell namesakes apart.
    """

    kind: Kind
    number: str
    issuer: str
    issued_on: dt.date
    name: str
    organisation: str
    licence_end: str
    subject: str
    day: dt.date
    year: int
    milli_credits: int
    required_milli: int | None
    categories: tuple[tuple[str, int], ...]

    @property
    def credit(self) -> Decimal:
        return Decimal(self.milli_credits) / 1000

    @property
    def required(self) -> Decimal | None:
        return None if self.required_milli is None else Decimal(self.required_milli) / 1000


def shortened(text: str, length: int) -> str:
    """The text in at most `length` characters, an ellipsis standing for what was left out."""
    return text if len(text) <= length else text[: length - 1] + "…"


def encode(claim: Claim) -> bytes:
    """The claim's one encoding. Raises ValueError for what no claim may say."""
    _require_bounds(claim)
    flat = [part for label, milli in claim.categories for part in (label, milli)]
    return cbor2.dumps(
        [
            int(claim.kind),
            claim.number,
            claim.issuer,
            (claim.issued_on - EPOCH).days,
            claim.name,
            claim.organisation,
            claim.licence_end,
            claim.subject,
            (claim.day - EPOCH).days,
            claim.year,
            claim.milli_credits,
            claim.required_milli,
            flat,
        ],
        canonical=True,
    )


def decode(body: bytes) -> Claim:
    """The claim that `encode` gave these bytes for. Raises ClaimMalformed."""
    try:
        claim = _claim_of(cbor2.loads(body))
        if encode(claim) == body:
            return claim
    except (ValueError, TypeError, OverflowError, RecursionError, cbor2.CBORError) as error:
        raise ClaimMalformed from error
    raise ClaimMalformed


def _claim_of(parts: Any) -> Claim:
    kind, number, issuer, issued, name, organisation, end, subject, day, year, milli, required, flat = parts
    return Claim(
        kind=Kind(kind),
        number=number,
        issuer=issuer,
        issued_on=EPOCH + dt.timedelta(days=issued),
        name=name,
        organisation=organisation,
        licence_end=end,
        subject=subject,
        day=EPOCH + dt.timedelta(days=day),
        year=year,
        milli_credits=milli,
        required_milli=required,
        categories=tuple(zip(flat[::2], flat[1::2], strict=True)),
    )


def _require_bounds(claim: Claim) -> None:
    texts = (
        (claim.number, 19),
        (claim.issuer, MAX_ISSUER),
        (claim.name, MAX_NAME),
        (claim.organisation, MAX_ORGANISATION),
        (claim.licence_end, 4),
        (claim.subject, MAX_SUBJECT),
        *((label, MAX_CATEGORY) for label, _milli in claim.categories),
    )
    amounts = (claim.milli_credits, claim.required_milli or 0, *(milli for _label, milli in claim.categories))
    if not (
        all(isinstance(text, str) and len(text) <= most for text, most in texts)
        and all(type(amount) is int and 0 <= amount <= MAX_MILLI for amount in amounts)
        and len(claim.categories) <= MAX_CATEGORIES
        and type(claim.year) is int
        and (claim.year == 0 if claim.kind is Kind.COMPLETION else 2000 <= claim.year <= 9999)
        and claim.name
        and claim.number
    ):
        raise ValueError("this is more than a certificate can claim")
