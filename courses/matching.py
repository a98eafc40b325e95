"""The matching desk: participants of a file become rows of a list, each with its person, its doubt, or nobody.

Nothing of the ledger is written here. What a person decides about a doubtful name is remembered for the next file of
the same organisation.
"""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from courses import desk_access, desk_refusals
from courses.amounts import MILLI
from courses.attendance import exports, naming, workbooks
from courses.attendance.exports import Export, Participant
from courses.attendance.naming import Directory, Known, Match, Why
from courses.credit import SECONDS_PER_CREDIT
from courses.models import (
    AttendanceRow,
    AttendanceState,
    CreditCategory,
    Recognition,
    RecognitionKind,
    RecognitionState,
    RememberedName,
    Unit,
)
from people.days import today
from people.models import Licence, Membership, Organisation, Person, Tree, User

BATCH = 500


def understand(content: bytes, *, session: str = "") -> Export:
    """What an uploaded file says; nothing is written. Raises the refusals of courses.attendance."""
    return exports.understood(workbooks.read(content), session=session)


@transaction.atomic
def take_in(listed: Recognition, export: Export, *, replace: bool = False) -> list[AttendanceRow]:
    """Add the participants of an export to a list that is being prepared (in place of its rows, with `replace`).

    Rows that are there already stay as they were decided. Raises NotOpen, TooManyLines,
    and BalancesUnread where a list of balances gives a line no amount or category that can be read.
    """
    require_draft(listed)
    _require_read(listed, export.participants)
    if replace:
        listed.attendance.all().delete()
    held = set(listed.attendance.values_list("key", flat=True))
    new = [each for each in export.participants if each.key not in held]
    if len(held) + len(new) > exports.MAX_PARTICIPANTS:
        raise desk_refusals.TooManyLines
    directory = directory_of(listed.owner)
    remembered = dict(
        RememberedName.objects.filter(owner=listed.owner, key__in=[each.key for each in new]).values_list(
            "key", "person_id"
        )
    )
    rows = [_row(listed, each, naming.match(each, directory, remembered)) for each in new]
    return AttendanceRow.objects.bulk_create(rows, batch_size=BATCH)


@transaction.atomic
def decide(row: AttendanceRow, person: Person | None, *, by: User, now: dt.datetime | None = None) -> None:
    """Say who the row is, or (None) that it is left out; remembered for the next file. Raises NotOpen, NobodyFound."""
    now = now or timezone.now()
    require_draft(row.recognition)
    if person is None:
        row.state, row.person, row.why = AttendanceState.LEFT_OUT, None, Why.LEFT_OUT
    else:
        if not desk_access.persons_below(row.recognition.owner).filter(pk=person.pk).exists():
            raise desk_refusals.NobodyFound
        row.state, row.person, row.why = AttendanceState.MATCHED, person, Why.BY_HAND
        RememberedName.objects.update_or_create(
            owner=row.recognition.owner,
            key=row.key,
            defaults={"person": person, "decided_by": by, "decided_at": now},
        )
    row.save(update_fields=["state", "person", "why"])


@transaction.atomic
def reopen(row: AttendanceRow) -> None:
    """Take back what was decided about a row, and forget it. Raises NotOpen."""
    require_draft(row.recognition)
    RememberedName.objects.filter(owner=row.recognition.owner, key=row.key).delete()
    row.state = AttendanceState.DOUBTFUL if row.candidates else AttendanceState.UNKNOWN
    row.person = None
    row.why = Why.NAME_ALONE if row.candidates else Why.NOBODY
    row.save(update_fields=["state", "person", "why"])


def directory_of(owner: Organisation) -> Directory:
    """Everybody in the organisation's subtree today, by what identifies him; four statements."""
    day = today()
    persons = desk_access.persons_below(owner)
    firms: dict[int, list[str]] = {}
    places = Membership.objects.on(day).filter(tree=Tree.PROFESSION, person__in=persons.values("pk"))
    for person_id, name, short in places.values_list(
        "person_id", "organisation__name", "organisation__short_name"
    ):
        firms.setdefault(person_id, []).extend(part for part in (name, short) if part)
    numbers = dict(
        Licence.objects.on(day).filter(person__in=persons.values("pk")).values_list("person_id", "number")
    )
    return Directory.of(
        Known(key, name, tuple(firms.get(key, ())), phone, numbers.get(key, ""))
        for key, name, phone in persons.values_list("pk", "name", "phone")
    )


def require_draft(listed: Recognition) -> None:
    """Raises NotOpen unless the list is still being prepared; holds its row until the commit."""
    if (
        not Recognition.objects.select_for_update()
        .filter(pk=listed.pk, state=RecognitionState.DRAFT)
        .exists()
    ):
        raise desk_refusals.NotOpen


def found_by(owner: Organisation, text: str) -> Iterable[Person]:
    """Persons of the organisation whose name or phone or licence number ends so; for the desk's own search."""
    text = text.strip()[:40]
    persons = desk_access.persons_below(owner)
    if not text:
        return persons.none()
    if text.isdigit() and len(text) >= 4:
        day = today()
        by_number = Licence.objects.on(day).filter(number__endswith=text).values("person_id")
        return (persons.filter(phone__endswith=text) | persons.filter(pk__in=by_number)).order_by("pk")[:20]
    return persons.filter(name__icontains=text).order_by("name", "pk")[:20]


def _row(listed: Recognition, each: Participant, found: Match) -> AttendanceRow:
    if found.person_id is not None:
        state = AttendanceState.MATCHED
    else:
        state = AttendanceState.DOUBTFUL if found.candidates else AttendanceState.UNKNOWN
    seconds, quantity_milli = _amount(listed, each)
    category = each.category.strip()
    return AttendanceRow(
        recognition=listed,
        named=" · ".join(part for part in (each.named, each.firm) if part)[:200],
        key=each.key,
        joins=each.joins,
        present_seconds=each.present_seconds,
        stretches=[list(stretch) for stretch in each.stretches],
        category=category_code(category),
        seconds=seconds,
        quantity_milli=quantity_milli,
        state=state,
        why=found.why,
        person_id=found.person_id,
        candidates=list(found.candidates),
    )


def category_code(text: str) -> str:
    """The code of a category that a file names in words or by its code; empty where it names none."""
    text = text.strip()
    if text in CreditCategory.values:
        return text
    # People write the short form of a long name, or the long form of a short one.
    named = [
        value
        for value, label in CreditCategory.choices
        if len(text) >= 2 and (str(label).startswith(text) or text.startswith(str(label)))
    ]
    return named[0] if len(named) == 1 else ""


def _require_read(listed: Recognition, participants: Iterable[Participant]) -> None:
    """A balance that cannot be read must not become what the list gives to everybody. Raises BalancesUnread."""
    if listed.kind != RecognitionKind.OPENING:
        return
    unread = [
        (each.named, each.unread_number or each.category)
        for each in participants
        if each.unread_number or (each.category.strip() and not category_code(each.category))
    ]
    if unread:
        raise desk_refusals.BalancesUnread(unread)


def _amount(listed: Recognition, each: Participant) -> tuple[int | None, int | None]:
    """A balance's own amount: credits of a list counted in time are so many lessons."""
    if listed.kind != RecognitionKind.OPENING or each.number is None:
        return None, None
    if listed.unit == Unit.SECOND:
        return int(each.number * SECONDS_PER_CREDIT), None
    return None, int(each.number * MILLI)
