"""What holds between courses, whatever their outlines are: when one may be taken, what comes before, what is the same.

These take effect as they are saved; they are no part of a course's page, which is written and reviewed as a text.
"""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel
from wagtail.models import Orderable


class CourseTerms(ClusterableModel):
    """When a course may be taken, and what has to be completed before it."""

    course = models.OneToOneField(
        "courses.Course", models.PROTECT, verbose_name=_("course"), related_name="terms"
    )
    opens_on = models.DateField(
        _("opens on"), null=True, blank=True, help_text=_("Empty: open since its publication.")
    )
    closes_on = models.DateField(
        _("closes on"),
        null=True,
        blank=True,
        help_text=_("The last day on which somebody may begin it; who is under way may finish."),
    )

    class Meta:
        verbose_name = _("course terms")
        verbose_name_plural = _("course terms")
        constraints = [
            # A course that closes before it opens could never be taken.
            models.CheckConstraint(
                condition=Q(opens_on__isnull=True)
                | Q(closes_on__isnull=True)
                | Q(closes_on__gte=F("opens_on")),
                name="course_closes_after_opening",
            )
        ]

    def __str__(self) -> str:
        return self.course.title if self.course_id else ""

    def clean(self) -> None:
        super().clean()
        if self.opens_on and self.closes_on and self.closes_on < self.opens_on:
            raise ValidationError({"closes_on": _("The closing date is before the opening date.")})


class Prerequisite(Orderable):
    """A course that has to be completed first."""

    terms = ParentalKey(CourseTerms, on_delete=models.CASCADE, related_name="prerequisites")
    course = models.ForeignKey("courses.Course", models.PROTECT, verbose_name=_("course"), related_name="+")

    panels = [FieldPanel("course")]

    class Meta(Orderable.Meta):
        constraints = [
            # Asked for twice is asked for once.
            models.UniqueConstraint(fields=["terms", "course"], name="prerequisite_once")
        ]


class EquivalenceGroup(ClusterableModel):
    """Courses that count as the same: whoever has completed one has completed each of them."""

    title = models.CharField(_("title"), max_length=120)
    reason = models.CharField(
        _("reason"),
        max_length=200,
        blank=True,
        help_text=_("Why they count as the same, for example: the edition of this year replaces the last."),
    )

    class Meta:
        verbose_name = _("courses that count as the same")
        verbose_name_plural = _("courses that count as the same")
        ordering = ["title", "pk"]

    def __str__(self) -> str:
        return self.title


class EquivalentCourse(Orderable):
    """One course of such a group."""

    group = ParentalKey(EquivalenceGroup, on_delete=models.CASCADE, related_name="courses")
    course = models.ForeignKey("courses.Course", models.PROTECT, verbose_name=_("course"), related_name="+")

    panels = [FieldPanel("course")]

    class Meta(Orderable.Meta):
        constraints = [
            # The same course twice in a group says nothing more.
            models.UniqueConstraint(fields=["group", "course"], name="equivalent_course_once")
        ]
