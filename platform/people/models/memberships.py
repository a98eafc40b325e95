"""Who belongs where, on which days."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from people.models.choices import Position, Tree
from people.models.organisations import Organisation
from people.models.periods import Recorded, RecordedQuerySet, period_check, record_check
from people.models.persons import Person


class Membership(Recorded):
    """A person's place in an organisation; the main one of a tree is where he is counted."""

    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("person")
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("organisation")
    )
    tree = models.CharField(_("tree"), max_length=12, choices=Tree, default=Tree.PROFESSION)
    is_main = models.BooleanField(_("main membership"), default=True)
    position = models.CharField(_("position"), max_length=12, choices=Position, default=Position.LAWYER)

    objects = RecordedQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            period_check("membership_period"),
            record_check("membership_recorded"),
        ]
        indexes = [
            models.Index(fields=["person", "tree", "valid_from"], name="membership_person_day"),
            models.Index(
                fields=["organisation", "tree", "valid_from", "valid_to", "person"],
                name="membership_organisation_day",
                condition=models.Q(superseded_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.organisation_id}"
