"""What persons are told when a desk has decided something about their hours; each notice once, after the commit."""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from courses import contested, lengths, steps
from courses.desk_access import APPROVERS
from courses.models import (
    AssessmentAttempt,
    AttemptState,
    Correction,
    CreditCategory,
    Declaration,
    DeclarationState,
    Dispute,
    DisputeState,
    Extension,
    Lecture,
    LedgerEntry,
    LineState,
    Recognition,
    RecognitionLine,
)
from people import notices
from people.days import today
from people.models import NoticeKind, Organisation, OrganisationKind, Person, RoleGrant
from people.notices import New
from people.organisations import ancestors_on

# A committee has so many members at most; a role given to hundreds is no committee.
COMMITTEE_TOLD = 50


def declaration_decided(declared: Declaration) -> None:
    """The lawyer learns what was decided about his declaration, and why."""
    titles = {
        DeclarationState.ACCEPTED: _("Your declaration was accepted: %(title)s"),
        DeclarationState.REFUSED: _("Your declaration was refused: %(title)s"),
        DeclarationState.ASKED_BACK: _("There is a question about your declaration: %(title)s"),
    }
    _tell_of_decision(
        declared.person_id,
        once=f"declaration:{declared.public_id}:{declared.steps.count()}",
        title=titles[DeclarationState(declared.state)] % {"title": declared.title},
        text=declared.reason,
        path=reverse("courses:declaration", args=[declared.public_id]),
    )


def attempt_marked(attempt: AssessmentAttempt, now: dt.datetime) -> None:
    """Whoever handed in an attempt that a person had to mark learns how it ended; anew when a mark was changed."""
    title = (
        _("Your assessment has been marked and is passed: %(title)s")
        if attempt.state == AttemptState.PASSED
        else _("Your assessment has been marked and is not passed: %(title)s")
    )
    _tell_of_decision(
        attempt.person_id,
        once=f"attempt:{attempt.public_id}:{now.isoformat()}",
        title=title % {"title": attempt.assessment.title},
        text=_("%(points)s of %(out_of)s answers are right.")
        % {"points": attempt.points, "out_of": attempt.out_of},
        path=reverse("courses:attempt", args=[attempt.public_id]),
    )


def recording_replaced(lecture: Lecture, editor_id: int, persons: int) -> None:
    """Whose draft replaced a recording learns that its viewers wait for a table, wherever it was published."""
    text = ngettext(
        "The recording was replaced; %(n)d viewer begins at 0%% until the table is filled in.",
        "The recording was replaced; %(n)d viewers begin at 0%% until the table is filled in.",
        persons,
    )
    _tell_users(
        {editor_id},
        once=f"recut:{lecture.public_id}:{lecture.recording_id}",
        title=_("Carry over what was watched: %(title)s") % {"title": lecture.title},
        text=text % {"n": persons},
        path=reverse("wagtailsnippets_courses_lecture:recut", args=[lecture.pk]),
    )


def dispute_opened(dispute: Dispute) -> None:
    """The committee's members learn that there is something to decide."""
    _tell_committee(
        dispute.decider,
        once=f"dispute:{dispute.public_id}:opened",
        title=_("A dispute waits for the committee"),
        path=reverse("courses:desk_dispute", args=[dispute.public_id]),
        without={dispute.person.user_id, *contested.deciders(dispute)},
    )


def extension_asked(asked: Extension) -> None:
    """The committee of whoever set the curriculum learns that there is something to decide."""
    _tell_committee(
        asked.requirement.owner,
        once=f"extension:{asked.public_id}:asked",
        title=_("An extension is asked for: %(title)s") % {"title": asked.requirement.title},
        path=reverse("courses:desk_extension", args=[asked.public_id]),
        without={asked.person.user_id},
    )


def extension_decided(asked: Extension) -> None:
    """Whoever asked for longer learns until when he has, or why not."""
    named = {"title": asked.requirement.title}
    if asked.granted_until is not None:
        named["day"] = date_format(asked.granted_until, "Y年n月j日")
        title = _("You have until %(day)s: %(title)s") % named
    else:
        title = _("Your extension was refused: %(title)s") % named
    curriculum = asked.requirement.curriculum
    _tell_of_decision(
        asked.person_id,
        once=f"extension:{asked.public_id}:{asked.state}",
        title=title,
        text=asked.decision,
        path=reverse("courses:curriculum", args=[curriculum.public_id]) if curriculum else "/my/",
    )


