"""Keeping stints and changes in step with the facts: the one writer of every table of reports.models about coverage.

The database leaves a note of each changed fact (reports.promises), in the transaction that changes it: none is lost,
whatever the code that wrote it did. `catch_up` takes notes and works them off in one transaction, so that who reads
sees the figures before or after, never between. It is called by whoever is about to read, for a handful of notes,
and by a worker for many; where it dies, the notes are back.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from django.db import connection, transaction

from courses.models import RequiredSpan, Requirement
from people.models import OrganisationClosure
from reports import changes, stints
from reports.models import Change, GroupChange, Path, Stale, Stint
from reports.stints import ids

# What a reader works off himself before he reads; for more he leaves it to a worker.
MAX_NOTES_TO_READ = 400
MAX_SPANS_TO_READ = 3000
PERSONS_A_BATCH = 500
# From so many persons on it is cheaper to make a requirement anew than to compare.
PERSONS_TO_RENEW = 4000
PATHS_A_BATCH = 500
# One writer at a time; on SQLite a transaction that writes is alone anyway.
_LOCK = 7_316_204

T = TypeVar("T")
_IS_READING: ContextVar[bool] = ContextVar("reading coverage", default=False)

_STINT_COLUMNS = ", ".join(stints.COLUMNS)
_STINT_PLACES = ", ".join(["%s"] * len(stints.COLUMNS))


@contextmanager
def reading() -> Iterator[None]:
    """A page that reads several figures: caught up once, at its beginning."""
    catch_up()
    token = _IS_READING.set(True)
    try:
        yield
    finally:
        _IS_READING.reset(token)


def catch_up() -> bool:
    """Before reading: work off what little is stale. False where more is left than a reader should wait for."""
    if _IS_READING.get():
        return True
    notes = list(Stale.objects.values_list("person_id", "requirement_id", "is_tree")[: MAX_NOTES_TO_READ + 1])
    if not notes:
        return True
    if len(notes) > MAX_NOTES_TO_READ or not _is_light(notes):
        return False
    return work_off(is_patient=False)


def work_off(*, is_patient: bool = True) -> bool:
    """Work off all notes there are, a transaction at a time; False where another is at it and we do not wait."""
    while Stale.objects.exists():
        with transaction.atomic():
            if not _is_mine(is_patient=is_patient):
                return False
            _work_off_some()
    return True


def renew_all() -> None:
    """Make everything anew from the facts, requirement by requirement."""
    Stale.objects.create(is_tree=True)
    for key in Requirement.objects.order_by("pk").values_list("pk", flat=True):
        Stale.objects.create(requirement_id=key)
    work_off()


def _is_light(notes: Iterable[tuple[int | None, int | None, bool]]) -> bool:
    whole = {
        requirement for person, requirement, _tree in notes if person is None and requirement is not None
    }
    if not whole:
        return True
    spans = RequiredSpan.objects.filter(requirement__in=whole).values("pk")[:MAX_SPANS_TO_READ]
    return spans.count() < MAX_SPANS_TO_READ


def _is_mine(*, is_patient: bool) -> bool:
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        if is_patient:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
            return True
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        return bool(cursor.fetchone()[0])


def _work_off_some() -> None:
    """The tree, or one requirement, or a batch of persons. Taking notes and acting on them is one transaction."""
    if _take("is_tree"):
        _follow_tree()
        return
    whole = Stale.objects.filter(person_id__isnull=True, requirement_id__isnull=False).first()
    if whole is None:
        whole = _crowded()
    if whole is not None and whole.requirement_id is not None:
        _take(f"requirement_id = {int(whole.requirement_id)}")
        _renew(whole.requirement_id)
        return
    persons = Stale.objects.filter(person_id__isnull=False).order_by("pk").values_list("person_id", flat=True)
    some = {each for each in persons[: 4 * PERSONS_A_BATCH] if each is not None}
    for batch in _batches(sorted(some), PERSONS_A_BATCH):
        taken = _take(f"person_id IN ({ids(batch)})")
        _compare(batch, _requirements_of(batch, taken))


def _crowded() -> Stale | None:
    """Notes of very many persons become notes of the requirements that may concern them; the first of these."""
    if (
        Stale.objects.filter(person_id__isnull=False).values("person_id").distinct().count()
        < PERSONS_TO_RENEW
    ):
        return None
    taken = _take("person_id IS NOT NULL")
    concerned = {requirement for _person, requirement in taken if requirement is not None}
    if any(requirement is None for _person, requirement in taken):
        concerned.update(Requirement.objects.values_list("pk", flat=True))
    Stale.objects.bulk_create(Stale(requirement_id=key) for key in sorted(concerned))
    return Stale.objects.filter(requirement_id__isnull=False).first()


def _take(which: str) -> list[tuple[int | None, int | None]]:
    """Take the notes that `which` (our own SQL) names: person and requirement of each."""
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM reports_stale WHERE {which} RETURNING person_id, requirement_id")  # noqa: S608
        return cursor.fetchall()


def _requirements_of(persons: Sequence[int], taken: Iterable[tuple[int | None, int | None]]) -> list[int]:
    """The requirements to look at: those that the notes name, or all that ever concerned these persons."""
    named = {requirement for _person, requirement in taken}
    if None not in named:
        return sorted(each for each in named if each is not None)
    spans = RequiredSpan.objects.filter(person__in=persons).values_list("requirement_id", flat=True)
    held = Stint.objects.filter(person_id__in=persons).values_list("requirement_id", flat=True)
    return sorted({*spans.distinct(), *held.distinct(), *(each for each in named if each is not None)})


# --- Stints -------------------------------------------------------------------------------------------


def _renew(requirement_id: int) -> None:
    """Everything of one requirement anew."""
    Stint.objects.filter(requirement_id=requirement_id).delete()
    Change.objects.filter(requirement_id=requirement_id).delete()
    GroupChange.objects.filter(requirement_id=requirement_id).delete()
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO reports_stint ({_STINT_COLUMNS}) {stints.statement([requirement_id])}")
    changes.add(f"s.requirement_id = {int(requirement_id)}")


def _compare(persons: Sequence[int], requirement_ids: Sequence[int]) -> None:
    """Bring these persons' stints for these requirements into agreement with the facts, and the changes with them."""
    held = {row[1:]: row[0] for row in _held(persons, requirement_ids)}
    wanted = set(stints.select(requirement_ids, persons))
    gone = [key for row, key in held.items() if row not in wanted]
    new = sorted(wanted - held.keys(), key=str)
    if gone:
        for some in _batches(gone, PERSONS_A_BATCH):
            changes.add(f"s.id IN ({ids(some)})", sign=-1)
            Stint.objects.filter(pk__in=some).delete()
    if new:
        with connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO reports_stint ({_STINT_COLUMNS}) VALUES ({_STINT_PLACES})",  # noqa: S608
                [_bound(row) for row in new],
            )
        kept = set(held.values())
        added = [row[0] for row in _held(persons, requirement_ids) if row[0] not in kept]
        for some in _batches(added, PERSONS_A_BATCH):
            changes.add(f"s.id IN ({ids(some)})")


