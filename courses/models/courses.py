"""Courses as history knows them: a plain course that outlives its page, and its immutable versions."""

from django.db import models
from django.db.models import Q, Value
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7


class Access(models.TextChoices):
    """Who may see a course; the search index carries the same classes as tokens."""

    PUBLIC = "public", _("Public")
    MEMBERS = "members", _("Members")
    AUDIENCE = "audience", _("An audience")


class CourseState(models.TextChoices):
    OPEN = "open", _("Open")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class CourseRule(models.TextChoices):
    """The kinds of rule that courses.rules judges a course by."""

    ALL_REQUIRED = "all_required", _("everything required is complete")
    ANY_OF = "any_of", _("any so many activities are complete")
    LECTURE_SHARE = "lecture_share", _("so many percent of the lectures, and all else required, are complete")
    REQUIRED_AND = "required_and", _("everything required and so many of the electives are complete")


class UnderWay(models.TextChoices):
    """What a new version means for those who are under way."""

    MOVE = "move", _("They go on under the new version")
    STAY = "stay", _("They finish under the version they began with")


class Course(models.Model):
    """A course, whatever becomes of its page. Written by courses.publishing alone."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    page = models.OneToOneField("courses.CoursePage", models.SET_NULL, null=True, related_name="course")
    title = models.CharField(max_length=255)
    access = models.CharField(max_length=20, choices=Access)
    audience_organisation = models.ForeignKey(
        "people.Organisation", models.PROTECT, null=True, related_name="+"
    )
    state = models.CharField(max_length=20, choices=CourseState, default=CourseState.OPEN)
    current_version = models.ForeignKey("courses.CourseVersion", models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            # An audience course without an audience would be open to nobody, or by a slip to everybody.
            models.CheckConstraint(
                condition=~Q(access="audience") | Q(audience_organisation__isnull=False),
                name="course_audience_named",
            )
        ]

    def __str__(self) -> str:
        return self.title


class CourseVersion(models.Model):
    """What a course was at one publication: outline and rule of completion. Never changed (database guard).

    `rule`: {"kind": "all_required"} or another rule, as courses.rules reads it.
    `outline`: [{"activity": uuid, "kind": …, "title": …, "chapter": …, "is_required": …}, …] as shown then.
    """

    course = models.ForeignKey(Course, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=255)
    outline = models.JSONField()
    rule = models.JSONField()
    published_at = models.DateTimeField()
    # Not SET_NULL: the row never changes, so an account that published stays (it can be closed).
    published_by = models.ForeignKey("people.User", models.PROTECT, null=True, related_name="+")
    # What the publisher chose for those under way, and how many they were.
    under_way = models.CharField(
        max_length=10, choices=UnderWay, default=UnderWay.MOVE, db_default=Value("move")
    )
    under_way_count = models.PositiveIntegerField(default=0, db_default=Value(0))

    class Meta:
        ordering = ["course", "-number"]
        constraints = [
            # Completions name a version by its number.
            models.UniqueConstraint(fields=["course", "number"], name="course_version_number_once")
        ]

    def __str__(self) -> str:
        return f"{self.title} v{self.number}"


class CourseVersionActivity(models.Model):
    """One activity of a version; the outline as rows, for "which courses hold this lecture"."""

    version = models.ForeignKey(CourseVersion, models.PROTECT, related_name="activities")
    activity = models.ForeignKey("courses.Activity", models.PROTECT, related_name="course_versions")
    position = models.PositiveIntegerField()
    chapter = models.CharField(max_length=120, blank=True)
    is_required = models.BooleanField()

    class Meta:
        ordering = ["version", "position"]
        constraints = [
            # One watching must not count twice in a course.
            models.UniqueConstraint(fields=["version", "activity"], name="version_activity_once"),
            # The outline has one order.
            models.UniqueConstraint(fields=["version", "position"], name="version_position_once"),
        ]
