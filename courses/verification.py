"""Which policy proves the watching of a lecture: the site's, from its settings, as far as no regulation changes it.

A regulation's document may say how watching has to be proved (courses.engine.language.Verification). What knows the
regulation in force registers itself with `register_source`; nothing here asks where documents are kept.
"""

import dataclasses
from collections.abc import Callable

from django.conf import settings

from courses import presence
from courses.engine.language import Verification
from courses.models import Lecture
from courses.presence import WatchPolicy
from people.models import Person

MINUTE_MS = 60_000

Source = Callable[[Lecture, Person], Verification | None]
_sources: list[Source] = []


def register_source(source: Source) -> None:
    """Let what knows of regulations say which verification binds the person at the lecture, if any; at start-up."""
    _sources.append(source)


def policy_for(lecture: Lecture, person: Person) -> WatchPolicy:
    """The policy under which the person's next session at the lecture is opened; the session keeps it.

    This is the one place that chooses. PolicyRefused where the settings cannot be kept.
    """
    policy = presence.from_json(settings.WATCH_POLICY)
    for source in _sources:
        rule = source(lecture, person)
        if rule is not None:
            return under(policy, rule)
    return policy


def under(policy: WatchPolicy, rule: Verification) -> WatchPolicy:
    """The site's policy with what a regulation says in its place: spacing, kind, and the check before the end."""
    nearest, farthest = rule.before_end_minutes or (0, 0)
    return dataclasses.replace(
        policy,
        spacing_ms=policy.spacing_ms if rule.spacing_minutes is None else rule.spacing_minutes * MINUTE_MS,
        kind=rule.kind,
        before_end_ms=(nearest * MINUTE_MS, farthest * MINUTE_MS),
    )
