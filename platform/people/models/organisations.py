"""Organisations, their dated parents, and the dated closure of those parents."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from people.models.choices import OrganisationKind, Tree
from people.models.periods import Dated, DatedQuerySet, period_check


class Organisation(models.Model):
    """An association, a firm, a public body, a company, a Party branch… that persons belong to."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=20, choices=OrganisationKind)
    name = models.CharField(_("name"), max_length=200, db_index=True)
    short_name = models.CharField(_("short name"), max_length=50, blank=True)
    division_code = models.CharField(_("division code"), max_length=6, blank=True)
    registration_number = models.CharField(_("unified social credit code"), max_length=18, blank=True)
    opened_on = models.DateField(_("opened on"))
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        constraints = [
            # A nameless row could never be told apart or found again.
            models.CheckConstraint(name="organisation_has_name", condition=~models.Q(name="")),
            # One body, one code: a second row with it would split its members.
            models.UniqueConstraint(
                fields=["registration_number"],
                name="organisation_registration",
                condition=~models.Q(registration_number=""),
            ),
        ]
        indexes = [models.Index(fields=["kind", "name"], name="organisation_kind_name")]

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        """The short name where there is one."""
        return self.short_name or self.name


class OrganisationEdge(Dated):
    """On these days, in this tree, `parent` is directly above `child`."""

    tree = models.CharField(_("tree"), max_length=12, choices=Tree)
    parent = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="edges_down", verbose_name=_("parent")
    )
    child = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="edges_up", verbose_name=_("child")
    )

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation edge")
        verbose_name_plural = _("organisation edges")
        constraints = [
            period_check("edge_period"),
            # The shortest of all circles; longer ones are refused by the deed, which sees the closure.
            models.CheckConstraint(name="edge_not_own_parent", condition=~models.Q(parent=models.F("child"))),
        ]
        indexes = [
            models.Index(fields=["tree", "child", "valid_from"], name="edge_child_day"),
            models.Index(fields=["tree", "parent", "valid_from"], name="edge_parent_day"),
        ]

    def __str__(self) -> str:
        return f"{self.tree}: {self.parent_id} > {self.child_id}"


class OrganisationClosure(Dated):
    """On these days `ancestor` is `depth` steps above `descendant`; depth 0 is the organisation itself.

    Derived from the edges and written by `people.organisations` alone.
    """

    tree = models.CharField(_("tree"), max_length=12, choices=Tree)
    ancestor = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="closure_down", verbose_name=_("ancestor")
    )
    descendant = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="closure_up", verbose_name=_("descendant")
    )
    depth = models.PositiveSmallIntegerField(_("depth"))

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation closure")
        verbose_name_plural = _("organisation closures")
        constraints = [
            period_check("closure_period"),
            # Depth 0 means the organisation itself and nothing else does.
            models.CheckConstraint(
                name="closure_depth_zero_is_self",
                condition=models.Q(depth=0, ancestor=models.F("descendant"))
                | (models.Q(depth__gt=0) & ~models.Q(ancestor=models.F("descendant"))),
            ),
        ]
        indexes = [
            models.Index(
                fields=["tree", "ancestor", "descendant", "valid_from", "valid_to"], name="closure_down"
            ),
            models.Index(
                fields=["tree", "descendant", "ancestor", "valid_from", "valid_to"], name="closure_up"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tree}: {self.ancestor_id} >{self.depth} {self.descendant_id}"