def extension_revoked(asked: Extension) -> None:
    """Whose extension was taken back learns why, and by when he has to be done now."""
    curriculum = asked.requirement.curriculum
    _tell_of_decision(
        asked.person_id,
        once=f"extension:{asked.public_id}:revoked",
        title=_("Your extension was taken back: %(title)s") % {"title": asked.requirement.title},
        text=asked.revoke_reason,
        path=reverse("courses:curriculum", args=[curriculum.public_id]) if curriculum else "/my/",
    )


def list_submitted(listed: Recognition) -> None:
    """Those who may approve a list learn that it waits for a second person: who stands in it may not."""
    _tell_committee(
        listed.owner,
        once=f"list:{listed.public_id}:{listed.steps.count()}",
        title=_("A list waits for a second person: %(title)s") % {"title": listed.title},
        path=reverse("courses:desk_list", args=[listed.public_id]),
        without={listed.created_by_id, listed.submitted_by_id},
        concerned=listed.lines.filter(state=LineState.PLANNED).values("person"),
    )


def correction_submitted(batch: Correction) -> None:
    """Those who may approve a correction learn that it waits for a second person: whom it concerns may not."""
    _tell_committee(
        batch.owner,
        once=f"correction:{batch.public_id}:{batch.steps.count()}",
        title=_("A correction waits for a second person: %(title)s") % {"title": batch.activity.title},
        path=reverse("courses:desk_correction", args=[batch.public_id]),
        without=steps.authors(batch),
        concerned=batch.lines.values("entry__person"),
    )


def list_approved(listed: Recognition) -> None:
    """Who prepared a list learns that the second person agreed, and that it is being entered."""
    _tell_users(
        {listed.created_by_id, listed.submitted_by_id},
        once=f"list:{listed.public_id}:{listed.steps.count()}",
        title=_("Your list was approved and is entered: %(title)s") % {"title": listed.title},
        text="",
        path=reverse("courses:desk_list", args=[listed.public_id]),
    )


def correction_approved(batch: Correction) -> None:
    """Who prepared a correction learns that the second person agreed, and that it runs."""
    _tell_users(
        steps.authors(batch),
        once=f"correction:{batch.public_id}:{batch.steps.count()}",
        title=_("Your correction was approved and runs: %(title)s") % {"title": batch.activity.title},
        text="",
        path=reverse("courses:desk_correction", args=[batch.public_id]),
    )


def list_returned(listed: Recognition, why: str) -> None:
    """Who prepared a list learns that the second person gave it back, and why."""
    _tell_users(
        {listed.created_by_id, listed.submitted_by_id},
        once=f"list:{listed.public_id}:{listed.steps.count()}",
        title=_("Your list was returned for changes: %(title)s") % {"title": listed.title},
        text=why,
        path=reverse("courses:desk_list", args=[listed.public_id]),
    )


def correction_returned(batch: Correction, why: str) -> None:
    """Who prepared a correction learns that the second person gave it back, and why."""
    _tell_users(
        steps.authors(batch),
        once=f"correction:{batch.public_id}:{batch.steps.count()}",
        title=_("Your correction was returned for changes: %(title)s") % {"title": batch.activity.title},
        text=why,
        path=reverse("courses:desk_correction", args=[batch.public_id]),
    )


def dispute_decided(dispute: Dispute) -> None:
    """The lawyer learns what the committee decided, and why."""
    title = (
        _("Your dispute was granted")
        if dispute.state == DisputeState.GRANTED
        else _("Your dispute was refused")
    )
    _tell_of_decision(
        dispute.person_id,
        once=f"dispute:{dispute.public_id}:{dispute.state}",
        title=title,
        text=dispute.reason,
        path=reverse("courses:dispute", args=[dispute.public_id]),
    )


def recognised(listed: Recognition, person_ids: Collection[int]) -> None:
    """Those of a list who have been entered learn it, each once, however many categories his line is divided into."""
    lines = listed.lines.filter(person__in=person_ids).exclude(state=LineState.LEFT_OUT)
    by_person: dict[int, list[RecognitionLine]] = {}
    for line in lines.select_related("entry").order_by("pk"):
        by_person.setdefault(line.person_id, []).append(line)
    notices.send_bulk(
        New(
            person_id=person_id,
            kind=NoticeKind.RECORD,
            once=f"recognised:{listed.public_id}",
            title=_("Entered in your credit record: %(title)s") % {"title": listed.title},
            text=_in_words(listed, own),
            path=_path_of([line.entry for line in own if line.entry is not None]),
        )
        for person_id, own in by_person.items()
    )


