"""The history of a matter: the one writer of its steps."""

from datetime import datetime

from courses.models import Correction, Declaration, DeskStep, Dispute, Recognition
from people.models import User

Matter = Declaration | Recognition | Correction | Dispute

_FIELD = {
    Declaration: "declaration",
    Recognition: "recognition",
    Correction: "correction",
    Dispute: "dispute",
}
MAX_TEXT = 1000


def add(matter: Matter, act: str, *, by: User | None, at: datetime, text: str = "") -> DeskStep:
    """Write down that `by` (None: the platform) did `act`, with the words that he gave."""
    return DeskStep.objects.create(
        **{_FIELD[type(matter)]: matter}, act=act, by=by, at=at, text=text.strip()[:MAX_TEXT]
    )
