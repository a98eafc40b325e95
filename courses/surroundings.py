"""What stands around an activity that is open: the course it is met in, and what comes next there."""

from django.contrib.auth.models import AnonymousUser

from courses.access import accessible_courses
from courses.models import Course, CourseState, Enrolment
from courses.outlines import Item, Line, Outline
from people.models import User


def course_around(user: User | AnonymousUser, item: Item, named: str) -> Course | None:
    """The course whose outline stands beside the activity: the one named, else one the reader is enrolled in,
    else the first open one that he may see."""
    holding = list(
        accessible_courses(user)
        .filter(**{f"current_version__activities__activity__{item._meta.model_name}": item})
        .select_related("page")
        .order_by("pk")
    )
    for course in holding:
        if str(course.public_id) == named:
            return course
    if user.is_authenticated and len(holding) > 1:
        enrolled = set(
            Enrolment.objects.filter(person__user_id=user.pk, ended_at__isnull=True).values_list(
                "course_id", flat=True
            )
        )
        holding.sort(key=lambda course: (course.pk not in enrolled, course.state != CourseState.OPEN))
    return holding[0] if holding else None


def line_after(outline: Outline, item: Item) -> Line | None:
    """The next activity in the outline that can be done now."""
    lines = outline.lines
    place = next((place for place, line in enumerate(lines) if line.item == item), None)
    if place is None:
        return None
    return next((line for line in lines[place + 1 :] if line.is_ready), None)
