"""What has to be completed before a course. Pure: prerequisites as pairs of courses, up to sameness."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from courses.sameness import Classes, same_as


def cycle(before: Mapping[int, Collection[int]], classes_of: Classes) -> list[int]:
    """Courses of which each waits for the next and the last for the first; empty where nobody waits for himself.

    `before` gives each course's prerequisites. A prerequisite is met by any course of its class, and what waits for
    one course of a class waits for all of them: a cycle through a class would lock all its courses for ever.
    """
    named = {course: min(same_as(course, classes_of)) for course in _all(before)}
    waits: dict[int, set[int]] = {}
    for course, needed in before.items():
        waits.setdefault(named[course], set()).update(named[each] for each in needed)
    done: set[int] = set()
    for start in sorted(waits):
        found = _cycle_from(start, waits, done)
        if found:
            return found
    return []


def missing(needed: Sequence[int], completed: Collection[int], classes_of: Classes) -> list[int]:
    """The prerequisites that neither they themselves nor a course that counts as the same has met, in order."""
    return [course for course in needed if not same_as(course, classes_of) & set(completed)]


def _all(before: Mapping[int, Collection[int]]) -> Iterable[int]:
    return set(before).union(*before.values())


def _cycle_from(start: int, waits: Mapping[int, Collection[int]], done: set[int]) -> list[int]:
    """Depth first without recursion: a chain of a thousand courses is no reason to fail."""
    path: list[int] = []
    place: dict[int, int] = {}
    stack: list[tuple[int, bool]] = [(start, True)]
    while stack:
        course, is_entering = stack.pop()
        if not is_entering:
            path.pop()
            del place[course]
            done.add(course)
            continue
        if course in place:
            return path[place[course] :]
        if course in done:
            continue
        place[course] = len(path)
        path.append(course)
        stack.append((course, False))
        stack.extend((needed, True) for needed in sorted(waits.get(course, ()), reverse=True))
    return []
