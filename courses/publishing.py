"""Publication: what history refers to is made when Wagtail publishes a lecture or a course page.

One writer of Activity, ShownRecording, Course, CourseVersion and CourseVersionActivity. A line of a course's outline
that is not live is left out of the version, and joins it (by a new version) when it is published.
"""

import datetime as dt
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.dispatch import Signal
from django.utils import timezone
from wagtail.log_actions import get_active_log_context
from wagtail.models import DraftStateMixin, Revision

from courses import enrolment, lecture_questions, signals
from courses.models import (
    Activity,
    ActivityKind,
    Assessment,
    BasePage,
    Course,
    CoursePage,
    CourseState,
    CourseVersion,
    CourseVersionActivity,
    Enrolment,
    Lecture,
    Reading,
    ShownRecording,
    UnderWay,
)
from people.models import User

logger = logging.getLogger(__name__)

# What an outline can hold, and the kind of its activity.
Item = Lecture | Reading | Assessment
KINDS: dict[type[models.Model], ActivityKind] = {
    Lecture: ActivityKind.LECTURE,
    Reading: ActivityKind.READING,
    Assessment: ActivityKind.ASSESSMENT,
}


def publish_lecture(lecture: Lecture) -> Activity:
    """Make or update the lecture's activity, and renew the live courses that hold the lecture.

    Idempotent. Sends `lecture_published` after commit.
    """
    with transaction.atomic():
        activity = _activity_of(lecture)
        if activity.title != lecture.title:
            activity.title = lecture.title
            activity.save(update_fields=["title"])
        _note_recording(lecture)
        _renew_courses_of(lecture)
        lecture_questions.place(lecture)
        _after_commit(signals.lecture_published, Lecture, lecture_id=lecture.pk)
    return activity


def publish_item(item: Reading | Assessment) -> Activity:
    """Make or update a reading's or an assessment's activity, and renew the live courses that hold it."""
    with transaction.atomic():
        activity = _activity_of(item)
        if activity.title != item.title:
            activity.title = item.title
            activity.save(update_fields=["title"])
        _renew_courses_of(item)
    return activity


def withdraw_item(item: Reading | Assessment) -> None:
    """It is no longer live: its courses go on without it; completions and ledger entries stay."""
    with transaction.atomic():
        _renew_courses_of(item)


def withdraw_lecture(lecture: Lecture) -> None:
    """The lecture is no longer live: its courses go on without it; completions and ledger entries stay."""
    with transaction.atomic():
        _renew_courses_of(lecture)
        _after_commit(signals.lecture_unpublished, Lecture, lecture_id=lecture.pk)


def publish_course(page: CoursePage, *, published_by: User | None = None) -> CourseVersion:
    """Make or update the page's course, and a new version when title, outline or rule changed.

    Idempotent; the version's number is taken under the course's lock. Sends `course_published` after commit.
    """
    with transaction.atomic():
        course, _is_new = Course.objects.get_or_create(
            page=page, defaults={"title": page.title, "access": page.access, **_audience_of(page)}
        )
        course = Course.objects.select_for_update(of=("self",)).get(pk=course.pk)
        before = {kind: set(_held(course, kind)) for kind in ("lecture", "reading")}
        lines = _outline_of(page)
        outline = [shown for _activity, shown in lines]
        version = course.versions.first()
        if version is None or (version.title, version.outline, version.rule) != (
            page.title,
            outline,
            page.rule,
        ):
            version = _new_version(course, page, lines, published_by, after=version)
        course.title, course.access = page.title, page.access
        course.audience_organisation_id = _audience_of(page)["audience_organisation_id"]
        course.state, course.current_version = CourseState.OPEN, version
        course.save()
        touched = {f"{kind}_ids": sorted(keys | set(_held(course, kind))) for kind, keys in before.items()}
        _after_commit(signals.course_published, Course, course_id=course.pk, **touched)
    return version


def withdraw_course(page: CoursePage) -> None:
    """The page is no longer live: nobody new may enter, those under way may finish (courses.access)."""
    with transaction.atomic():
        for course in Course.objects.select_for_update(of=("self",)).filter(page=page):
            course.state = CourseState.WITHDRAWN
            course.save(update_fields=["state"])
            _after_commit(
                signals.course_withdrawn,
                Course,
                course_id=course.pk,
                lecture_ids=sorted(_held(course, "lecture")),
                reading_ids=sorted(_held(course, "reading")),
            )


def publish_due() -> list[str]:
    """Publish and expire what is scheduled, each object in its own transaction; returns what failed.

    One object that cannot be published keeps none of the others from their hour.
    """
    now = timezone.now()
    failed: list[str] = []
    for item in _expired(now):
        with _alone(failed, item):
            item.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")
    for revision in Revision.objects.filter(approved_go_live_at__lt=now).order_by("approved_go_live_at"):
        with _alone(failed, revision):
            revision.publish(log_action="wagtail.publish.scheduled")
    return failed


