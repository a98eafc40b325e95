"""The question in an address: which organisation, on which day, which list, in which order and how narrowed.

Whatever a hand or a crawler writes into an address gives a question: what cannot be understood is answered by
its default, and only who may not see is refused (`reports.access`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from people.days import today
from reports.figures import StateFilter
from reports.groups import Chosen, Grouping, read_chosen
from reports.standings import ORDERS

MAX_TEXT = 50
UNIT_ORDERS = ("name", "required", "completed", "share", "started", "not_started", "overdue")
# Before this day the profession had no curricula; it also keeps every date calculation in range.
EARLIEST = date(2000, 1, 1)


class View(StrEnum):
    """What the table lists."""

    UNITS = "units"
    PERSONS = "persons"
    GROUPS = "groups"


@dataclass(frozen=True, slots=True)
class Question:
    """`organisation_id` is the public id asked for, None for the reader's own top; `view` None lets the page choose.

    `order` is one of `UNIT_ORDERS` (with a minus: the other way round) or of `standings.ORDERS`, as the view
    wants; `grouping` is by what the view of groups counts, `group` the one to which a list of persons is narrowed;
    `was_moved` tells that the day asked for cannot be counted and today took its place.
    """

    organisation_id: UUID | None
    day: date
    view: View | None = None
    state: StateFilter = StateFilter.ALL
    order: str = ""
    text: str = ""
    page: int = 1
    was_moved: bool = False
    grouping: Grouping = Grouping.PRACTICE
    group: Chosen | None = None

    @property
    def unit_order(self) -> tuple[str, bool]:
        """The column to sort units by, and whether from the top down."""
        column = self.order.removeprefix("-")
        return (column, self.order.startswith("-")) if column in UNIT_ORDERS else ("name", False)

    @property
    def person_order(self) -> str:
        return self.order if self.order in ORDERS else "attention"


def read_question(given: Mapping[str, str], *, text: str = "") -> Question:
    """The question in a page's GET parameters org, on, view, state, sort, page, by and group.

    `text` is what was typed into its search (people.search_terms).
    """
    day, was_moved = _day(given.get("on", ""))
    view, state = given.get("view", ""), given.get("state", "")
    page = given.get("page", "")
    return Question(
        organisation_id=_uuid(given.get("org", "")),
        day=day,
        view=View(view) if view in set(View) else None,
        state=StateFilter(state) if state in set(StateFilter) else StateFilter.ALL,
        order=given.get("sort", "")[:MAX_TEXT],
        text="".join(text.split())[:MAX_TEXT],
        page=int(page) if page.isascii() and page.isdigit() and len(page) < 7 and int(page) else 1,
        was_moved=was_moved,
        grouping=Grouping(given["by"]) if given.get("by") in set(Grouping) else Grouping.PRACTICE,
        group=read_chosen(given.get("by", ""), given.get("group", "")),
    )


def read_kept(kept: Mapping[str, str]) -> Question:
    """The question that an export keeps: as `read_question`, with what was searched for under q."""
    return read_question(kept, text=kept.get("q", ""))


def _day(text: str) -> tuple[date, bool]:
    """The day, and whether today had to take its place: no day, an unreadable one, the future."""
    if not text:
        return today(), False
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return today(), True
    return (day, False) if EARLIEST <= day <= today() else (today(), True)


def _uuid(text: str) -> UUID | None:
    """The public id; a text that is none names an organisation that nobody has."""
    if not text:
        return None
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)
