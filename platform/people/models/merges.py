"""Two records of one human being, and which of them leads from then on."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from people.models.persons import Person
from people.models.users import User


class PersonMerge(models.Model):
    """From `merged` the way leads to `kept`, until it is taken back. Written by `people.merging` alone.

    Nothing is deleted and no history rewritten: `done` names the rows that were superseded and those that stand for
    them, app by app, so that taking back restores what was.
    """

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    kept = models.ForeignKey(
        Person, models.PROTECT, related_name="merges_into", verbose_name=_("kept record")
    )
    merged = models.ForeignKey(
        Person, models.PROTECT, related_name="merges_away", verbose_name=_("merged record")
    )
    reason = models.CharField(max_length=300)
    merged_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    merged_at = models.DateTimeField()
    done = models.JSONField(default=dict)
    undo_reason = models.CharField(max_length=300, blank=True)
    undone_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            # Nobody is himself twice.
            models.CheckConstraint(condition=~Q(kept=F("merged")), name="merge_of_two"),
            # A record leads to one other at most.
            models.UniqueConstraint(
                fields=["merged"], condition=Q(undone_at__isnull=True), name="merge_leads_to_one"
            ),
            # Why two records are one human being, and why they are not after all, is asked years later.
            models.CheckConstraint(condition=~Q(reason=""), name="merge_has_reason"),
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True, undo_reason="")
                | Q(Q(undone_at__isnull=False), ~Q(undo_reason="")),
                name="merge_undone_has_reason",
            ),
        ]
        indexes = [models.Index(fields=["kept"], name="merge_kept")]

    def __str__(self) -> str:
        return f"{self.merged_id} > {self.kept_id}"
