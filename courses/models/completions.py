"""Completions: a person finished an activity or a course, once, by a rule that is kept with it."""

from django.db import models
from django.db.models import Q
from uuid_utils.compat import uuid7


class Completion(models.Model):
    """An activity or a course completed. Taken back with a reason, never deleted.

    `rule` is the rule that judged it, `evidence` what it judged (for a lecture: intervals and duration), both
    as they were; `day` is the day (Asia/Shanghai) of the second that completed it.
    """

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="completions")
    activity = models.ForeignKey("courses.Activity", models.PROTECT, null=True, related_name="completions")
    course = models.ForeignKey("courses.Course", models.PROTECT, null=True, related_name="completions")
    course_version = models.ForeignKey(
        "courses.CourseVersion", models.PROTECT, null=True, related_name="completions"
    )
    completed_at = models.DateTimeField()
    day = models.DateField()
    rule = models.JSONField()
    evidence = models.JSONField()
    revoked_at = models.DateTimeField(null=True)
    revoked_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["course", "person", "day"], name="completion_course_person")]
        constraints = [
            # It is an activity's or a course's, and a course's names the version whose rule judged it.
            models.CheckConstraint(
                condition=Q(activity__isnull=False, course__isnull=True, course_version__isnull=True)
                | Q(activity__isnull=True, course__isnull=False, course_version__isnull=False),
                name="completion_of_one_thing",
            ),
            # Completed once.
            models.UniqueConstraint(
                fields=["person", "activity"],
                condition=Q(revoked_at__isnull=True),
                name="activity_completed_once",
            ),
            models.UniqueConstraint(
                fields=["person", "course"],
                condition=Q(revoked_at__isnull=True),
                name="course_completed_once",
            ),
        ]
