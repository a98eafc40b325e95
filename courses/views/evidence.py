"""The evidence behind an entry or a lecture's minutes, to the person himself and to the committee above him."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from courses import acts, changes, disputes, evidence, persons_shown
from courses.access import accessible_lectures
from courses.desk_access import accessible_entries
from courses.disputes import Question
from courses.models import EntryKind, Lecture, LedgerEntry
from courses.refusals import Refusal
from courses.views.desk_doors import own_person, signed_in, user_of
from people import audit_log
from people.access import is_himself
from people.models import Person


@signed_in
def entry(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """/my/evidence/<uuid>/: everything that stands behind one entry."""
    found = get_object_or_404(
        accessible_entries(request.user).select_related("activity__lecture", "person", "organiser"),
        public_id=public_id,
    )
    award = found.reverses if found.kind == EntryKind.REVERSAL and found.reverses else found
    is_own = is_himself(user_of(request), found.person)
    standing = changes.standing(award)
    question = Question(entry=standing)
    audit_log.looked_at(user_of(request), found.person, _("Evidence of an entry"))
    return render(
        request,
        "courses/desk/evidence.html",
        {
            "title": found.activity.title,
            "entry": award,
            "is_reversed": acts.is_reversed(award),
            "change": _change(award),
            "standing": standing if standing != award else None,
            "is_own": is_own,
            "person": persons_shown.shown([found.person_id])[found.person_id],
            "events": evidence.of_entry(award),
            "dispute_url": _ask("entry", standing) if is_own and _may_ask(found.person, question) else "",
        },
    )


@signed_in
def lecture(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """/my/evidence/lectures/<uuid>/: my own minutes of one lecture, complete or not."""
    person = own_person(request)
    found = get_object_or_404(
        accessible_lectures(request.user).select_related("activity", "recording").distinct(),
        public_id=public_id,
    )
    question = Question(lecture=found)
    return render(
        request,
        "courses/desk/evidence.html",
        {
            "title": found.title,
            "lecture": found,
            "is_own": True,
            "person": persons_shown.shown([person.pk])[person.pk],
            "events": evidence.of_lecture(person.pk, found),
            "dispute_url": _ask("lecture", found) if _may_ask(person, question) else "",
            "why_not": _why_not(person, question),
        },
    )


def _change(award: LedgerEntry) -> changes.Change | None:
    """Why it was taken back; else why it stands in another's place."""
    reversal = LedgerEntry.objects.filter(reverses=award).first()
    return changes.behind(reversal or award)


def _ask(what: str, subject: LedgerEntry | Lecture) -> str:
    return f"{reverse('courses:dispute_new')}?{what}={subject.public_id}"


def _may_ask(person: Person, question: Question) -> bool:
    return not _why_not(person, question)


def _why_not(person: Person, question: Question) -> str:
    """Why the person cannot dispute it now; empty where he can."""
    try:
        disputes.require_disputable(person, question)
    except Refusal as refusal:
        return str(refusal) or _("It cannot be disputed.")
    return ""
