"""Requirements: who must complete what, from when to when. The one writer of Requirement and its spans, and of who
is excused.

A span is computed by courses.audiences from the history of memberships, of the organisations' tree, of licences
and of leave, never patched: `materialise` may run at any time, and writes only the difference. A closed requirement
keeps its spans; who reads them asks for open requirements.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet

from courses import amounts, asked_courses, audience_rules, audiences, due_dates, signals, spans
from courses.audience_rules import Audience, Facts
from courses.due_dates import DuePolicy
from courses.models import (
    Curriculum,
    ExcusedSpan,
    Extension,
    ExtensionState,
    RequiredSpan,
    Requirement,
    RequirementKind,
)
from courses.spans import Span

WHY_AUDIENCE = "audience"
_BATCH = 1000


@dataclass(frozen=True, slots=True)
class Difference:
    """What a materialisation wrote."""

    added: int
    changed: int
    removed: int


def publish_curriculum(curriculum: Curriculum) -> Requirement:
    """Make or renew the curriculum's requirement, its courses and its spans. Idempotent.

    Sends `requirement_changed` after commit.
    """
    with transaction.atomic():
        requirement, _is_new = Requirement.objects.update_or_create(
            curriculum=curriculum,
            defaults={
                "kind": RequirementKind.CURRICULUM,
                "title": curriculum.title,
                "owner_id": curriculum.owner_id,
                "opens_on": curriculum.opens_on,
                "due_on": curriculum.due_on,
                "closes_on": curriculum.closes_on,
                "minimum_electives": curriculum.minimum_electives,
                "minimum_elective_milli": int(curriculum.minimum_elective_credits * amounts.MILLI),
                "is_open": True,
            },
        )
        asked_courses.write(requirement, curriculum)
        materialise(requirement)
        _announce(requirement)
    return requirement


def withdraw_curriculum(curriculum: Curriculum) -> None:
    """Nobody is required any more; what was completed stays, and so do the spans, for the record."""
    with transaction.atomic():
        for requirement in Requirement.objects.filter(curriculum=curriculum, is_open=True):
            requirement.is_open = False
            requirement.save(update_fields=["is_open"])
            _announce(requirement)


def materialise(requirement: Requirement, person_ids: Sequence[int] | None = None) -> Difference:
    """Bring the requirement's spans into agreement with history; of these persons alone, when given."""
    if requirement.curriculum is None:
        return Difference(0, 0, 0)
    audience = audiences.audience_of(requirement.curriculum)
    with transaction.atomic():
        Requirement.objects.select_for_update(of=("self",)).get(pk=requirement.pk)
        policy = due_policy(requirement, requirement.curriculum)
        longer = granted(requirement, person_ids)
        wanted: dict[tuple[int, dt.date], tuple[dt.date | None, dt.date]] = {}
        away: set[tuple[int, dt.date, dt.date | None]] = set()
        for person_id, facts in audiences.facts_of([audience], person_ids).items():
            required, excused = _spans_of(requirement, audience, facts)
            for start, end in required:
                wanted[person_id, start] = end, due_dates.due_of(policy, start, longer.get(person_id))
            away.update((person_id, *span) for span in excused)
        _write_excused(requirement, away, person_ids)
        return _write_difference(requirement, wanted, person_ids)


def refresh_for_persons(person_ids: Sequence[int]) -> None:
    """Look at these persons' spans again in every open requirement: their history has changed."""
    for batch in _batches(person_ids):
        for requirement in _open_curricula():
            materialise(requirement, batch)


def refresh_all() -> None:
    """Look at every open requirement again: the sweep for what a lost message left behind."""
    refresh_courses()
    for requirement in _open_curricula():
        materialise(requirement)


def refresh_courses() -> None:
    """Look again at what every open requirement asks for: courses that count as the same have changed."""
    for requirement in _open_curricula():
        if requirement.curriculum is not None:
            with transaction.atomic():
                Requirement.objects.select_for_update(of=("self",)).get(pk=requirement.pk)
                asked_courses.write(requirement, requirement.curriculum)


def is_anything_required() -> bool:
    """Whether there is an open requirement at all."""
    return Requirement.objects.filter(is_open=True).exists()


def due_policy(requirement: Requirement, curriculum: Curriculum) -> DuePolicy:
    """What decides each person's due date."""
    return DuePolicy(requirement.opens_on, requirement.due_on, requirement.closes_on, curriculum.entry_days)


