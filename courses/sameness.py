"""Courses that count as the same. Pure: groups in, classes out; the one place that closes them.

Sameness is symmetric and transitive whatever the groups are: two groups that share a course are one class.
"""

from collections.abc import Collection, Iterable, Mapping

Classes = Mapping[int, frozenset[int]]


def classes(groups: Iterable[Collection[int]]) -> dict[int, frozenset[int]]:
    """Each course of any group with all that count as the same, itself among them; each course is in one class."""
    found: dict[int, set[int]] = {}
    for group in groups:
        joined = set(group).union(*(found[course] for course in group if course in found))
        for course in joined:
            found[course] = joined
    return {course: frozenset(joined) for course, joined in found.items()}


def same_as(course: int, classes_of: Classes) -> frozenset[int]:
    """What counts as this course: at least itself."""
    return classes_of.get(course, frozenset({course}))
