"""Attendance tables from strangers: read as `people.table_files` reads any, refused in the desks' own words."""

from courses import desk_refusals
from people import table_files
from people.table_files import MAX_BYTES, Row, Sheet

__all__ = ["MAX_BYTES", "Row", "Sheet", "read"]

_REFUSALS = {
    table_files.TooLarge: desk_refusals.TableTooLarge,
    table_files.KindUnknown: desk_refusals.TableKindRefused,
    table_files.Hostile: desk_refusals.TableHostile,
    table_files.FormulaInside: desk_refusals.FormulaInside,
    table_files.Broken: desk_refusals.TableBroken,
}


def read(content: bytes) -> list[Sheet]:
    """The sheets of an XLSX or CSV file, known by its content and not by its name.

    Raises TableTooLarge, TableKindRefused, TableHostile, FormulaInside, TableBroken.
    """
    try:
        return table_files.read(content)
    except table_files.TableRefused as refused:
        raise _REFUSALS[type(refused)] from refused