def granted(requirement: Requirement, person_ids: Sequence[int] | None = None) -> dict[int, dt.date]:
    """Until when persons were given longer; the latest date where it was more than once."""
    held = Extension.objects.filter(requirement=requirement, state=ExtensionState.GRANTED).order_by(
        "granted_until"
    )
    rows = _of_persons(held, person_ids).values_list("person_id", "granted_until")
    return {person_id: until for person_id, until in rows if until is not None}


def _spans_of(requirement: Requirement, audience: Audience, facts: Facts) -> tuple[list[Span], list[Span]]:
    """When the person has to, and when he would have to were he not away."""
    chosen = audience_rules.chosen(audience, facts)
    away = [each.days for each in facts.away]
    window = requirement.opens_on, requirement.due_on
    if not chosen or not away:
        return spans.required(chosen, *window), []
    return (
        spans.required(spans.without(chosen, away), *window),
        spans.both(spans.required(chosen, *window), away),
    )


def _of_persons(rows: QuerySet, person_ids: Sequence[int] | None) -> QuerySet:
    return rows if person_ids is None else rows.filter(person_id__in=person_ids)


def _write_difference(
    requirement: Requirement,
    wanted: dict[tuple[int, dt.date], tuple[dt.date | None, dt.date]],
    person_ids: Sequence[int] | None,
) -> Difference:
    """`wanted`: person and first day → end and due date."""
    held = _of_persons(requirement.spans.filter(why=WHY_AUDIENCE), person_ids)
    gone: list[int] = []
    changed: dict[tuple[dt.date | None, dt.date], list[int]] = defaultdict(list)
    missing = dict(wanted)
    rows = held.values_list("pk", "person_id", "valid_from", "valid_to", "due_on")
    for key, person_id, valid_from, valid_to, due_on in rows.iterator(chunk_size=5000):
        if (person_id, valid_from) not in wanted:
            gone.append(key)
            continue
        missing.pop((person_id, valid_from), None)
        if (valid_to, due_on) != wanted[person_id, valid_from]:
            changed[wanted[person_id, valid_from]].append(key)
    for batch in _batches(gone):
        RequiredSpan.objects.filter(pk__in=batch).delete()
    for (valid_to, due_on), keys in changed.items():
        for batch in _batches(keys):
            RequiredSpan.objects.filter(pk__in=batch).update(valid_to=valid_to, due_on=due_on)
    RequiredSpan.objects.bulk_create(
        (
            RequiredSpan(
                person_id=person_id,
                requirement=requirement,
                valid_from=valid_from,
                valid_to=valid_to,
                due_on=due_on,
                why=WHY_AUDIENCE,
            )
            for (person_id, valid_from), (valid_to, due_on) in sorted(
                missing.items(), key=lambda item: item[0]
            )
        ),
        batch_size=_BATCH,
    )
    return Difference(added=len(missing), changed=sum(map(len, changed.values())), removed=len(gone))


def _write_excused(
    requirement: Requirement,
    wanted: set[tuple[int, dt.date, dt.date | None]],
    person_ids: Sequence[int] | None,
) -> None:
    """`wanted`: person, first day, end."""
    rows = _of_persons(requirement.excused.all(), person_ids)
    held = {
        (person_id, start, end): key
        for key, person_id, start, end in rows.values_list("pk", "person_id", "valid_from", "valid_to")
    }
    for batch in _batches([key for span, key in held.items() if span not in wanted]):
        ExcusedSpan.objects.filter(pk__in=batch).delete()
    ExcusedSpan.objects.bulk_create(
        (
            ExcusedSpan(requirement=requirement, person_id=person_id, valid_from=start, valid_to=end)
            for person_id, start, end in sorted(wanted - held.keys(), key=lambda span: span[:2])
        ),
        batch_size=_BATCH,
    )


def _batches(keys: Sequence[int]) -> Iterator[Sequence[int]]:
    return (keys[start : start + _BATCH] for start in range(0, len(keys), _BATCH))


def _open_curricula() -> Iterable[Requirement]:
    return Requirement.objects.filter(is_open=True, kind=RequirementKind.CURRICULUM).select_related(
        "curriculum"
    )


def _announce(requirement: Requirement) -> None:
    key = requirement.pk
    transaction.on_commit(lambda: signals.requirement_changed.send(sender=Requirement, requirement_id=key))
