"""Which lecture a recording belongs to. What is watched belongs to the recording: two lectures of one would both be
complete, and give credit twice, by one watching.
"""

from django.db.models import Q

from courses.models import Lecture


def lecture_of(recording_id: int, *, besides: int | None) -> Lecture | None:
    """Another lecture that is or was published with the recording, or whose draft names it; None where none does."""
    named = (
        # Of a lecture that was never published the row keeps what its first draft named.
        Q(recording=recording_id, live=True)
        | Q(shown_recordings__recording=recording_id)
        | Q(latest_revision__content__recording=recording_id)
    )
    return Lecture.objects.filter(named).exclude(pk=besides).order_by("pk").first()
