"""What a user may have of the catalogue: the one door to courses, lectures and curricula.

A course is public, for members, or for an audience; the same classes are the search index's tokens. Who is
under way in a withdrawn course keeps it until he has finished; an editor may look at everything, drafts too.
What is forbidden is missing: callers answer 404 for both.
"""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import F, Q, QuerySet

from courses.models import (
    Access,
    Assessment,
    Course,
    CourseState,
    CourseVersionActivity,
    Curriculum,
    Enrolment,
    Lecture,
    Reading,
    RequiredSpan,
)
from people.access import accessible_organisations
from people.days import today
from people.models import OrganisationClosure, User
from people.models.periods import valid_on

EDITOR_PERMISSION = "courses.change_lecture"

PUBLIC_TOKEN = "public"  # noqa: S105 - a class of readers, not a secret
MEMBERS_TOKEN = "members"  # noqa: S105
EDITORS_TOKEN = "editors"  # noqa: S105


def is_editor(user: User | AnonymousUser) -> bool:
    """Whether the user may look at drafts and at every course."""
    return user.is_authenticated and user.has_perm(EDITOR_PERMISSION)


def organisation_ids_of(user: User | AnonymousUser) -> frozenset[int]:
    """The user's organisations today and all above them, in both trees; empty for who belongs nowhere."""
    if not user.is_authenticated:
        return frozenset()
    day = today()
    rows = OrganisationClosure.objects.filter(
        valid_on(day),
        valid_on(day, "descendant__memberships__"),
        tree=F("descendant__memberships__tree"),
        descendant__memberships__superseded_at__isnull=True,
        descendant__memberships__person__user_id=user.pk,
    )
    return frozenset(rows.values_list("ancestor_id", flat=True))


def accessible_courses(user: User | AnonymousUser) -> QuerySet[Course]:
    """The published courses that this user may see."""
    published = Course.objects.filter(current_version__isnull=False)
    if is_editor(user):
        return published
    mine = organisation_ids_of(user)
    may_see = Q(access=Access.PUBLIC)
    if mine:
        may_see |= Q(access=Access.MEMBERS) | Q(
            access=Access.AUDIENCE, audience_organisation_id__in=sorted(mine)
        )
    admitted = Q(state=CourseState.OPEN) & may_see
    if user.is_authenticated:
        under_way = Enrolment.objects.filter(person__user_id=user.pk, ended_at__isnull=True)
        admitted |= Q(state=CourseState.WITHDRAWN, pk__in=under_way.values("course_id"))
    return published.filter(admitted)


def accessible_lectures(user: User | AnonymousUser) -> QuerySet[Lecture]:
    """The live lectures of the courses that this user may see; every lecture, for an editor."""
    if is_editor(user):
        return Lecture.objects.all()
    return Lecture.objects.filter(live=True, activity__in=_held_activities(user))


def accessible_readings(user: User | AnonymousUser) -> QuerySet[Reading]:
    """The live readings of the courses that this user may see; every reading, for an editor."""
    if is_editor(user):
        return Reading.objects.all()
    return Reading.objects.filter(live=True, activity__in=_held_activities(user))


def accessible_assessments(user: User | AnonymousUser) -> QuerySet[Assessment]:
    """The live assessments of the courses that this user may see; every assessment, for an editor."""
    if is_editor(user):
        return Assessment.objects.all()
    return Assessment.objects.filter(live=True, activity__in=_held_activities(user))


def _held_activities(user: User | AnonymousUser) -> QuerySet[Any, Any]:
    """Keys of the activities of this user's courses, each under the version that he goes by."""
    courses = accessible_courses(user)
    held = Q(version_id__in=courses.values("current_version_id"))
    if user.is_authenticated:
        bound = Enrolment.objects.filter(
            person__user_id=user.pk, ended_at__isnull=True, version__isnull=False, course__in=courses
        )
        held |= Q(version_id__in=bound.values("version_id"))
    return CourseVersionActivity.objects.filter(held).values("activity_id")


def accessible_curricula(user: User | AnonymousUser) -> QuerySet[Curriculum]:
    """The live curricula that ask something of this user, or of somebody whom he looks after."""
    if not user.is_authenticated:
        return Curriculum.objects.none()
    if is_editor(user):
        return Curriculum.objects.all()
    asked = RequiredSpan.objects.filter(person__user_id=user.pk)
    day = today()
    looked_after = accessible_organisations(user)
    touching = OrganisationClosure.objects.filter(valid_on(day), descendant__in=looked_after)
    return Curriculum.objects.filter(
        Q(requirement__in=asked.values("requirement_id"))
        | Q(audience_organisation__in=looked_after)
        | Q(audience_organisation__in=touching.values("ancestor_id")),
        live=True,
    )


def access_tokens(user: User | AnonymousUser) -> frozenset[str]:
    """The classes of readers this user belongs to: a lecture that carries one of them may be found by him.

    "public"; "members" for who has a membership today; "org:<key>" for each of his organisations and those
    above them; "editors".
    """
    tokens = {PUBLIC_TOKEN}
    mine = organisation_ids_of(user)
    if mine:
        tokens |= {MEMBERS_TOKEN, *(f"org:{key}" for key in mine)}
    if is_editor(user):
        tokens.add(EDITORS_TOKEN)
    return frozenset(tokens)


def lecture_access_tokens(lecture_ids: Iterable[int]) -> dict[int, set[str]]:
    """Each lecture's classes of readers, from the open courses that hold it now; one statement.

    Every lecture carries "editors"; one that is not live, or in no open course, carries nothing else.
    """
    return _access_tokens("lecture", lecture_ids)


def reading_access_tokens(reading_ids: Iterable[int]) -> dict[int, set[str]]:
    """The same of readings."""
    return _access_tokens("reading", reading_ids)


def _access_tokens(kind: str, keys: Iterable[int]) -> dict[int, set[str]]:
    tokens: dict[int, set[str]] = {key: {EDITORS_TOKEN} for key in keys}
    item = f"current_version__activities__activity__{kind}"
    rows: Iterable[Any] = Course.objects.filter(
        **{f"{item}__in": list(tokens), f"{item}__live": True}, state=CourseState.OPEN
    ).values_list(f"{item}_id", "access", "audience_organisation_id")
    for key, access, organisation_id in rows:
        tokens[key].add(f"org:{organisation_id}" if access == Access.AUDIENCE else str(access))
    return tokens


def may_mark(user: User | AnonymousUser) -> bool:
    """Whether the user judges answers that no key judges: whoever writes the assessments."""
    return user.has_perm("courses.change_assessment")
