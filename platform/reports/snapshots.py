"""Fixed reports: fixing, signing and marking them; the one writer of their tables.

What a report said is kept row by row under pseudonymous ids with a digest, and nothing of it can be written again.
What is corrected later leaves a mark on the reports that it touches and changes none.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any, cast
from uuid import UUID

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.models import LedgerEntry, Requirement
from courses.touched import Touched
from people import audit_log, notices
from people.access import person_of
from people.models import AuditAct, NoticeKind, Organisation, Tree, User
from people.notices import New
from reports import fixed_form, keeping, snapshot_access
from reports.figures import Figures, PersonState
from reports.fixed_form import Row
from reports.fixed_rows import counted_now, units_of
from reports.models import Snapshot, SnapshotMark, SnapshotRow, SnapshotSignature
from reports.snapshot_refusals import (
    DigestBroken,
    NobodyCounted,
    NotYourReport,
    SignedAlready,
    TitleMissing,
    TooManyCounted,
)

MAX_PERSONS = 120_000
MAX_TITLE = 120
BATCH = 2000


def fix(
    requirement: Requirement,
    organisation: Organisation,
    day: dt.date,
    *,
    title: str,
    by: User,
    tree: str = Tree.PROFESSION,
    now: dt.datetime | None = None,
) -> Snapshot:
    """Keep what is counted now of that day, once for all.

    Raises NotYourReport, TitleMissing, NobodyCounted, TooManyCounted.
    """
    title = " ".join(title.split())[:MAX_TITLE]
    if not snapshot_access.may_fix(by, organisation):
        raise NotYourReport
    if not title:
        raise TitleMissing
    keeping.work_off()
    with transaction.atomic():
        rows = counted_now(requirement, organisation, day, tree, limit=MAX_PERSONS + 1)
        if not rows:
            raise NobodyCounted
        if len(rows) > MAX_PERSONS:
            raise TooManyCounted
        question = question_of(requirement, organisation, day, tree)
        units = units_of(organisation, day, tree, rows)
        made = Snapshot.objects.create(
            title=title,
            requirement=requirement,
            organisation=organisation,
            tree=tree,
            day=day,
            form=fixed_form.FORM,
            question=question,
            units=units,
            figures=_named(figures_of(rows, day)),
            digest=fixed_form.digest(question, units, rows),
            made_by=by,
            made_at=now or timezone.now(),
        )
        for start in range(0, len(rows), BATCH):
            SnapshotRow.objects.bulk_create(_stored(made, row) for row in rows[start : start + BATCH])
        audit_log.record(
            AuditAct.DECIDED, by=by, organisation=organisation, about=_("Fixed a report") + f" · {title}"
        )
    return made


def question_of(
    requirement: Requirement, organisation: Organisation, day: dt.date, tree: str
) -> dict[str, Any]:
    """What was asked, with the words that it had then; part of the digest."""
    return {
        "requirement": str(requirement.public_id),
        "title": requirement.title,
        "opens_on": requirement.opens_on.isoformat(),
        "due_on": requirement.due_on.isoformat(),
        "closes_on": requirement.closes_on.isoformat() if requirement.closes_on else None,
        "owner": requirement.owner.name,
        "organisation": str(organisation.public_id),
        "organisation_name": organisation.name,
        "tree": str(tree),
        "day": day.isoformat(),
    }


def stored_rows(snapshot: Snapshot) -> Iterator[Row]:
    """The rows that were kept, sorted by person."""
    found = snapshot.rows.order_by("person_id").values_list(
        "person_id", "place", "due_on", "state", "completed_on", "watched_permille"
    )
    # The key is the person's public id, which the stubs take for his primary key.
    return (
        Row(cast("UUID", person), place, due_on, state, completed_on, watched)
        for person, place, due_on, state, completed_on, watched in found.iterator(chunk_size=BATCH)
    )


def digest_holds(snapshot: Snapshot) -> bool:
    """Whether question, units, rows and figures still are what was fixed. Reads every row."""
    rows = list(stored_rows(snapshot))
    if snapshot.figures != _named(figures_of(rows, snapshot.day)):
        return False
    try:
        return fixed_form.digest(snapshot.question, snapshot.units, rows) == snapshot.digest
    except (ValueError, KeyError):
        return False


def sign(
    snapshot: Snapshot, *, by: User, remark: str = "", now: dt.datetime | None = None
) -> SnapshotSignature:
    """Vouch for a report by name. Raises NotYourReport, DigestBroken, SignedAlready."""
    capacity = snapshot_access.capacity(by, snapshot.organisation)
    if not capacity:
        raise NotYourReport
    if not digest_holds(snapshot):
        raise DigestBroken
    try:
        with transaction.atomic():
            signed = SnapshotSignature.objects.create(
                snapshot=snapshot,
                signed_by=by,
                name=name_of(by),
                capacity=capacity[:240],
                remark=" ".join(remark.split())[:200],
                digest=snapshot.digest,
                signed_at=now or timezone.now(),
            )
            audit_log.record(
                AuditAct.DECIDED,
                by=by,
                organisation=snapshot.organisation,
                about=_("Signed a report") + f" · {snapshot.title}",
                reason=snapshot.digest,
            )
    except IntegrityError as error:
        raise SignedAlready from error
    return signed


def mark_corrected(entry_ids: Sequence[int], *, now: dt.datetime | None = None) -> int:
    """Note on every report that rests on these entries of the ledger that they were corrected; how many new notes.

    May run twice. Who fixed or signed a report is told once a day.
    """
    at = now or timezone.now()
    with transaction.atomic():
        found = touching(entry_ids)
        known = set(SnapshotMark.objects.filter(entry__in=entry_ids).values_list("snapshot_id", "entry_id"))
        fresh = [each for each in found if (each[0], each[1]) not in known]
        SnapshotMark.objects.bulk_create(
            (
                SnapshotMark(snapshot_id=snapshot_id, entry_id=entry_id, person_id=person, marked_at=at)
                for snapshot_id, entry_id, person in fresh
            ),
            ignore_conflicts=True,
        )
        _tell({snapshot_id for snapshot_id, _entry, _person in fresh}, at)
    return len(fresh)


def touching(entry_ids: Sequence[int]) -> list[tuple[int, int, UUID]]:
    """(snapshot, entry, person) for each report that counted the person by a course which the entry belongs to."""
    entries = list(
        LedgerEntry.objects.filter(pk__in=entry_ids).values_list(
            "pk", "person__public_id", "activity_id", "day"
        )
    )
    asked: dict[int, set[int]] = {}
    pairs = Requirement.objects.filter(
        snapshots__isnull=False,
        courses__counted__course__versions__activities__activity__in={entry[2] for entry in entries},
    ).values_list("courses__counted__course__versions__activities__activity", "pk")
    for activity_id, requirement_id in pairs.distinct():
        asked.setdefault(activity_id, set()).add(requirement_id)
    requirements = {each for found in asked.values() for each in found}
    rows: dict[UUID, list[tuple[int, int, dt.date]]] = {}
    for person, snapshot_id, requirement_id, day in SnapshotRow.objects.filter(
        snapshot__requirement__in=requirements, person__in={entry[1] for entry in entries}
    ).values_list("person_id", "snapshot_id", "snapshot__requirement_id", "snapshot__day"):
        rows.setdefault(cast("UUID", person), []).append((snapshot_id, requirement_id, day))
    return [
        (snapshot_id, entry_id, person)
        for entry_id, person, activity_id, day in entries
        for snapshot_id, requirement_id, as_of in rows.get(person, [])
        if requirement_id in asked.get(activity_id, set()) and day <= as_of
    ]


def touched_by(entry_ids: Sequence[int]) -> list[Touched]:
    """For the preview of a correction: how many fixed reports rest on these entries."""
    return [Touched(_("Fixed reports"), len({each[0] for each in touching(entry_ids)}))]


def name_of(user: User) -> str:
    """Under which name somebody signs: the person's, or the sign-in's where there is none."""
    person = person_of(user)
    return person.name if person else user.get_username()


def figures_of(rows: Sequence[Row], day: dt.date) -> Figures:
    """The six figures of these rows, as `reports.figures` defines them."""
    states = [row.state for row in rows]
    lacking = {PersonState.STARTED, PersonState.NOT_STARTED}
    return Figures(
        required=len(rows) - states.count(PersonState.EXEMPT),
        in_time=states.count(PersonState.IN_TIME),
        late=states.count(PersonState.LATE),
        started=states.count(PersonState.STARTED),
        not_started=states.count(PersonState.NOT_STARTED),
        overdue=sum(row.state in lacking and row.due_on < day for row in rows),
        exempt=states.count(PersonState.EXEMPT),
    )


def _named(figures: Figures) -> dict[str, int]:
    return {name: getattr(figures, name) for name in Figures.__slots__}


def _stored(snapshot: Snapshot, row: Row) -> SnapshotRow:
    return SnapshotRow(
        snapshot=snapshot,
        person_id=row.person,
        place=row.place,
        due_on=row.due_on,
        state=row.state,
        completed_on=row.completed_on,
        watched_permille=row.watched_permille,
    )


def _tell(snapshot_ids: set[int], at: dt.datetime) -> None:
    """Whoever fixed or signed one of these is told that what it rests on was corrected."""
    touched = Snapshot.objects.filter(pk__in=snapshot_ids).select_related("made_by__person")
    told = []
    for snapshot in touched.prefetch_related("signatures__signed_by__person"):
        users = {snapshot.made_by, *(each.signed_by for each in snapshot.signatures.all())}
        told += [
            New(
                person_id=person.pk,
                kind=NoticeKind.TASK,
                once=f"snapshot:{snapshot.public_id}:{at.date().isoformat()}",
                title=_("Hours were corrected under a fixed report: %(title)s") % {"title": snapshot.title},
                text=_(
                    "The report stays as it was. Compare it with what is known now, and fix a new one if need be."
                ),
                path=reverse("reports:snapshot", args=[snapshot.public_id]),
            )
            for user in users
            if (person := person_of(user)) is not None
        ]
    notices.send_bulk(told, now=at)
