"""Which policy proves the watching of a lecture: the site's, from its settings, changed by the regulation in force.

A regulation's document may say how watching has to be proved (courses.engine.language.Verification).
"""

import dataclasses

from django.conf import settings

from courses import presence, regulating
from courses.engine.language import Verification
from courses.models import Lecture
from courses.presence import WatchPolicy
from people.days import today
from people.models import Person

MINUTE_MS = 60_000


def policy_for(lecture: Lecture, person: Person) -> WatchPolicy:
    """The policy under which the person's next session at the lecture is opened; the session keeps it.

    This is the one place that chooses; two statements. PolicyRefused where the settings cannot be kept.
    """
    policy = presence.from_json(settings.WATCH_POLICY)
    version = regulating.versions_for([person.pk], today()).get(person.pk)
    rule = regulating.read(version.document).verification if version else None
    return under(policy, rule) if rule else policy


def under(policy: WatchPolicy, rule: Verification) -> WatchPolicy:
    """The site's policy with what a regulation says in its place: spacing, kind, and the check before the end."""
    nearest, farthest = rule.before_end_minutes or (0, 0)
    spacing_ms = policy.spacing_ms
    if rule.spacing_minutes is not None:
        # A check comes with a beat, and two beats may last two minutes.
        spacing_ms = max(rule.spacing_minutes * MINUTE_MS, presence.SHORTEST_SPACING_MS)
    return dataclasses.replace(
        policy,
        spacing_ms=spacing_ms,
        kind=rule.kind,
        before_end_ms=(nearest * MINUTE_MS, farthest * MINUTE_MS),
    )
