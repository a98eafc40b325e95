"""What pages say that watching or reading is worth: as the regulation in force for the person converts it.

Where none is in force, the class hour of courses.credit. Where one is in force that does not convert it (no words for
it, or readings that differ), no number is said: the credit record explains.
"""

from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from courses import converted, credit, ledger
from courses.amounts import plain
from courses.completion import Settled
from courses.converted import Conversions, Worth
from courses.models import LearningFormat, Lecture, LedgerEntry, Unit
from courses.situating import Fact
from people.days import today
from people.models import Organisation, Person

# No entry of the ledger has this key: it stands for what may yet be earned.
SUPPOSED = 0


def promised(person: Person | None, lecture: Lecture, seconds: int) -> Worth | None:
    """What completing the lecture today would be worth, before a year's caps. Eight statements for a person."""
    if person is None:
        return _by_class_hour(seconds)
    day = today()
    organiser_id = ledger.organiser_id(day)
    organiser = Organisation.objects.get(pk=organiser_id) if organiser_id else None
    fact = Fact(
        key=SUPPOSED,
        day=day,
        format=LearningFormat.RECORDED,
        category=lecture.category,
        unit=Unit.SECOND,
        amount=Fraction(seconds),
        facts={},
        organiser=organiser.name if organiser else "",
        organiser_kind=organiser.kind if organiser else "",
        organiser_division=organiser.division_code if organiser else "",
        activity="",
    )
    return _worth(SUPPOSED, person.pk, seconds, converted.supposed(person.pk, fact))


def completed(settled: Settled | None) -> dict[str, Any] | None:
    """What a page announces of a completion: the credit if it is known, its minutes, and the sentences to show."""
    if settled is None:
        return None
    entry = settled.entry
    courses = [each.course.title for each in settled.courses if each.course]
    worth = _worth(entry.pk, entry.person_id, entry.seconds, converted.converted([entry], today()))
    return {
        "credit": None if worth is None else plain(worth.credit),
        "minutes": entry.seconds // 60,
        "courses": courses,
        "sentence": " ".join(_sentences(entry, worth, courses)),
    }


def _worth(key: int, person_id: int, seconds: int, found: Conversions) -> Worth | None:
    if key in found.worth:
        return found.worth[key]
    return None if person_id in found.undecided else _by_class_hour(seconds)


def _by_class_hour(seconds: int) -> Worth:
    exact = Decimal(seconds) / credit.SECONDS_PER_CREDIT
    return Worth(exact, regulation="", unit=_("credits"), articles=())


def _sentences(entry: LedgerEntry, worth: Worth | None, courses: list[str]) -> list[str]:
    is_reading = entry.format == LearningFormat.READING
    if worth is None:
        minutes = {"minutes": entry.seconds // 60}
        first = (
            _("Reading completed: %(minutes)s minutes added to your record.") % minutes
            if is_reading
            else _("Lecture completed: %(minutes)s minutes added to your record.") % minutes
        )
    else:
        values = {"credit": worth.figure, "unit": worth.unit}
        first = (
            _("Reading completed: %(credit)s %(unit)s added to your record.") % values
            if is_reading
            else _("Lecture completed: %(credit)s %(unit)s added to your record.") % values
        )
    return [first, *(_("Course completed: %(course)s.") % {"course": course} for course in courses)]
