"""The text that a firm's assistant pastes into the firm's chat group: who still lacks what, and by when."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.models import Requirement
from reports.figures import PersonState
from reports.standings import Standing

# A chat message longer than this is cut by some apps, and read by nobody.
MAX_NAMES = 200


def who_lacks_what(organisation_name: str, lacking: Sequence[Standing], day: date) -> str:
    """One paragraph a requirement, its persons in the given order; empty when nobody lacks anything.

    Two of one name in the firm get the last four digits of their licence.
    """
    by_requirement: dict[Requirement, list[Standing]] = {}
    for standing in lacking[:MAX_NAMES]:
        by_requirement.setdefault(standing.requirement, []).append(standing)
    if not by_requirement:
        return ""
    lines = [
        _("[%(organisation)s] Learning still to do, as of %(day)s")
        % {"organisation": organisation_name, "day": _written(day)}
    ]
    for requirement, standings in by_requirement.items():
        names = "、".join(f"{name}（{_where(each, requirement.due_on)}）" for each, name in _named(standings))
        lines += [
            "",
            ngettext(
                "“%(title)s”, due %(due)s: %(count)s person still to complete it",
                "“%(title)s”, due %(due)s: %(count)s persons still to complete it",
                len(standings),
            )
            % {"title": requirement.title, "due": _written(requirement.due_on), "count": len(standings)},
            names,
        ]
    if len(lacking) > MAX_NAMES:
        lines += ["", _("The list goes on; see Lüxuetang for the rest.")]
    return "\n".join([*lines, "", _("Please sign in to Lüxuetang and go on learning.")])


def _named(standings: Sequence[Standing]) -> list[tuple[Standing, str]]:
    often = Counter(each.name for each in standings)
    return [
        (each, f"{each.name}{each.last_four}" if often[each.name] > 1 else each.name) for each in standings
    ]


def _where(standing: Standing, usual_due_on: date) -> str:
    """How far one person is, and when it is due for him if not on the usual day."""
    so_far = _("not started")
    if standing.watched_percent:
        so_far = _("watched %(percent)s%%") % {"percent": standing.watched_percent}
    elif standing.state is PersonState.STARTED:
        so_far = _("started")
    if standing.due_on == usual_due_on:
        return so_far
    return _("%(so_far)s, due %(due)s") % {"so_far": so_far, "due": _written(standing.due_on)}


def _written(day: date) -> str:
    return date_format(day, "DATE_FORMAT")
