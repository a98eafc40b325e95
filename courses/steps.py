"""The history of a matter: the one writer of its steps; what somebody decided goes into the audit log as well."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from courses.models import Correction, Declaration, DeskStep, Dispute, Recognition, StepAct
from people import audit_log
from people.models import AuditAct, User

Matter = Declaration | Recognition | Correction | Dispute

_FIELD = {
    Declaration: "declaration",
    Recognition: "recognition",
    Correction: "correction",
    Dispute: "dispute",
}
_NAMES = {
    Declaration: _("Declaration"),
    Recognition: _("List of hours"),
    Correction: _("Correction"),
    Dispute: _("Dispute"),
}
_DECISIONS = frozenset(
    {
        StepAct.ACCEPTED,
        StepAct.REFUSED,
        StepAct.ASKED_BACK,
        StepAct.APPROVED,
        StepAct.RETURNED,
        StepAct.TAKEN_BACK,
        StepAct.CANCELLED,
        StepAct.RESUMED,
    }
)
MAX_TEXT = 1000


def add(matter: Matter, act: str, *, by: User | None, at: datetime, text: str = "") -> DeskStep:
    """Write down that `by` (None: the platform) did `act`, with the words that he gave."""
    if by is not None and act in _DECISIONS:
        person, organisation = (
            (matter.person, matter.decider)
            if isinstance(matter, Declaration | Dispute)
            else (None, matter.owner)
        )
        audit_log.record(
            AuditAct.DECIDED,
            by=by,
            person=person,
            organisation=organisation,
            about=f"{_NAMES[type(matter)]} · {StepAct(act).label}",
            now=at,
        )
    return DeskStep.objects.create(
        **{_FIELD[type(matter)]: matter}, act=act, by=by, at=at, text=text.strip()[:MAX_TEXT]
    )


def authors(batch: Correction) -> set[int]:
    """The users (primary keys) whose a correction is: who prepared it, changed it or asked for the second person."""
    written = batch.steps.filter(act__in=[StepAct.CHANGED, StepAct.SUBMITTED], by__isnull=False)
    return {batch.created_by_id, *written.values_list("by", flat=True)}
