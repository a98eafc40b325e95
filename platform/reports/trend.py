"""Coverage of a requirement as a line over time: the same kept changes, added up day by day. One statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from courses.models import Requirement
from people.models import Organisation, Tree
from reports import counting, keeping
from reports.figures import Figures

# As many points as a line of 600 pixels shows; a table of them is still read by somebody.
MAX_POINTS = 40
WIDTH, HEIGHT = 600, 160


@dataclass(frozen=True, slots=True)
class Point:
    """The figures at the end of a day."""

    day: date
    figures: Figures


@dataclass(frozen=True, slots=True)
class Trend:
    """Points from the opening to the asked day, evenly spaced, the last on the asked day itself."""

    points: list[Point]
    due_on: date

    @property
    def line(self) -> str:
        """The coverage as points of an SVG polyline in a box of WIDTH × HEIGHT; none where nobody is required."""
        return " ".join(
            f"{self._x(each.day)},{HEIGHT - (each.figures.permille or 0) * HEIGHT // 1000}"
            for each in self.points
            if each.figures.required
        )

    @property
    def width(self) -> int:
        return WIDTH

    @property
    def height(self) -> int:
        return HEIGHT

    @property
    def due_x(self) -> int | None:
        """Where the due day stands, if it lies on the line."""
        inside = self.points and self.points[0].day <= self.due_on <= self.points[-1].day
        return self._x(self.due_on) if inside else None

    def _x(self, day: date) -> int:
        span = max((self.points[-1].day - self.points[0].day).days, 1)
        return (day - self.points[0].day).days * WIDTH // span


def trend(
    requirement: Requirement, organisation: Organisation, day: date, *, tree: str = Tree.PROFESSION
) -> Trend:
    """How the organisation's figures came about, from the opening to `day`."""
    keeping.catch_up()
    days = spaced(requirement.opens_on, day)
    return Trend(
        [
            Point(on, figures)
            for on, figures in zip(
                days, figures_on(requirement.pk, organisation.pk, days, tree=tree), strict=True
            )
        ],
        requirement.due_on,
    )


def figures_on(
    requirement_id: int, organisation_id: int, days: Sequence[date], *, tree: str = Tree.PROFESSION
) -> list[Figures]:
    """The organisation's figures at the end of each of these days (ascending). One statement."""
    if not days:
        return []
    changed = counting.changes_of(requirement_id, organisation_id, days[-1], tree)
    found, so_far, place = [], Figures(), 0
    for day in days:
        while place < len(changed) and changed[place][0] <= day:
            so_far += changed[place][1]
            place += 1
        found.append(so_far)
    return found


def spaced(first: date, last: date) -> list[date]:
    """At most MAX_POINTS days from first to last, both included; none where the last lies before the first."""
    span = (last - first).days
    if span < 0:
        return []
    count = min(span, MAX_POINTS - 1)
    if not count:
        return [last]
    return [first + timedelta(days=span * number // count) for number in range(count + 1)]
