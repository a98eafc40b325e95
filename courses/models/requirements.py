"""Who had to do what, from when to when: the one table every coverage figure counts from."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7


class RequirementKind(models.TextChoices):
    CURRICULUM = "curriculum", _("Curriculum")
    COURSE = "course", _("Course")
    REGULATION = "regulation", _("Requirement of a regulation")


class Requirement(models.Model):
    """Something that persons can be required to complete."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    kind = models.CharField(max_length=20, choices=RequirementKind)
    title = models.CharField(max_length=200)
    owner = models.ForeignKey("people.Organisation", models.PROTECT, related_name="requirements")
    curriculum = models.OneToOneField(
        "courses.Curriculum", models.PROTECT, null=True, related_name="requirement"
    )
    course = models.OneToOneField("courses.Course", models.PROTECT, null=True, related_name="requirement")
    opens_on = models.DateField()
    due_on = models.DateField()
    # The last day whose completions still count; null: they always do.
    closes_on = models.DateField(null=True)
    minimum_electives = models.PositiveSmallIntegerField(default=0)
    # Thousandths of a credit, so that both databases add and compare them exactly.
    minimum_elective_milli = models.PositiveIntegerField(default=0)
    is_open = models.BooleanField(default=True)

    class Meta:
        constraints = [
            # The subject of a requirement is the one its kind names.
            models.CheckConstraint(
                condition=Q(kind="curriculum", curriculum__isnull=False, course__isnull=True)
                | Q(kind="course", curriculum__isnull=True, course__isnull=False)
                | Q(kind="regulation", curriculum__isnull=True, course__isnull=True),
                name="requirement_subject_matches_kind",
            )
        ]

    def __str__(self) -> str:
        return self.title


class RequirementCourse(models.Model):
    """A course that a requirement asks for, as published (the draft may already say otherwise)."""

    requirement = models.ForeignKey(Requirement, models.CASCADE, related_name="courses")
    course = models.ForeignKey("courses.Course", models.PROTECT, related_name="requirements")
    position = models.PositiveIntegerField()
    is_elective = models.BooleanField(default=False)
    # What it gives as an elective, fixed at publication.
    elective_milli = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["requirement", "position"]
        constraints = [
            # Asked for once is enough.
            models.UniqueConstraint(fields=["requirement", "course"], name="requirement_course_once")
        ]


class CountedCourse(models.Model):
    """A course whose completion counts for the one asked for: that one itself, and those that count as the same."""

    asked = models.ForeignKey(RequirementCourse, models.CASCADE, related_name="counted")
    course = models.ForeignKey("courses.Course", models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            # Counting it twice would let one completion stand for two electives.
            models.UniqueConstraint(fields=["asked", "course"], name="counted_course_once")
        ]


class RequiredSpan(models.Model):
    """A person is required from `valid_from` until the day before `valid_to` (open when null)."""

    person = models.ForeignKey("people.Person", models.PROTECT, related_name="required_spans")
    requirement = models.ForeignKey(Requirement, models.PROTECT, related_name="spans")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    due_on = models.DateField()
    why = models.CharField(max_length=40)  # a coded reason: audience | assigned | …

    class Meta:
        indexes = [
            # Coverage goes from a unit's members to their spans: the person stands before the days.
            models.Index(
                fields=["requirement", "person", "valid_from", "valid_to", "due_on"],
                name="span_requirement_day",
            ),
            models.Index(fields=["person", "due_on"], name="span_person_due"),
        ]
        constraints = [
            # A span of no days would count nobody.
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")), name="span_has_days"
            )
        ]


class ExcusedSpan(models.Model):
    """From `valid_from` until the day before `valid_to` the person would have to, were he not away or exempted."""

    person = models.ForeignKey("people.Person", models.PROTECT, related_name="excused_spans")
    requirement = models.ForeignKey(Requirement, models.PROTECT, related_name="excused")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["requirement", "person"], name="excused_requirement_person")]
        constraints = [
            # A span of no days would excuse nobody.
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
                name="excused_span_has_days",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.requirement_id}"
