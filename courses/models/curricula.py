"""Curricula as editors and committees write them: courses, an audience, a window and a due date."""

from decimal import Decimal
from typing import Any

from django.contrib.contenttypes.fields import GenericRelation
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q, Value
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from uuid_utils.compat import uuid7
from wagtail.admin.panels import FieldPanel
from wagtail.models import DraftStateMixin, LockableMixin, Orderable, RevisionMixin, WorkflowMixin
from wagtail.search import index

from courses.audience_rules import Party
from courses.models.publication import AtomicPublication

MAX_YEARS = 120
# The bands of an audience: the fields of their bounds, without "audience_".
BANDS = [("admitted_from", "admitted_until"), ("years_from", "years_until"), ("age_from", "age_until")]


def _years(name: Any) -> models.PositiveSmallIntegerField:
    """A bound of a band of completed years."""
    return models.PositiveSmallIntegerField(
        name, null=True, blank=True, validators=[MaxValueValidator(MAX_YEARS)]
    )


def _bounds_ordered(first: str, last: str) -> Q:
    return Q(**{f"{first}__isnull": True}) | Q(**{f"{last}__isnull": True}) | Q(**{f"{last}__gte": F(first)})


class Curriculum(
    AtomicPublication,
    WorkflowMixin,
    DraftStateMixin,
    LockableMixin,
    RevisionMixin,
    index.Indexed,
    ClusterableModel,
):
    """A curriculum (培训计划). At publication courses.requirements turns its audience into required spans."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    title = models.CharField(_("title"), max_length=200)
    summary = models.TextField(_("summary"), blank=True, max_length=2000)
    owner = models.ForeignKey(
        "people.Organisation", models.PROTECT, verbose_name=_("set by"), related_name="curricula"
    )
    opens_on = models.DateField(_("opens on"))
    due_on = models.DateField(_("due on"), help_text=_("The last day on which completion is in time."))
    closes_on = models.DateField(
        _("closes on"),
        null=True,
        blank=True,
        help_text=_(
            "The last day on which what is completed late still counts. Empty: late completions always count."
        ),
    )
    entry_days = models.PositiveSmallIntegerField(
        _("days for who comes later"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(366)],
        help_text=_(
            "Whoever joins the audience after the opening, or returns from leave, has at least so many days; the due "
            "date above if that is later. Empty: the due date is the same for all."
        ),
    )
    minimum_electives = models.PositiveSmallIntegerField(
        _("electives at least"),
        default=0,
        validators=[MaxValueValidator(50)],
        help_text=_("How many elective courses have to be completed; 0 asks for no number."),
    )
    minimum_elective_credits = models.DecimalField(
        _("elective credits at least"),
        max_digits=5,
        decimal_places=1,
        default=0,
        validators=[MinValueValidator(0)],
        help_text=_("How many credits the completed elective courses have to reach; 0 asks for none."),
    )
    audience_organisation = models.ForeignKey(
        "people.Organisation",
        models.PROTECT,
        verbose_name=_("audience"),
        related_name="+",
        help_text=_("Everybody in this organisation and below it, as far as the filters let through."),
    )
    audience_practice_types = models.JSONField(
        _("practice types"), default=list, blank=True, help_text=_("None chosen means all.")
    )
    audience_admitted_from = models.DateField(_("admitted from"), null=True, blank=True)
    audience_admitted_until = models.DateField(_("admitted until"), null=True, blank=True)
    audience_years_from = _years(_("years of practice at least"))
    audience_years_until = _years(_("years of practice at most"))
    audience_age_from = _years(_("age at least"))
    audience_age_until = _years(_("age at most"))
    audience_party = models.CharField(
        _("Party membership"),
        max_length=10,
        blank=True,
        db_default="",
        choices=[(Party.MEMBERS, _("Party members")), (Party.OTHERS, _("Everybody but Party members"))],
    )
    # Keys of persons. No rows of their own: a draft's names live in its revision like all it says.
    audience_named = models.JSONField(
        _("named persons"), default=list, db_default=Value([], models.JSONField()), blank=True
    )
    audience_is_named_only = models.BooleanField(
        _("only the named persons"),
        default=False,
        db_default=False,
        help_text=_("Otherwise they count besides those whom the filters let through."),
    )

    workflow_states = GenericRelation(
        "wagtailcore.WorkflowState",
        content_type_field="base_content_type",
        object_id_field="object_id",
        related_query_name="curriculum",
        for_concrete_model=False,
    )
    _revisions = GenericRelation(
        "wagtailcore.Revision",
        content_type_field="base_content_type",
        object_id_field="object_id",
        related_query_name="curriculum",
        for_concrete_model=False,
    )

    search_fields = [index.SearchField("title"), index.AutocompleteField("title")]

    class Meta:
        verbose_name = _("curriculum")
        verbose_name_plural = _("curricula")
        ordering = ["-opens_on", "-pk"]
        constraints = [
            # A curriculum due before it opens could not be completed in time by anybody.
            models.CheckConstraint(
                condition=Q(due_on__gte=F("opens_on")), name="curriculum_due_after_opening"
            ),
            # What closes before it is due would refuse completions that are in time.
            models.CheckConstraint(
                condition=Q(closes_on__isnull=True) | Q(closes_on__gte=F("due_on")),
                name="curriculum_closes_after_due",
            ),
            # Bounds the wrong way round would let nobody through.
            *(
                models.CheckConstraint(
                    condition=_bounds_ordered(f"audience_{first}", f"audience_{last}"),
                    name=f"curriculum_{first}_before_until",
                )
                for first, last in BANDS
            ),
            # An audience of named persons alone, with nobody named, would be nobody's.
            models.CheckConstraint(
                condition=Q(audience_is_named_only=False) | ~Q(audience_named=[]),
                name="curriculum_named_only_names",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def revisions(self) -> models.Manager:
        return self._revisions

    def clean(self) -> None:
        super().clean()
        if self.opens_on and self.due_on and self.due_on < self.opens_on:
            raise ValidationError({"due_on": _("The due date is before the opening date.")})
        if self.closes_on and self.due_on and self.closes_on < self.due_on:
            raise ValidationError({"closes_on": _("The closing date is before the due date.")})
        for first, last in BANDS:
            lower, upper = getattr(self, f"audience_{first}"), getattr(self, f"audience_{last}")
            if lower is not None and upper is not None and upper < lower:
                raise ValidationError({f"audience_{last}": _("The upper bound is below the lower one.")})
        if self.audience_is_named_only and not self.audience_named:
            raise ValidationError(
                {"audience_named": _("Name at least one person, or let the filters choose.")}
            )


class CurriculumCourse(Orderable):
    """One course of a curriculum: required, or one of its electives."""

    curriculum = ParentalKey(Curriculum, on_delete=models.CASCADE, related_name="courses")
    course = models.ForeignKey("courses.Course", models.PROTECT, verbose_name=_("course"), related_name="+")
    is_elective = models.BooleanField(_("elective"), default=False)
    elective_credits = models.DecimalField(
        _("credits as an elective"),
        max_digits=4,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.1"))],
        help_text=_("Empty: what the length of its required lectures gives at publication."),
    )

    panels = [FieldPanel("course"), FieldPanel("is_elective"), FieldPanel("elective_credits")]

    class Meta(Orderable.Meta):
        constraints = [
            # The same course twice asks for nothing more.
            models.UniqueConstraint(fields=["curriculum", "course"], name="curriculum_course_once")
        ]
