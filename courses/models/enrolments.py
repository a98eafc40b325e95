"""Who is enrolled in a course, and why."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class EnrolmentReason(models.TextChoices):
    REQUIRED = "required", _("Required by a curriculum")
    ASSIGNED = "assigned", _("Assigned")
    OWN_CHOICE = "own_choice", _("Own choice")


class Enrolment(models.Model):
    """One person in one course. A withdrawn course takes no new ones; those under way may finish."""

    person = models.ForeignKey("people.Person", models.PROTECT, related_name="enrolments")
    course = models.ForeignKey("courses.Course", models.PROTECT, related_name="enrolments")
    reason = models.CharField(max_length=20, choices=EnrolmentReason)
    # The version whose rule judges it; NULL: the course's current one, whichever that becomes.
    version = models.ForeignKey("courses.CourseVersion", models.PROTECT, null=True, related_name="+")
    requirement = models.ForeignKey("courses.Requirement", models.SET_NULL, null=True, related_name="+")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            # A person is in a course once at a time.
            models.UniqueConstraint(
                fields=["person", "course"],
                condition=Q(ended_at__isnull=True),
                name="enrolment_once_at_a_time",
            )
        ]
