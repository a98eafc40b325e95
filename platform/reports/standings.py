"""The persons behind the figures: who stands where with a requirement on a day, a page at a time."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import F

from courses.models import CourseVersionActivity, Requirement, WatchProgress
from people.licence_numbers import last_four, mask
from people.models import Organisation, Tree
from reports import keeping
from reports.counting import as_day, ask
from reports.figures import PersonState, StateFilter
from reports.groups import LICENCE_JOIN, Chosen, key_sql

# By requirement: its required lectures' recordings, each with its length in milliseconds.
Lengths = dict[int, dict[int, int]]

_LACKING = "state IN ('started', 'not_started')"
_LACKING_STATES = frozenset({PersonState.STARTED, PersonState.NOT_STARTED})
_FILTERS = {
    StateFilter.ALL: "state <> 'exempt'",
    StateFilter.LACKING: _LACKING,
    StateFilter.COMPLETED: "state IN ('in_time', 'late')",
    StateFilter.LATE: "state = 'late'",
    StateFilter.STARTED: "state = 'started'",
    StateFilter.NOT_STARTED: "state = 'not_started'",
    StateFilter.OVERDUE: f"{_LACKING} AND due_on < %(day)s",
    StateFilter.EXEMPT: "state = 'exempt'",
}
# Every order ends with the name and the key, so that pages neither repeat nor lose a person.
_BY_NAME = "p.name_pinyin, p.name, p.id, requirement_id"
ORDERS = {
    "attention": "CASE state WHEN 'not_started' THEN 0 WHEN 'started' THEN 1 ELSE 2 END, due_on, " + _BY_NAME,
    "person": "p.name_pinyin, p.name, p.id, due_on, requirement_id",
    "unit": "o.name, o.id, " + _BY_NAME,
    "due": "due_on, " + _BY_NAME,
    "completed": "completed_on IS NULL, completed_on DESC, " + _BY_NAME,
}
# Names as typed, part of the organisation's name, or the last digits of the licence.
_MATCH = """ AND (p.name LIKE %(pattern)s ESCAPE '!' OR o.name LIKE %(pattern)s ESCAPE '!'
    OR o.short_name LIKE %(pattern)s ESCAPE '!'
    OR licence.number LIKE %(ending)s ESCAPE '!')"""


@dataclass(frozen=True, slots=True)
class Standing:
    """One person and one requirement on the asked day, as far as a reader of reports may see him.

    `organisation` is the name of where he was counted that day; `licence` the number as it may be shown
    (masked), empty without one; `watched_permille` the share of the required lectures' time that he had
    watched by the end of the day, None where there is nothing to watch; `is_extended` whether the due date is one that
    was granted to him.
    """

    requirement: Requirement
    person_id: int
    name: str
    organisation: str
    licence: str
    due_on: date
    state: PersonState
    completed_on: date | None
    is_overdue: bool
    is_extended: bool
    public_id: str
    watched_permille: int | None

    @property
    def is_lacking(self) -> bool:
        return self.state in _LACKING_STATES

    @property
    def last_four(self) -> str:
        """What tells two persons of one name apart."""
        return last_four(self.licence)

    @property
    def watched_percent(self) -> int:
        return (self.watched_permille or 0) // 10


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of standings, and how many there are in all."""

    standings: list[Standing]
    count: int


def standings(
    requirements: Sequence[Requirement],
    organisation: Organisation,
    day: date,
    *,
    state: StateFilter = StateFilter.ALL,
    text: str = "",
    order: str = "attention",
    offset: int = 0,
    limit: int,
    tree: str = Tree.PROFESSION,
    lengths: Lengths | None = None,
    group: Chosen | None = None,
    shown_licence: Callable[[str], str] = mask,
) -> Listing:
    """Persons required on `day` in the organisation and below it, at most `limit` of them. Three statements.

    `lengths`: what `lecture_lengths` gives for these requirements, where the caller lists twice; saves one statement.

    `shown_licence` says how a licence number may be shown to this reader.

    `text` is looked for in names of persons and of their organisations, and at the end of licence numbers.
    """
    keeping.catch_up()
    statement = f"""SELECT COUNT(*) OVER (), requirement_id, p.id, p.name, o.name, licence.number,
            due_on, state, completed_on, p.public_id,
            EXISTS (SELECT 1 FROM courses_extension e WHERE e.requirement_id = judged.requirement_id
                AND e.person_id = judged.person_id AND e.granted_until = judged.due_on)
        FROM judged
        JOIN people_person p ON p.id = judged.person_id
        JOIN people_organisation o ON o.id = judged.organisation_id
        {LICENCE_JOIN}
        WHERE {_FILTERS[state]}{_MATCH if text else ""}{_in_group(group, day)}
        ORDER BY {ORDERS[order]} LIMIT %(limit)s OFFSET %(offset)s"""  # noqa: S608 - our own constants
    rows = ask(
        statement,
        requirement_ids=[each.pk for each in requirements],
        organisation_ids=[organisation.pk],
        day=day,
        tree=tree,
        limit=limit,
        offset=offset,
        group_key=group.key if group else "",
        **_patterns(text),
    )
    return Listing(_read(rows, requirements, day, lengths, shown_licence), rows[0][0] if rows else 0)


