"""The audit of what is kept of coverage: every stint and every change again from the facts, for `manage.py audit`.

Notes that were not worked off yet are worked off first: what nobody has been told of is no difference.
"""

from collections.abc import Iterator, Sequence

from courses.audit import Difference
from courses.models import Requirement
from reports import changes, counting, keeping, stints

_COLUMNS = ", ".join(stints.COLUMNS)
_FIGURES = ", ".join(changes.FIGURE_COLUMNS)
_SUMS = ", ".join(f"SUM({column})" for column in changes.FIGURE_COLUMNS)
_NOT_ALL_ZERO = " OR ".join(f"{column} <> 0" for column in changes.FIGURE_COLUMNS)
_NOT_ALL_ZERO_IN_SUM = " OR ".join(f"SUM({column}) <> 0" for column in changes.FIGURE_COLUMNS)
# As many as anybody reads of one requirement; one is too many already.
MAX_SHOWN = 50


def differences(requirements: Sequence[Requirement]) -> Iterator[Difference]:
    """What is kept for these requirements otherwise than the facts give it; there must be nothing."""
    keeping.work_off()
    for each in requirements:
        mine = f"WHERE requirement_id = {int(each.pk)}"
        yield from _compared(
            each,
            "stint",
            f"SELECT {_COLUMNS} FROM reports_stint {mine}",  # noqa: S608 - our own constants
            stints.statement([each.pk]),
        )
        of_each = f"s.requirement_id = {int(each.pk)}"
        for what, table, columns, pieces in (
            ("change", "reports_change", changes.KEYS, changes.pieces(of_each, changes.FROM_STINTS)),
            (
                "change of a group",
                "reports_groupchange",
                changes.GROUP_KEYS,
                changes.group_pieces(of_each, changes.FROM_STINTS),
            ),
        ):
            keys = ", ".join(columns)
            yield from _compared(
                each,
                what,
                # Changes that took each other back are left standing as zeros.
                f"SELECT {keys}, day, {_FIGURES} FROM {table} {mine} AND ({_NOT_ALL_ZERO})",  # noqa: S608
                f"""{pieces} SELECT {keys}, day, {_SUMS} FROM event WHERE TRUE
                GROUP BY {keys}, day HAVING {_NOT_ALL_ZERO_IN_SUM}""",  # noqa: S608 - our own constants
            )


def _compared(requirement: Requirement, what: str, kept: str, again: str) -> Iterator[Difference]:
    held = f"SELECT * FROM ({kept}) held"  # noqa: S608
    counted = f"SELECT * FROM ({again}) counted"  # noqa: S608
    for stored, recomputed, statement in (
        ("is kept", "is not there", f"{held} EXCEPT {counted}"),
        ("is not kept", "is there", f"{counted} EXCEPT {held}"),
    ):
        for row in counting.rows(f"{statement} LIMIT {MAX_SHOWN}", {}):
            subject = f"coverage {requirement.public_id}"
            yield Difference(subject, f"{what} {' '.join(map(str, row))}", stored, recomputed)
