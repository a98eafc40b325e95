"""Why somebody counts for a curriculum on a day, or does not: one sentence, which he and his committee both read.

Judged by courses.audience_rules from the same facts as the required spans. It names no age, no reason of a leave, and
no date of birth: what the curriculum asks for is said, not what the person is.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from courses import audience_rules, audiences, due_dates, extensions, requirements, spans
from courses.audience_rules import Audience, Facts, Ground, Party
from courses.due_dates import DuePolicy
from courses.models import Curriculum, Requirement, RequirementKind
from people.models import LeaveKind, Membership, OrganisationClosure, Person, PracticeType


@dataclass(frozen=True, slots=True)
class Reason:
    """Whether the person counts on the day, why, and by when he has to be done (None where he does not count)."""

    requirement: Requirement
    counts: bool
    sentence: str
    due_on: dt.date | None = None


def about(person: Person) -> QuerySet[Requirement]:
    """The open curricula that concern the person: set for an organisation to which he belongs or ever belonged."""
    places = Membership.objects.current().filter(person=person).values("organisation_id")
    above = OrganisationClosure.objects.filter(descendant__in=places).values("ancestor_id")
    return (
        Requirement.objects.filter(
            kind=RequirementKind.CURRICULUM, is_open=True, curriculum__audience_organisation__in=above
        )
        .select_related("owner", "curriculum__audience_organisation")
        .order_by("-due_on", "pk")
    )


@dataclass(frozen=True, slots=True)
class Case:
    """One person and one curriculum on one day."""

    requirement: Requirement
    curriculum: Curriculum
    audience: Audience
    facts: Facts
    day: dt.date
    extended_to: dt.date | None
    taken_back: tuple[dt.date, dt.date] | None

    @property
    def organisation(self) -> str:
        return self.curriculum.audience_organisation.name

    @property
    def has_admission(self) -> bool:
        return any(each.admitted_on for each in self.facts.licences)


def reasons_of(person: Person, asked: Sequence[Requirement], day: dt.date) -> list[Reason]:
    """A reason for each curriculum, in the order given; at most seven statements, however many there are."""
    curricula = {each.pk: each.curriculum for each in asked if each.curriculum is not None}
    questions = {key: audiences.audience_of(each) for key, each in curricula.items()}
    facts = audiences.facts_of(list(questions.values()), [person.pk])[person.pk]
    longer = extensions.granted_to(list(curricula), [person.pk])
    revoked = extensions.taken_back(list(curricula), [person.pk])
    return [
        _reason(
            Case(
                each,
                curricula[each.pk],
                questions[each.pk],
                facts,
                day,
                longer.get((each.pk, person.pk)),
                revoked.get((each.pk, person.pk)),
            )
        )
        for each in asked
        if each.pk in curricula
    ]


def _reason(case: Case) -> Reason:
    requirement = case.requirement
    if not requirement.is_open:
        return Reason(requirement, False, _("Does not count: the curriculum was withdrawn."))
    missing = audience_rules.grounds_missing(case.audience, case.facts, case.day)
    if missing:
        return Reason(requirement, False, _AGAINST[missing[0]](case))
    if case.day < requirement.opens_on:
        text = _("Does not count yet: the curriculum opens on %(day)s.")
        return Reason(requirement, False, text % {"day": _written(requirement.opens_on)})
    belonging = audience_rules.belonging(case.audience, case.facts)
    for start, end in spans.required(belonging, requirement.opens_on, requirement.due_on):
        if spans.holds([(start, end)], case.day):
            policy = requirements.due_policy(requirement, case.curriculum)
            due_on = due_dates.due_of(policy, start, case.extended_to)
            return Reason(requirement, True, _for(case, policy, start, due_on), due_on)
    since = next(start for start, end in belonging if spans.holds([(start, end)], case.day))
    text = _("Does not count: within the audience only since %(day)s, after the due date of %(due)s.")
    return Reason(requirement, False, text % {"day": _written(since), "due": _written(requirement.due_on)})


def _for(case: Case, policy: DuePolicy, start: dt.date, due_on: dt.date) -> str:
    if case.facts.person_id in case.audience.named_ids:
        reason = _("Counts since %(since)s: named for this curriculum, as a lawyer of %(organisation)s")
    elif start <= policy.opens_on:
        reason = _("Counts since the opening on %(since)s: within the audience (%(organisation)s)")
    else:
        reason = _("Counts since %(since)s, when the audience (%(organisation)s) was joined or rejoined")
    unextended = due_dates.due_of(policy, start)
    if due_on != unextended:
        due = _("due on %(due)s, extended from %(usual)s")
    elif due_on != policy.due_on:
        due = _("due on %(due)s, later than the usual %(usual)s because of the later start")
    elif case.taken_back is not None:
        due = _("due on %(due)s; an extension until %(until)s was taken back on %(back)s")
    else:
        due = _("due on %(due)s")
    until, back = case.taken_back or (due_on, due_on)
    usual = unextended if due_on != unextended else policy.due_on
    return _("%(reason)s; %(due)s.") % {
        "reason": reason % {"since": _written(start), "organisation": case.organisation},
        "due": due
        % {
            "due": _written(due_on),
            "usual": _written(usual),
            "until": _written(until),
            "back": _written(back),
        },
    }


def _not_named(case: Case) -> str:
    return _("Does not count: the curriculum is for named persons alone.")


def _other_practice(case: Case) -> str:
    kinds = [str(PracticeType(each).label) for each in case.audience.practice_types]
    return _("Does not count: the curriculum is for other practice types (%(kinds)s).") % {
        "kinds": pgettext("between items of a list", ", ").join(kinds)
    }


def _other_cohort(case: Case) -> str:
    if not case.has_admission:
        return _("Does not count: no date of admission is on record.")
    first, last = case.audience.admitted_from, case.audience.admitted_until
    if first and last:
        band = pgettext("a band", "from %(first)s to %(last)s")
    else:
        band = pgettext("a band", "from %(first)s on") if first else pgettext("a band", "until %(last)s")
    return _("Does not count: the curriculum is for those admitted %(band)s.") % {
        "band": band % {"first": first and _written(first), "last": last and _written(last)}
    }


def _other_years(case: Case) -> str:
    if not case.has_admission:
        return _("Does not count: no date of admission is on record.")
    return _("Does not count: the curriculum is for %(band)s completed years of practice.") % {
        "band": _numbers(case.audience.years_from, case.audience.years_until)
    }


def _other_age(case: Case) -> str:
    if case.facts.birth_date is None:
        return _("Does not count: no date of birth is on record.")
    return _("Does not count: the curriculum is for ages of %(band)s.") % {
        "band": _numbers(case.audience.age_from, case.audience.age_until)
    }


def _other_party(case: Case) -> str:
    if case.audience.party == Party.MEMBERS:
        return _("Does not count: the curriculum is for Party members.")
    return _("Does not count: the curriculum is for those who are not Party members.")


def _no_place(case: Case) -> str:
    named, day = {"organisation": case.organisation}, case.day
    places = case.facts.places.get(case.audience.organisation_id, [])
    left = max((end for _start, end in places if end is not None and end <= day), default=None)
    if left is not None:
        text = _("Does not count: since %(day)s no longer a lawyer of %(organisation)s.")
        return text % {**named, "day": _written(left)}
    comes = min((start for start, _end in places if start > day), default=None)
    if comes is not None:
        text = _("Does not count yet: a lawyer of %(organisation)s only from %(day)s.")
        return text % {**named, "day": _written(comes)}
    return _("Does not count: not a lawyer of %(organisation)s.") % named


def _away(case: Case) -> str:
    held = next(each for each in case.facts.away if spans.holds([each.days], case.day))
    start, end = held.days
    named = {"since": _written(start)}
    if end is not None:
        named["until"] = _written(end - dt.timedelta(days=1))
    if held.kind == LeaveKind.EXEMPTION:
        if end is None:
            return _("Does not count: exempted since %(since)s.") % named
        return _("Does not count: exempted from %(since)s until %(until)s.") % named
    if end is None:
        return _("Does not count: on leave since %(since)s.") % named
    return _("Does not count: on leave from %(since)s until %(until)s.") % named


def _numbers(first: int | None, last: int | None) -> str:
    if first is not None and last is not None:
        return pgettext("a band of years", "%(first)s to %(last)s") % {"first": first, "last": last}
    if first is not None:
        return pgettext("a band of years", "at least %(first)s") % {"first": first}
    return pgettext("a band of years", "at most %(last)s") % {"last": last}


def _written(day: dt.date) -> str:
    return date_format(day, "Y年n月j日")


_AGAINST: dict[Ground, Callable[[Case], str]] = {
    Ground.PLACE: _no_place,
    Ground.NAMED: _not_named,
    Ground.PRACTICE_TYPE: _other_practice,
    Ground.ADMISSION: _other_cohort,
    Ground.YEARS: _other_years,
    Ground.AGE: _other_age,
    Ground.PARTY: _other_party,
    Ground.PRESENT: _away,
}
