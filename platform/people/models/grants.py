"""Who may do what, where, from when to when, and who gave it to him."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.models.choices import Role
from people.models.organisations import Organisation
from people.models.periods import Dated, DatedQuerySet, period_check


class RoleGrant(Dated):
    """A role on an organisation and all below it; written by `people.grants` alone."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="role_grants", verbose_name=_("user")
    )
    role = models.CharField(_("role"), max_length=24, choices=Role)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="role_grants", verbose_name=_("organisation")
    )
    # NULL: given from the console by whoever runs the server, who stands above all roles.
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("granted by"),
    )
    reason = models.CharField(_("reason"), max_length=300)
    recorded_at = models.DateTimeField(_("recorded at"), default=timezone.now, editable=False)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True, editable=False)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("revoked by"),
    )
    revoke_reason = models.CharField(_("reason of the revocation"), max_length=300, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("role grant")
        verbose_name_plural = _("role grants")
        constraints = [
            period_check("role_grant_period"),
            # Power without a stated reason cannot be reviewed.
            models.CheckConstraint(name="role_grant_has_reason", condition=~models.Q(reason="")),
            # Only a revoked grant has somebody who revoked it and why.
            models.CheckConstraint(
                name="role_grant_revocation_whole",
                condition=models.Q(revoked_at__isnull=False)
                | models.Q(revoked_by__isnull=True, revoke_reason=""),
            ),
        ]
        indexes = [
            models.Index(fields=["user", "role", "organisation"], name="role_grant_user"),
            models.Index(fields=["organisation", "role"], name="role_grant_organisation"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.role} on {self.organisation_id}"
