"""The figures of coverage and the states they count: what each means is written here and nowhere else.

required      persons whose span for the requirement holds on the day, counted where their main membership
              in the tree was on that day (leave, exemption, a later licence or a transfer moves the span or the
              membership, and so the figure)
completed     of these, who had completed every course of the requirement by the end of the day:
              in time when the last course was completed on or before the person's own due day, else late
started       of these, who had begun (watched something, or completed an activity) but not completed
not started   the rest; required = in time + late + started + not started, always
overdue       of the started and not started, whose due day is past (the due day itself is still in time)
exempt        persons who would be required on the day, were they not on leave or exempted; never part of required
coverage      completed ÷ required; without anybody required there is no coverage, not 0 % and not 100 %

Every person stands in exactly one place of a tree on a day, so a parent is the sum of its children and of the
persons directly in it: figures are added and never estimated.
"""

from dataclasses import dataclass
from enum import StrEnum


class PersonState(StrEnum):
    """Where one person stands with one requirement on a day."""

    IN_TIME = "in_time"
    LATE = "late"
    STARTED = "started"
    NOT_STARTED = "not_started"
    EXEMPT = "exempt"


class StateFilter(StrEnum):
    """Which persons a list shows; the numbers of a table open the list of the people behind them."""

    ALL = "all"
    LACKING = "lacking"
    COMPLETED = "completed"
    LATE = "late"
    STARTED = "started"
    NOT_STARTED = "not_started"
    OVERDUE = "overdue"
    EXEMPT = "exempt"


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts of persons; adding two gives the figures of both together."""

    required: int = 0
    in_time: int = 0
    late: int = 0
    started: int = 0
    not_started: int = 0
    overdue: int = 0
    exempt: int = 0

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(
            self.required + other.required,
            self.in_time + other.in_time,
            self.late + other.late,
            self.started + other.started,
            self.not_started + other.not_started,
            self.overdue + other.overdue,
            self.exempt + other.exempt,
        )

    def __sub__(self, other: "Figures") -> "Figures":
        return Figures(
            self.required - other.required,
            self.in_time - other.in_time,
            self.late - other.late,
            self.started - other.started,
            self.not_started - other.not_started,
            self.overdue - other.overdue,
            self.exempt - other.exempt,
        )

    @property
    def completed(self) -> int:
        return self.in_time + self.late

    @property
    def lacking(self) -> int:
        return self.required - self.completed

    def count(self, state: StateFilter) -> int:
        """How many persons a list of that state has."""
        return self.required if state is StateFilter.ALL else int(getattr(self, state))

    @property
    def permille(self) -> int | None:
        """Coverage in thousandths, rounded down: 1,000 only when nobody is lacking; None with nobody required."""
        return self.completed * 1000 // self.required if self.required else None

    @property
    def percent(self) -> str:
        """Coverage as text for a page ("87.5%"); somebody is never shown as 0%; a dash with nobody required."""
        if self.permille is None:
            return "—"
        if self.permille == 0 and self.completed:
            return "<0.1%"
        whole, tenth = divmod(self.permille, 10)
        return f"{whole}.{tenth}%" if tenth else f"{whole}%"


def total(parts: "list[Figures]") -> Figures:
    """The sum of all parts."""
    return sum(parts, Figures())
