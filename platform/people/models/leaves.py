"""When somebody need not do what is asked of others: leave and exemptions, with their days and reasons."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from people.models.periods import Recorded, RecordedQuerySet, period_check, record_check
from people.models.persons import Person
from people.models.users import User


class LeaveKind(models.TextChoices):
    LEAVE = "leave", _("Leave")
    EXEMPTION = "exemption", _("Exemption")


class Leave(Recorded):
    """On these days nothing is required of the person."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="leaves", verbose_name=_("person"))
    kind = models.CharField(_("kind"), max_length=12, choices=LeaveKind)
    reason = models.CharField(_("reason"), max_length=200)
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", editable=False)

    objects = RecordedQuerySet.as_manager()

    class Meta:
        verbose_name = _("leave or exemption")
        verbose_name_plural = _("leave and exemptions")
        constraints = [
            period_check("leave_period"),
            record_check("leave_recorded"),
            # Why somebody does not count is asked a year later.
            models.CheckConstraint(name="leave_has_reason", condition=~models.Q(reason="")),
        ]
        indexes = [models.Index(fields=["person", "valid_from"], name="leave_person_day")]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.kind}"