def _in_group(group: Chosen | None, day: date) -> str:
    return f" AND {key_sql(group.grouping, day)} = %(group_key)s" if group else ""


def _patterns(text: str) -> dict[str, Any]:
    literal = text.replace("!", "!!").replace("%", "!%").replace("_", "!_")
    # Fewer digits than four would name half the province.
    ending = f"%{literal}" if len(text) >= 4 and text.isascii() and text.isdigit() else ""
    return {"pattern": f"%{literal}%", "ending": ending}


def _read(
    rows: list[tuple[Any, ...]],
    requirements: Sequence[Requirement],
    day: date,
    lengths: Lengths | None,
    shown_licence: Callable[[str], str],
) -> list[Standing]:
    by_id = {each.pk: each for each in requirements}
    person_ids = [row[2] for row in rows]
    shares = watched_shares(requirements, person_ids, day, lengths) if rows else {}
    return [
        Standing(
            requirement=by_id[requirement_id],
            person_id=person_id,
            name=name,
            organisation=organisation,
            licence=shown_licence(number) if number else "",
            due_on=as_day(due_on),
            state=PersonState(state),
            completed_on=as_day(completed_on) if completed_on else None,
            is_overdue=state in _LACKING_STATES and as_day(due_on) < day,
            is_extended=bool(is_extended),
            public_id=str(UUID(str(public_id))),
            watched_permille=shares.get((requirement_id, person_id)),
        )
        for (
            _count,
            requirement_id,
            person_id,
            name,
            organisation,
            number,
            due_on,
            state,
            completed_on,
            public_id,
            is_extended,
        ) in rows
    ]


def lecture_lengths(requirements: Sequence[Requirement]) -> Lengths:
    """The required lectures' recordings and their lengths in milliseconds, by requirement. One statement."""
    lengths: Lengths = defaultdict(dict)
    lessons = CourseVersionActivity.objects.filter(
        version__course__current_version=F("version"),
        version__course__requirements__requirement__in=requirements,
        version__course__requirements__is_elective=False,
        is_required=True,
        activity__lecture__recording__duration_ms__isnull=False,
    ).values_list(
        "version__course__requirements__requirement_id",
        "activity__lecture__recording_id",
        "activity__lecture__recording__duration_ms",
    )
    for requirement_id, recording_id, duration_ms in lessons:
        lengths[requirement_id][recording_id] = duration_ms or 0
    return lengths


def watched_shares(
    requirements: Sequence[Requirement],
    person_ids: Sequence[int],
    day: date,
    lengths: Lengths | None = None,
) -> dict[tuple[int, int], int]:
    """Thousandths of the required lectures' time watched by the end of the day, by requirement and person.

    Each lecture counts up to its length, whatever was watched again. Who has watched nothing has 0; a
    requirement without recordings is left out, and so are electives: nobody has to watch each. Two statements.
    """
    if lengths is None:
        lengths = lecture_lengths(requirements)
    recordings = {recording_id for each in lengths.values() for recording_id in each}
    limit = day.isoformat()
    watched: dict[int, dict[int, int]] = defaultdict(dict)
    progress = WatchProgress.objects.filter(person__in=person_ids, recording__in=recordings).values_list(
        "person_id", "recording_id", "intervals", "provisional"
    )
    for person_id, recording_id, confirmed, provisional in progress:
        watched[person_id][recording_id] = sum(
            end - start for start, end, on in [*confirmed, *provisional] if on <= limit
        )
    return {
        (requirement_id, person_id): sum(
            min(watched[person_id].get(recording_id, 0), length)
            for recording_id, length in lessons_of.items()
        )
        * 1000
        // sum(lessons_of.values())
        for requirement_id, lessons_of in lengths.items()
        for person_id in person_ids
    }
