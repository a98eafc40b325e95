"""The matching desk: participants of a file become rows of a list, each with its person, its doubt, or nobody.

Nothing of the ledger is written here. What a person decides about a doubtful name is remembered for the next file of
the same organisation.
"""

import datetime as dt
from collections.abc import Iterable, Mapping

from django.db import transaction
from django.utils import timezone

from courses import desk_access, desk_refusals, regulating
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
BESIDE = "\t+"


def understand(content: bytes, *, session: str = "") -> Export:
    """What an uploaded file says; nothing is written. Raises the refusals of courses.attendance."""
    return exports.understood(workbooks.read(content), session=session)


@transaction.atomic
def take_in(listed: Recognition, export: Export, *, replace: bool = False) -> list[AttendanceRow]:
    """Add the participants of an export to a list that is being prepared (in place of its rows, with `replace`).

    Rows that are there already stay as they were decided; who was absent by an earlier file and is present by this
    one is taken in. Raises NotOpen, TooManyLines,
    and BalancesUnread where a list of balances gives a line no amount or category that can be read.
    """
    require_draft(listed)
    words = category_words(listed.owner)
    _require_read(listed, export.participants, words)
    if replace:
        listed.attendance.all().delete()
    present = [each.key for each in export.participants if not each.is_absent]
    listed.attendance.filter(why=Why.ABSENT, state=AttendanceState.LEFT_OUT, key__in=present).delete()
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
    rows = [_row(listed, each, naming.match(each, directory, remembered), words) for each in new]
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
def also(row: AttendanceRow, person: Person) -> None:
    """Two sat before one device: another person of a matched row, there as long as it says.

    He gets a row of its own; a name that means two persons is not remembered. Raises NotOpen, NobodyFound.
    """
    listed = row.recognition
    require_draft(listed)
    if not desk_access.persons_below(listed.owner).filter(pk=person.pk).exists():
        raise desk_refusals.NobodyFound
    RememberedName.objects.filter(owner=listed.owner, key=row.key).delete()
    beside = listed.attendance.filter(key__startswith=_beside(row))
    if row.person_id == person.pk or beside.filter(person=person).exists():
        return
    AttendanceRow.objects.create(
        recognition=listed,
        named=row.named,
        key=f"{_beside(row)}{person.pk}",
        joins=row.joins,
        present_seconds=row.present_seconds,
        stretches=row.stretches,
        category=row.category,
        seconds=row.seconds,
        quantity_milli=row.quantity_milli,
        state=AttendanceState.MATCHED,
        why=Why.BY_HAND,
        person=person,
        candidates=row.candidates,
    )


def _beside(row: AttendanceRow) -> str:
    """How the keys of further persons of a row begin; no file's own key has the sign."""
    return f"{row.key[:180]}{BESIDE}"


@transaction.atomic
def reopen(row: AttendanceRow) -> None:
    """Take back what was decided about a row, and forget it; a further person of another row goes. Raises NotOpen."""
    require_draft(row.recognition)
    if BESIDE in row.key:
        row.delete()
        return
    row.recognition.attendance.filter(key__startswith=_beside(row)).delete()
    RememberedName.objects.filter(owner=row.recognition.owner, key=row.key).delete()
    row.state = AttendanceState.DOUBTFUL if row.candidates else AttendanceState.UNKNOWN
    row.person = None
    row.why = _doubt(row)
    row.save(update_fields=["state", "person", "why"])


def _doubt(row: AttendanceRow) -> Why:
    """Why nobody was taken for the row, from its candidates alone."""
    if not row.candidates:
        return Why.NOBODY
    names = set(Person.objects.filter(pk__in=row.candidates).values_list("name", flat=True))
    if len(names) > 1:
        return Why.SHARED
    return Why.SEVERAL if len(row.candidates) > 1 else Why.NAME_ALONE


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


def _row(listed: Recognition, each: Participant, found: Match, words: Mapping[str, str]) -> AttendanceRow:
    if found.person_id is not None:
        state = AttendanceState.MATCHED
    else:
        state = AttendanceState.DOUBTFUL if found.candidates else AttendanceState.UNKNOWN
    if each.is_absent:
        # Whom the file lists as not there is shown as left out, and may still be decided upon by hand.
        likely = found.candidates if found.person_id is None else (found.person_id,)
        found, state = Match(Why.ABSENT, candidates=likely), AttendanceState.LEFT_OUT
    seconds, quantity_milli = _amount(listed, each)
    return AttendanceRow(
        recognition=listed,
        named=" · ".join(part for part in (each.named, each.firm) if part)[:200],
        key=each.key,
        joins=each.joins,
        present_seconds=each.present_seconds,
        stretches=[list(stretch) for stretch in each.stretches],
        category=category_code(each.category, words),
        seconds=seconds,
        quantity_milli=quantity_milli,
        state=state,
        why=found.why,
        person_id=found.person_id,
        candidates=list(found.candidates),
    )


def category_words(owner: Organisation) -> dict[str, str]:
    """What a file may write for a category, to our code: the product's words and those of the regulation in force."""
    words = {str(label): value for value, label in CreditCategory.choices}
    version = regulating.version_for_organisation(owner.pk, today())
    if version is not None:
        for word in regulating.read(version.document).vocabulary.categories.values():
            ours = [each for each in CreditCategory.values if each in (word.sources or (word.name,))]
            if len(ours) == 1:
                words.setdefault(word.label, ours[0])
    return words


def category_code(text: str, words: Mapping[str, str]) -> str:
    """The code of a category that a file names in one of these words or by its code; empty where it names none."""
    text = text.strip()
    if text in CreditCategory.values:
        return text
    if text in words:
        return words[text]
    # People write the short form of a long name, or the long form of a short one.
    named = {
        value
        for label, value in words.items()
        if len(text) >= 2 and (label.startswith(text) or text.startswith(label))
    }
    return named.pop() if len(named) == 1 else ""


def _require_read(listed: Recognition, participants: Iterable[Participant], words: Mapping[str, str]) -> None:
    """A balance that cannot be read must not become what the list gives to everybody. Raises BalancesUnread."""
    if listed.kind != RecognitionKind.OPENING:
        return
    unread, is_category = [], False
    for each in participants:
        if each.unread_number:
            unread.append((each.named, each.unread_number))
        elif each.category.strip() and not category_code(each.category, words):
            unread.append((each.named, each.category))
            is_category = True
    if unread:
        allowed = [str(label) for label in CreditCategory.labels] if is_category else []
        raise desk_refusals.BalancesUnread(unread, allowed)


def _amount(listed: Recognition, each: Participant) -> tuple[int | None, int | None]:
    """A balance's own amount: credits of a list counted in time are so many lessons."""
    if listed.kind != RecognitionKind.OPENING or each.number is None:
        return None, None
    if listed.unit == Unit.SECOND:
        return int(each.number * SECONDS_PER_CREDIT), None
    return None, int(each.number * MILLI)


def forget(person: Person) -> int:
    """The person has left: under which names he appeared in meetings goes."""
    return RememberedName.objects.filter(person=person).delete()[0]