def sweep() -> int:
    """Repair what a lost receiver left behind; returns how many objects were wrong.

    Live lectures without an activity, live course pages without an open course whose version is theirs,
    open courses whose page is gone or no longer live.
    """
    repaired = 0
    for lecture in Lecture.objects.filter(live=True, activity__isnull=True):
        publish_lecture(lecture)
        repaired += 1
    for model in (Reading, Assessment):
        for item in model.objects.filter(live=True, activity__isnull=True):
            publish_item(item)
            repaired += 1
    has_version = Course.objects.filter(
        page=OuterRef("pk"), state=CourseState.OPEN, current_version__title=OuterRef("title")
    )
    for page in CoursePage.objects.live().filter(~Exists(has_version)):
        publish_course(page)
        repaired += 1
    stranded = Course.objects.filter(Q(page__isnull=True) | Q(page__live=False), state=CourseState.OPEN)
    for course in stranded:
        if course.page is not None:
            withdraw_course(course.page)
        else:
            course.state = CourseState.WITHDRAWN
            course.save(update_fields=["state"])
        repaired += 1
    return repaired


def acting_user(revision: Revision | None) -> User | None:
    """Who publishes: the admin's signed-in user, else the author of the revision."""
    user = get_active_log_context().user or (revision.user if revision else None)
    return user if isinstance(user, User) else None


def _expired(now: dt.datetime) -> Iterator[Any]:
    for model in apps.get_models():
        if issubclass(model, DraftStateMixin) and not issubclass(model, BasePage):
            yield from model._default_manager.filter(live=True, expire_at__lt=now).order_by("expire_at")
    for page in BasePage.objects.filter(live=True, expire_at__lt=now).order_by("expire_at"):
        yield page.specific


@contextmanager
def _alone(failed: list[str], item: models.Model) -> Iterator[None]:
    """One object's transaction; a failure is logged and noted, and the next object has its turn."""
    try:
        with transaction.atomic():
            yield
    except Exception:
        # Whatever a receiver raises: it must not keep the other objects from their hour.
        logger.exception("%s was not published or expired on schedule", item)
        failed.append(str(item))


def _after_commit(signal: Signal, sender: type[models.Model], **news: Any) -> None:
    transaction.on_commit(lambda: signal.send(sender=sender, **news))


def _new_version(
    course: Course,
    page: CoursePage,
    lines: list[tuple[Activity, dict[str, Any]]],
    published_by: User | None,
    *,
    after: CourseVersion | None,
) -> CourseVersion:
    stays = page.under_way == UnderWay.STAY and after is not None
    version = CourseVersion.objects.create(
        course=course,
        number=after.number + 1 if after else 1,
        title=page.title,
        outline=[shown for _activity, shown in lines],
        rule=page.rule,
        under_way=UnderWay.STAY if stays else UnderWay.MOVE,
        under_way_count=Enrolment.objects.filter(course=course, ended_at__isnull=True).count(),
        published_at=timezone.now(),
        published_by=published_by,
    )
    CourseVersionActivity.objects.bulk_create(
        CourseVersionActivity(
            version=version,
            activity=activity,
            position=position,
            chapter=shown["chapter"],
            is_required=shown["is_required"],
        )
        for position, (activity, shown) in enumerate(lines)
    )
    enrolment.bind(course, after if stays else None)
    if after is not None and not stays:
        _after_commit(signals.course_renewed, Course, course_id=course.pk)
    return version


def _outline_of(page: CoursePage) -> list[tuple[Activity, dict[str, Any]]]:
    """The page's live lines in order, each as an activity and as the version's outline shows it."""
    lines = []
    rows = page.outline.select_related("lecture__activity", "reading__activity", "assessment__activity")
    for line in rows.order_by("sort_order", "pk"):
        item = line.item
        if item is None or not item.live:
            continue
        activity = getattr(item, "activity", None) or _activity_of(item)
        lines.append(
            (
                activity,
                {
                    "activity": str(activity.public_id),
                    "kind": activity.kind,
                    "title": item.title,
                    "chapter": line.chapter,
                    "is_required": line.is_required,
                },
            )
        )
    return lines


def _activity_of(item: Item) -> Activity:
    kind = KINDS[type(item)]
    activity, _is_new = Activity.objects.get_or_create(
        **{kind.value: item}, defaults={"kind": kind, "title": item.title}
    )
    return activity


def _audience_of(page: CoursePage) -> dict[str, int | None]:
    return {"audience_organisation_id": page.audience_organisation_id if page.access == "audience" else None}


def _note_recording(lecture: Lecture) -> None:
    """From now on the lecture is watched in this recording, if it was another one or none before."""
    former = lecture.shown_recordings.values_list("recording", flat=True).last()
    if lecture.recording_id is not None and lecture.recording_id != former:
        ShownRecording.objects.create(
            lecture=lecture, recording_id=lecture.recording_id, since=timezone.now()
        )


def _renew_courses_of(item: Item) -> None:
    held = {f"outline__{KINDS[type(item)].value}": item}
    for page in CoursePage.objects.live().filter(**held).distinct():
        publish_course(page)


def _held(course: Course, kind: str) -> list[int]:
    """Keys of the lectures or the readings of the course's present version."""
    if course.current_version_id is None:
        return []
    rows = CourseVersionActivity.objects.filter(
        version_id=course.current_version_id, **{f"activity__{kind}__isnull": False}
    )
    return list(rows.values_list(f"activity__{kind}_id", flat=True))
