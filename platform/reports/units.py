"""The lines of a coverage table, found by name, sorted by a column and cut into pages."""

from collections.abc import Callable

from people.models import OrganisationKind
from reports.coverage import Line

_KINDS = (
    OrganisationKind.FIRM,
    OrganisationKind.BRANCH,
    OrganisationKind.PUBLIC_BODY,
    OrganisationKind.COMPANY,
)

_KEYS: dict[str, Callable[[Line], tuple[int | str, ...]]] = {
    "name": lambda line: (),
    "required": lambda line: (line.figures.required,),
    "completed": lambda line: (line.figures.completed,),
    "share": lambda line: (line.figures.permille or 0,),
    "started": lambda line: (line.figures.started,),
    "not_started": lambda line: (line.figures.not_started,),
    "overdue": lambda line: (line.figures.overdue,),
}


def found(lines: list[Line], text: str) -> list[Line]:
    """The lines whose organisation's name contains the text; without a text all, persons directly under too."""
    if not text:
        return lines
    wanted = text.casefold()
    return [
        line
        for line in lines
        if line.organisation
        and (wanted in line.organisation.name.casefold() or wanted in line.organisation.short_name.casefold())
    ]


def ordered(lines: list[Line], column: str, *, is_descending: bool) -> list[Line]:
    """Sorted by a column of `questions.UNIT_ORDERS`; equals by name; persons directly under always last."""
    by_name = sorted(lines, key=_name_key, reverse=is_descending and column == "name")
    by_column = sorted(by_name, key=_KEYS[column], reverse=is_descending)
    return sorted(by_column, key=lambda line: line.organisation is None)


def _name_key(line: Line) -> tuple[int, str, str]:
    """Associations in the order of their division codes, as the province lists its cities; then firms, the rest."""
    unit = line.organisation
    if unit is None:
        return len(_KINDS) + 1, "", ""
    if unit.kind == OrganisationKind.ASSOCIATION:
        return 0, unit.division_code or "~", unit.name
    return _KINDS.index(unit.kind) + 1 if unit.kind in _KINDS else len(_KINDS), unit.name, ""
