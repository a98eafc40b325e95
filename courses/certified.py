"""What would be certified of persons now: a completed course, or a year, in the words and figures of the sheet.

Read in a few statements however many persons they are; nothing is written here.
"""

import datetime as dt
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from courses import converted, credit, ledger, persons_shown, shares, standings_said, statements
from courses.amounts import Amount, plain
from courses.converted import Conversions
from courses.engine.results import Statement
from courses.models import (
    CertificateKind,
    Completion,
    CreditCategory,
    EntryKind,
    LedgerEntry,
    Unit,
)
from courses.persons_shown import Shown
from courses.statements import PersonStatement
from people.models import Organisation

MILLI = 1000
MINUTES_PER_CREDIT = credit.SECONDS_PER_CREDIT // 60


@dataclass(frozen=True, slots=True)
class Matter:
    """One thing to certify of one person. `figures` are what the sheet shows of it, without number and date of
    issue; `categories` the same amounts for the signed claim, in thousandths of a credit."""

    kind: str
    person_id: int
    completion_id: int | None
    year: int | None
    issuer: str
    shown: Shown
    subject: str
    day: dt.date
    milli_credits: int
    required_milli: int | None
    categories: Sequence[tuple[str, int]]
    figures: dict[str, Any] = field(hash=False)

    @property
    def digest(self) -> str:
        """Of what is certified, not of who it is or the day on which it is asked: the same matter is issued once."""
        core = {
            key: self.figures[key] for key in ("course", "year", "credit", "categories", "entries", "notes")
        }
        text = json.dumps([core, self.required_milli], sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


def of_completions(completions: Iterable[Completion], day: dt.date) -> list[Matter]:
    """The matters of completed courses, each with the credit of the activities that completed it.

    It is what the regulation in force converts them to; what of it counts in a year is a statement's to say.
    """
    found = list(completions)
    activities = {uuid for each in found for uuid in each.evidence.get("activities", [])}
    entries: dict[tuple[int, str], LedgerEntry] = {
        (entry.person_id, str(entry.activity.public_id)): entry
        for entry in LedgerEntry.objects.filter(
            person__in={each.person_id for each in found},
            activity__public_id__in=activities,
            kind=EntryKind.AWARD,
            reversal__isnull=True,
        ).select_related("activity")
    }
    persons = persons_shown.shown(each.person_id for each in found)
    issuer = issuer_on(day)
    conversions = converted.converted(entries.values(), day)
    matters = []
    for each in found:
        activities_done = each.evidence.get("activities", [])
        own = [entries[each.person_id, uuid] for uuid in activities_done if (each.person_id, uuid) in entries]
        matter = _of_completion(each, own, persons[each.person_id], issuer)
        matters.append(_as_converted(matter, own, conversions))
    return matters


def of_years(person_ids: Iterable[int], year: int, day: dt.date) -> list[Matter]:
    """The matters of persons' years up to that day, for those who have anything in it."""
    last = min(day, dt.date(year, 12, 31))
    by_person: dict[int, list[LedgerEntry]] = defaultdict(list)
    for entry in ledger.in_force(person_ids, dt.date(year, 1, 1), last).select_related("activity"):
        by_person[entry.person_id].append(entry)
    persons = persons_shown.shown(by_person)
    issuer = issuer_on(day)
    judged = {each.person_id: each for each in statements.statements(by_person, year=year, as_of=last)}
    acts = {int(key) for each in judged.values() if each.statement for key in each.statement.acts}
    known = {entry.pk: entry for entries in by_person.values() for entry in entries}
    missing = LedgerEntry.objects.filter(pk__in=acts - known.keys()).select_related("activity")
    known |= {entry.pk: entry for entry in missing}
    matters = []
    for person_id, entries in by_person.items():
        matter = _of_year(persons[person_id], year, last, entries, issuer)
        found = judged.get(person_id)
        matters.append(_under(matter, found, known) if found else matter)
    return matters


def issuer_on(day: dt.date) -> str:
    """Who signs: the association at the top of the professional tree, or the site itself where there is none."""
    key = ledger.organiser_id(day)
    name = Organisation.objects.filter(pk=key).values_list("name", flat=True).first() if key else None
    return name or settings.WAGTAIL_SITE_NAME


def day_words(day: dt.date) -> str:
    return date_format(day, "Y年n月j日")


def _of_completion(completion: Completion, entries: list[LedgerEntry], shown: Shown, issuer: str) -> Matter:
    version = completion.course_version
    title = version.title if version else ""
    seconds = sum(entry.seconds for entry in entries)
    facts = [
        [_("Completed on"), day_words(completion.day)],
        [_("Length"), _("%(n)s minutes") % {"n": plain(Decimal(seconds) / 60)}],
        [_("Activities"), str(len(completion.evidence.get("activities", [])))],
    ]
    return _matter(
        CertificateKind.COMPLETION,
        entries,
        shown,
        issuer,
        completion_id=completion.pk,
        year=None,
        subject=title,
        day=completion.day,
        words={
            "title": _("Certificate of credit: %(title)s") % {"title": title},
            "subtitle": _("Course completed"),
            "course": title,
            "year": "",
            "facts": facts,
            "entries": [],
        },
    )


def _as_converted(matter: Matter, entries: list[LedgerEntry], conversions: Conversions) -> Matter:
    """The course as the regulation in force converts it; where it cannot, the hours as recorded, and a note."""
    own = [conversions.worth[entry.pk] for entry in entries if entry.pk in conversions.worth]
    if not own and matter.person_id not in conversions.undecided:
        return matter
    if len(own) < len(entries) or len({(each.regulation, each.unit) for each in own}) > 1:
        return _undecided(
            matter, _("The regulation in force does not convert this; these are the hours as recorded.")
        )
    by_category: dict[str, Decimal] = defaultdict(Decimal)
    for entry, each in zip(entries, own, strict=True):
        by_category[_category(entry.category)] += each.credit
    articles = dict.fromkeys(article for each in own for article in each.articles)
    facts = [[_("Regulation"), own[0].regulation]]
    if articles:
        facts.append([_("By article"), _(", ").join(articles)])
    counted = _counting(matter, sum((each.credit for each in own), Decimal(0)), by_category)
    return replace(
        counted,
        figures=counted.figures
        | {
            "unit": own[0].unit,
            "facts": [*matter.figures["facts"], *facts],
            "notes": [_("What of it counts in a year is said by the yearly credit statement.")],
        },
    )


def _undecided(matter: Matter, note: str) -> Matter:
    return replace(matter, figures=matter.figures | {"notes": [*matter.figures["notes"], note]})


def _counting(matter: Matter, total: Decimal, by_category: dict[str, Decimal]) -> Matter:
    """The matter with a regulation's amounts, in the claim and on the sheet alike."""
    amounts = {label: Fraction(amount) for label, amount in by_category.items() if amount}
    categories = _in_order(amounts, Fraction(total))
    milli = _milli(Fraction(total))
    return replace(
        matter,
        milli_credits=milli,
        categories=categories,
        figures=matter.figures | {"credit": _shown_milli(milli), "categories": _shown_categories(categories)},
    )


def _in_order(by_category: dict[str, Fraction], total: Fraction) -> list[tuple[str, int]]:
    """Categories with their thousandths, the largest first; they add up to the total as it is shown."""
    exact = {label: Decimal(each.numerator) / each.denominator for label, each in by_category.items()}
    shown = shares.of_whole(exact, credit.as_decimal(total))
    found = ((label, int(amount * MILLI)) for label, amount in shown.items())
    return sorted(found, key=lambda pair: (-pair[1], pair[0]))


def _shown_categories(categories: Sequence[tuple[str, int]]) -> list[dict[str, str]]:
    return [{"label": label, "credit": _shown_milli(milli)} for label, milli in categories]


def _of_year(shown: Shown, year: int, last: dt.date, entries: list[LedgerEntry], issuer: str) -> Matter:
    seconds = sum(entry.seconds for entry in entries)
    return _matter(
        CertificateKind.STATEMENT,
        entries,
        shown,
        issuer,
        completion_id=None,
        year=year,
        subject="",
        day=last,
        words={
            "title": _("Certificate of credit %(year)s") % {"year": year},
            "subtitle": _("Year %(year)s") % {"year": year},
            "course": "",
            "year": str(year),
            "facts": [
                [_("Entries"), str(len(entries))],
                [_("Length"), _("%(n)s minutes") % {"n": plain(Decimal(seconds) / 60)}],
            ],
            "entries": [_line(entry) for entry in entries],
        },
    )


def _under(matter: Matter, found: PersonStatement, known: dict[int, LedgerEntry]) -> Matter:
    """The year as the regulation in force judges it: raw and counted credit of each act, with the article.

    Where it cannot judge, or its words leave two readings, the figures stay the ledger's and a note says so.
    """
    statement = found.statement
    if statement is None or statement.total is None:
        return _undecided(
            matter, _("The regulation in force leaves this year undecided; these are the hours as recorded.")
        )
    lines: list[dict[str, str]] = []
    by_category: dict[str, Decimal] = defaultdict(Decimal)
    for key, act in statement.acts.items():
        entry = known[int(key)]
        if act.credit or statement.cycle.first <= entry.day <= statement.cycle.last:
            articles = dict.fromkeys(reason.article for reason in act.why if reason.article)
            by_category[_category(entry.category)] += act.credit
            lines.append(
                _line(entry)
                | {"raw": plain(act.raw), "counted": plain(act.credit), "article": _(", ").join(articles)}
            )
    if statement.carried_in:
        by_category[_("Carried over")] += statement.carried_in
    counted = _counting(matter, standings_said.total(statement) or statement.total, by_category)
    required = statement.required
    figures = counted.figures | {
        "unit": found.regulation.unit,
        "facts": [[_("Regulation"), found.regulation.title], *_standing(statement), *matter.figures["facts"]],
        "entries": sorted(lines, key=lambda line: line["day"]),
        "has_articles": True,
        "notes": list(statement.assumptions),
    }
    return replace(
        counted,
        subject=found.regulation.title,
        required_milli=None if required is None else _milli(Fraction(required)),
        figures=figures,
    )


def _standing(statement: Statement) -> list[list[str]]:
    """What was required and how the person stands against it, where the regulation says either."""
    rows = []
    if statement.required is not None:
        rows.append([_("Credits required"), plain(statement.required)])
    for each in statement.minima.values():
        words = {"got": plain(each.got), "needed": plain(each.needed)}
        rows.append([each.label, _("%(got)s of at least %(needed)s") % words])
    if statement.compliant is not None:
        rows.append([_("Result"), _("Fulfilled") if statement.compliant else _("Not yet fulfilled")])
    return rows


def _matter(
    kind: CertificateKind,
    entries: list[LedgerEntry],
    shown: Shown,
    issuer: str,
    *,
    completion_id: int | None,
    year: int | None,
    subject: str,
    day: dt.date,
    words: dict[str, Any],
) -> Matter:
    total = sum((_credit_of(entry) for entry in entries), Fraction(0))
    by_category: dict[str, Fraction] = defaultdict(Fraction)
    for entry in entries:
        by_category[_category(entry.category)] += _credit_of(entry)
    categories = _in_order(by_category, total)
    identity = [shown.organisation]
    if shown.last_four:
        identity.append(_("last four digits of the licence: %(digits)s") % {"digits": shown.last_four})
    notes = [_("%(n)s minutes are one credit; the total is rounded once.") % {"n": MINUTES_PER_CREDIT}]
    if any(entry.unit not in {Unit.SECOND, Unit.CREDIT} for entry in entries):
        notes.append(_("What is counted in days, pieces or words has no credit where no regulation says so."))
    return Matter(
        kind=kind,
        person_id=shown.person_id,
        completion_id=completion_id,
        year=year,
        issuer=issuer,
        shown=shown,
        subject=subject,
        day=day,
        milli_credits=_milli(total),
        required_milli=None,
        categories=categories,
        figures={
            "kind": kind.value,
            "name": shown.name,
            "identity": _(", ").join(part for part in identity if part),
            "issuer": issuer,
            "day": day_words(day),
            "credit": _shown_milli(_milli(total)),
            "unit": _("credits"),
            "categories": _shown_categories(categories),
            "has_articles": False,
            "left_out": 0,
            "notes": notes,
            **words,
        },
    )


def _line(entry: LedgerEntry) -> dict[str, str]:
    counted = _shown_milli(_milli(_credit_of(entry)))
    return {
        "day": entry.day.isoformat(),
        "title": entry.activity.title,
        "category": _category(entry.category),
        "minutes": _amount_words(entry),
        "raw": counted,
        "counted": counted,
        "article": "",
    }


def _amount_words(entry: LedgerEntry) -> str:
    amount = Amount(entry.unit, entry.seconds, entry.quantity_milli)
    if amount.written_unit == "minute":
        return _("%(n)s minutes") % {"n": plain(amount.number)}
    return f"{plain(amount.number)} {Unit(entry.unit).label}"


def _credit_of(entry: LedgerEntry) -> Fraction:
    """Exact; what is counted in days or pieces has no credit without a regulation."""
    if entry.unit == Unit.CREDIT:
        return entry.amount
    return credit.credit_of(entry.seconds) if entry.unit == Unit.SECOND else Fraction(0)


def _milli(amount: Fraction) -> int:
    """Thousandths, rounded as the record's page rounds: to two places."""
    return int(credit.as_decimal(amount) * MILLI)


def _shown_milli(milli: int) -> str:
    return plain(Decimal(milli) / MILLI)


def _category(code: str) -> str:
    try:
        return str(CreditCategory(code).label)
    except ValueError:
        return code or _("Without a category")
