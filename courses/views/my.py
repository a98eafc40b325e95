"""My pages: what I have and lack this year, and the record of each credited minute."""

import datetime as dt
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from courses import changes, credit, dashboard, evidence, ledger, lengths, records, rules, shares
from courses.amounts import Amount
from courses.models import EntryKind, LedgerEntry, Unit
from courses.records import Counted, Standing
from people.access import person_of
from people.days import today

# Stretches of a reading that a line of the record names; its page of evidence names more.
READ_SHOWN = 20


@dataclass(frozen=True, slots=True)
class RecordLine:
    """One entry of the record with what proves it."""

    entry: LedgerEntry
    amount: str  # of one that stands, so rounded that the column adds up
    credit: Decimal
    judged_by: str
    share_percent: int | None
    stretches: list[tuple[int, int, dt.date]]
    points: str = ""  # of a passed attempt: 4 / 5
    read: list[tuple[dt.datetime, dt.datetime]] = field(default_factory=list)
    counted: Counted | None = None  # under the regulation, where one is in force
    change: changes.Change | None = None  # of a reversal, or of what stands in another's place
    is_void: bool = False  # a reversal, or what one took back: together they come to nothing


@login_required
@require_safe
def my(request: HttpRequest) -> HttpResponse:
    """/my/: one sentence, where to go on, what is required next."""
    person = person_of(request.user)
    if person is None:
        return render(request, "courses/my_no_record.html")
    board = dashboard.dashboard_of(request.user, person, today())  # type: ignore[arg-type]  # login_required
    standing = records.standing_of(person)
    context = {"board": board, "person": person, "day": today(), "standing": standing}
    return render(request, "courses/my.html", context)


@login_required
@require_safe
def record(request: HttpRequest) -> HttpResponse:
    """/my/record/?year=2026: each entry, and why it counts."""
    person = person_of(request.user)
    if person is None:
        return render(request, "courses/my_no_record.html")
    year = _year(request.GET.get("year", ""))
    years = sorted({*ledger.years(person), today().year, year}, reverse=True)
    summary = ledger.summary(person, year)
    standing = records.standing_of(person, year=year, user=request.user)  # type: ignore[arg-type]  # login_required
    also = standing.keys_that_count if standing else []
    entries = list(ledger.entries(person, year, also=also))
    why = changes.of(entries)
    # What was taken back says why by the reversal that took it.
    void = {each.reverses_id: each.pk for each in entries if each.reverses_id is not None}
    stand = [each for each in entries if each.kind == EntryKind.AWARD and each.pk not in void]
    credits_, amounts = _credits(stand), _amounts(stand)
    return render(
        request,
        "courses/record.html",
        {
            "person": person,
            "summary": summary,
            "learnt": _learnt(stand, amounts),
            "years": years,
            "standing": standing,
            "lines": [
                _line(
                    entry,
                    amount=amounts.get(entry.pk),
                    shown=credits_.get(entry.pk),
                    standing=standing,
                    change=why.get(void.get(entry.pk, entry.pk)),
                    is_taken_back=entry.pk in void,
                )
                for entry in entries
            ],
            "minutes_per_credit": credit.SECONDS_PER_CREDIT // 60,
        },
    )


def _year(text: str) -> int:
    if not text:
        return today().year
    if not (text.isascii() and text.isdigit() and 2000 <= int(text) <= 2999):
        raise Http404
    return int(text)


def _learnt(entries: list[LedgerEntry], amounts: dict[int, Decimal]) -> str:
    """What is measured in time and what is measured in credits, each in its own words: the sums of what is shown."""
    sums = {
        unit: sum((amounts[each.pk] for each in entries if each.unit == unit), Decimal(0))
        for unit in (Unit.SECOND, Unit.CREDIT)
    }
    parts = []
    if sums[Unit.SECOND] or not sums[Unit.CREDIT]:
        parts.append(lengths.measure(sums[Unit.SECOND], "minute"))
    if sums[Unit.CREDIT]:
        parts.append(lengths.measure(sums[Unit.CREDIT], Unit.CREDIT))
    return " + ".join(parts)


def _amounts(entries: list[LedgerEntry]) -> dict[int, Decimal]:
    """The number of each entry that stands in the unit in which it is written; those of one unit add up as shown."""
    shown: dict[int, Decimal] = {}
    for unit in {each.unit for each in entries}:
        exact = {
            each.pk: Amount(each.unit, each.seconds, each.quantity_milli).number
            for each in entries
            if each.unit == unit
        }
        whole = sum(exact.values(), Decimal(0)).quantize(shares.HUNDREDTH, ROUND_HALF_UP)
        shown |= shares.of_whole(exact, whole)
    return shown


def _credit(entry: LedgerEntry) -> Fraction:
    return entry.amount if entry.unit == Unit.CREDIT else credit.credit_of(entry.seconds)


def _credits(entries: list[LedgerEntry]) -> dict[int, Decimal]:
    """What each entry that stands comes to, in hundredths that add up to the whole as it is shown."""
    exact = {each.pk: _credit(each) for each in entries}
    whole = credit.as_decimal(sum(exact.values(), Fraction(0)))
    parts = {key: Decimal(each.numerator) / each.denominator for key, each in exact.items()}
    return shares.of_whole(parts, whole)


def _line(
    entry: LedgerEntry,
    *,
    amount: Decimal | None,
    shown: Decimal | None,
    standing: Standing | None,
    change: changes.Change | None,
    is_taken_back: bool,
) -> RecordLine:
    kept: dict[str, Any] = entry.completion.evidence
    duration_ms = kept.get("duration_ms") or 0
    whole = Amount(entry.unit, entry.seconds, entry.quantity_milli)
    return RecordLine(
        entry=entry,
        amount=lengths.measure(whole.number if amount is None else amount, whole.written_unit),
        credit=credit.as_decimal(_credit(entry)) if shown is None else shown,
        judged_by=evidence.judged_by(entry.completion.rule),
        share_percent=rules.share_percent(kept["watched_ms"], duration_ms) if duration_ms else None,
        stretches=[
            (start_ms, end_ms, dt.date.fromisoformat(day))
            for start_ms, end_ms, day in kept.get("intervals", [])
        ],
        points=f"{kept['points']} / {kept['out_of']}" if "points" in kept else "",
        read=[
            (dt.datetime.fromisoformat(start), dt.datetime.fromisoformat(end))
            for start, end in kept.get("stretches", [])[-READ_SHOWN:]
        ],
        counted=standing.counted.get(entry.pk) if standing else None,
        change=change,
        is_void=is_taken_back or entry.kind == EntryKind.REVERSAL,
    )
