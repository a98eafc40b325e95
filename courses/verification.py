"""Which policy proves the watching of a lecture: the site's, from its settings."""

from django.conf import settings

from courses import presence
from courses.models import Lecture
from courses.presence import WatchPolicy
from people.models import Person


def policy_for(lecture: Lecture, person: Person) -> WatchPolicy:
    """The policy under which the person's next session at the lecture is opened; the session keeps it.

    This is the one place that chooses. PolicyRefused where the settings cannot be kept.
    """
    return presence.from_json(settings.WATCH_POLICY)