def _in_words(listed: Recognition, lines: Sequence[RecognitionLine]) -> str:
    """What a person gets by a list: one amount, or one for each category."""
    between = pgettext("between items of a list", ", ")
    is_one = len(lines) == 1
    return between.join(
        amount if is_one else f"{CreditCategory(line.category or listed.category).label} {amount}"
        for line in lines
        for amount in [_amount_of(listed, line)]
    )


def _amount_of(listed: Recognition, line: RecognitionLine) -> str:
    if line.seconds is None and line.quantity_milli is None:
        return lengths.amount(listed.unit, listed.seconds, listed.quantity_milli)
    return lengths.amount(listed.unit, line.seconds or 0, line.quantity_milli)


def _path_of(entries: Sequence[LedgerEntry]) -> str:
    """The evidence of one entry, the record's year of several."""
    if len(entries) == 1:
        return reverse("courses:evidence", args=[entries[0].public_id])
    return f"{reverse('courses:record')}?year={entries[0].day.year}" if entries else reverse("courses:record")


def list_taken_back(listed: Recognition, entries: Iterable[LedgerEntry], why: str, *, step: int) -> None:
    """Whose entries of a list were reversed learns why, once for each time that something of it was taken back."""
    by_person: dict[int, list[LedgerEntry]] = {}
    for entry in entries:
        by_person.setdefault(entry.person_id, []).append(entry)
    notices.send_bulk(
        New(
            person_id=person_id,
            kind=NoticeKind.RECORD,
            once=f"taken_back:{listed.public_id}:{step}",
            title=_("Taken back in your credit record: %(title)s") % {"title": listed.title},
            text=why,
            path=_path_of(own),
        )
        for person_id, own in by_person.items()
    )


def taken_back(entries: Iterable[LedgerEntry], why: str) -> None:
    """Whose award was reversed learns why. The entries are the awards."""
    notices.send_bulk(
        New(
            person_id=entry.person_id,
            kind=NoticeKind.RECORD,
            once=f"taken_back:{entry.public_id}",
            title=_("Taken back in your credit record: %(title)s") % {"title": entry.activity.title},
            text=why,
            path=reverse("courses:evidence", args=[entry.public_id]),
        )
        for entry in entries
    )


def corrected(entries: Iterable[LedgerEntry], why: str) -> None:
    """Whose award was replaced by another learns why. The entries are the new awards."""
    notices.send_bulk(
        New(
            person_id=entry.person_id,
            kind=NoticeKind.RECORD,
            once=f"corrected:{entry.public_id}",
            title=_("Corrected in your credit record: %(title)s") % {"title": entry.activity.title},
            text=why,
            path=reverse("courses:evidence", args=[entry.public_id]),
        )
        for entry in entries
    )


def _tell_of_decision(person_id: int, *, once: str, title: str, text: str, path: str) -> None:
    notices.send_bulk(
        [New(person_id=person_id, kind=NoticeKind.DECISION, once=once, title=title, text=text, path=path)]
    )


def _tell_users(user_ids: Collection[int | None], *, once: str, title: str, text: str, path: str) -> None:
    """Those of these users who are persons: a task has come back to them."""
    keys = Person.objects.filter(user__in=[each for each in user_ids if each]).values_list("pk", flat=True)
    notices.send_bulk(
        New(person_id=key, kind=NoticeKind.TASK, once=once, title=title, text=text, path=path) for key in keys
    )


def _tell_committee(
    organisation: Organisation,
    *,
    once: str,
    title: str,
    path: str,
    without: Collection[int | None],
    concerned: QuerySet[Any, Any] | None = None,
) -> None:
    """Whoever holds a committee's role on the nearest association at which somebody else may decide.

    `without` are keys of users, `concerned` of persons, who may not. Where a committee has nobody else, the
    association above it is told: its members may decide for those below.
    """
    day = today()
    above = list(ancestors_on(organisation, day).filter(kind=OrganisationKind.ASSOCIATION).reverse())
    for each in above or [organisation]:
        granted = RoleGrant.objects.on(day).filter(
            organisation=each, role__in=APPROVERS, revoked_at__isnull=True, user__is_active=True
        )
        members = Person.objects.filter(user__in=granted.values("user_id")).exclude(
            user__in=[key for key in without if key]
        )
        if concerned is not None:
            members = members.exclude(pk__in=concerned)
        keys = list(members.values_list("pk", flat=True)[:COMMITTEE_TOLD])
        if keys:
            notices.send_bulk(
                New(person_id=key, kind=NoticeKind.TASK, once=once, title=title, path=path) for key in keys
            )
            return
