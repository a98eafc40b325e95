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

_LACKING_STATES = frozenset({PersonState.STARTED, PersonState.NOT_STARTED})
# Said of columns and not of the computed state: databases know how many rows that leaves, and plan by it.
_LACKING = "NOT judged.is_exempt AND (judged.done_on IS NULL OR judged.done_on > %(day)s)"
_COMPLETED = "NOT judged.is_exempt AND judged.done_on <= %(day)s"
_STARTED = f"{_LACKING} AND judged.began_on <= %(day)s"
_NOT_STARTED = f"{_LACKING} AND (judged.began_on IS NULL OR judged.began_on > %(day)s)"
_FILTERS = {
    StateFilter.ALL: "NOT judged.is_exempt",
    StateFilter.LACKING: _LACKING,
    StateFilter.COMPLETED: _COMPLETED,
    StateFilter.LATE: f"{_COMPLETED} AND judged.done_on > judged.due_on",
    StateFilter.STARTED: _STARTED,
    StateFilter.NOT_STARTED: _NOT_STARTED,
    StateFilter.OVERDUE: f"{_LACKING} AND judged.due_on < %(day)s",
    StateFilter.EXEMPT: "judged.is_exempt",
}
# Who needs attention first; `{of}` is where the columns come from. Every order ends with the name and the key, so that
# pages neither repeat nor lose a person.
_RANK = "CASE judged.state WHEN 'not_started' THEN 0 WHEN 'started' THEN 1 ELSE 2 END"
_BY_DUE = "{of}.due_on, p.name_pinyin, p.name, p.id, {of}.requirement_id"
ORDERS = {
    "attention": "{of}.attention, " + _BY_DUE,
    "person": "p.name_pinyin, p.name, p.id, {of}.due_on, {of}.requirement_id",
    "unit": "o.name, o.id, p.name_pinyin, p.name, p.id, {of}.requirement_id",
    "due": _BY_DUE,
    "completed": "{of}.completed_on IS NULL, {of}.completed_on DESC, p.name_pinyin, p.name, p.id, {of}.requirement_id",
}
# Names as typed, part of the organisation's name, or the last digits of the licence.
_MATCH = """ AND (p.name LIKE %(pattern)s ESCAPE '!' OR judged.organisation_id IN (
    SELECT named.id FROM people_organisation named
    WHERE named.name LIKE %(pattern)s ESCAPE '!' OR named.short_name LIKE %(pattern)s ESCAPE '!'){licensed})"""
_LICENSED = """ OR judged.person_id IN (SELECT ending.person_id FROM people_licence ending
    WHERE ending.number LIKE %(ending)s ESCAPE '!' AND ending.superseded_at IS NULL
      AND ending.valid_from <= %(day)s AND (ending.valid_to IS NULL OR ending.valid_to > %(day)s))"""
_COLUMNS = """judged.requirement_id, judged.person_id, judged.organisation_id, judged.due_on, judged.state,
    judged.completed_on"""
# What a page shows of each person is looked up for its rows alone.
_PAGE = """SELECT listed.all_of_them, listed.requirement_id, p.id, p.name, o.name, licence.number,
        listed.due_on, listed.state, listed.completed_on, p.public_id,
        EXISTS (SELECT 1 FROM courses_extension e WHERE e.requirement_id = listed.requirement_id
            AND e.person_id = listed.person_id AND e.state = 'granted' AND e.granted_until = listed.due_on)
    FROM ({listed}) listed
    JOIN people_person p ON p.id = listed.person_id
    JOIN people_organisation o ON o.id = listed.organisation_id
    {licence}
    ORDER BY {order}"""


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
    count: int | None = None,
) -> Listing:
    """Persons required on `day` in the organisation and below it, at most `limit` of them. Three statements.

    `lengths`: what `lecture_lengths` gives for these requirements, where the caller lists twice; saves one statement.
    `count`: how many there are, where the caller knows it from the figures and looks for no text: the rows of a
    long list are then not all kept only to be counted.

    `shown_licence` says how a licence number may be shown to this reader.

    `text` is looked for in names of persons and of their organisations, and at the end of licence numbers.
    """
    keeping.catch_up()
    which = f"{_FILTERS[state]}{_match(text)}{_in_group(group, day)}"
    listed = _sorted(which, order, "COUNT(*) OVER ()" if count is None else str(int(count)))
    rows = ask(
        _PAGE.format(listed=listed, licence=LICENCE_JOIN, order=ORDERS[order].format(of="listed")),
        requirement_ids=[each.pk for each in requirements],
        organisation_ids=[organisation.pk],
        day=day,
        tree=tree,
        limit=limit,
        offset=offset,
        group_key=group.key if group else "",
        **_patterns(text),
    )
    found = (rows[0][0] if rows else 0) if count is None else count
    return Listing(_read(rows, requirements, day, lengths, shown_licence), found)


def _sorted(which: str, order: str, count: str) -> str:
    """SQL of one page of a list that is sorted as a whole."""
    join = "JOIN people_organisation o ON o.id = judged.organisation_id" if order == "unit" else ""
    by = ORDERS[order].format(of="judged").replace("judged.attention", _RANK)
    return f"""SELECT {count} AS all_of_them, {_RANK} AS attention, {_COLUMNS} FROM judged {join}
        JOIN people_person p ON p.id = judged.person_id
        WHERE {which} ORDER BY {by} LIMIT %(limit)s OFFSET %(offset)s"""  # noqa: S608 - our own constants


def _match(text: str) -> str:
    return _MATCH.format(licensed=_LICENSED if _patterns(text)["ending"] else "") if text else ""


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