def _held(persons: Sequence[int], requirement_ids: Sequence[int]) -> list[tuple[Any, ...]]:
    """The stints that are kept, as their keys and rows of `stints.COLUMNS`, in the database's own types."""
    if not requirement_ids:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id, {_STINT_COLUMNS} FROM reports_stint "  # noqa: S608 - keys through int()
            f"WHERE person_id IN ({ids(persons)}) AND requirement_id IN ({ids(requirement_ids)})"
        )
        return cursor.fetchall()


def _bound(row: Sequence[Any]) -> list[Any]:
    """SQLite gives truth as a number; both databases take it as a truth value."""
    return [*row[: -stints.TRUTHS], *map(bool, row[-stints.TRUTHS :])]


# --- The tree -----------------------------------------------------------------------------------------


def _follow_tree() -> None:
    """Add up through the closure as it stands now what had been added up through another."""
    columns = ("tree", "ancestor_id", "descendant_id", "valid_from", "valid_to")
    held = {tuple(row[1:]): row[0] for row in Path.objects.values_list("pk", *columns).iterator()}
    wanted = set(OrganisationClosure.objects.values_list(*columns).iterator())
    gone = [key for row, key in held.items() if row not in wanted]
    for some in _batches(gone, PATHS_A_BATCH):
        changes.add(f"p.id IN ({ids(some)})", source=changes.FROM_PATHS, sign=-1)
        Path.objects.filter(pk__in=some).delete()
    for rows in _batches(sorted(wanted - held.keys(), key=str), PATHS_A_BATCH):
        made = Path.objects.bulk_create(Path(**dict(zip(columns, row, strict=True))) for row in rows)
        if Stint.objects.exists():
            changes.add(f"p.id IN ({ids([each.pk for each in made])})", source=changes.FROM_PATHS)


def _batches(given: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    return (given[start : start + size] for start in range(0, len(given), size))
