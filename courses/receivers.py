"""What courses do when Wagtail publishes, when people change, and after a migrate: each calls one deed."""

from collections.abc import Sequence
from typing import Any

from wagtail.models import Revision
from wagtail.signals import page_unpublished, published, unpublished

from courses import (
    carrying,
    catalogue,
    issuing,
    lecture_questions,
    publishing,
    questions,
    regulating,
    requirements,
    tasks,
    telling,
    workflows,
)
from courses.models import (
    Assessment,
    CoursePage,
    CreditRegulation,
    Curriculum,
    Lecture,
    Question,
    Reading,
)
from courses.signals import course_renewed, ledger_corrected
from people.signals import groups_installed, membership_changed


def connect() -> None:
    """Called once, in `ready()`."""
    published.connect(lecture_published, sender=Lecture, dispatch_uid="courses.lecture_published")
    unpublished.connect(lecture_unpublished, sender=Lecture, dispatch_uid="courses.lecture_unpublished")
    for model in (Reading, Assessment):
        published.connect(item_published, sender=model, dispatch_uid=f"courses.{model.__name__}_published")
        unpublished.connect(
            item_unpublished, sender=model, dispatch_uid=f"courses.{model.__name__}_unpublished"
        )
    published.connect(question_published, sender=Question, dispatch_uid="courses.question_published")
    course_renewed.connect(course_was_renewed, dispatch_uid="courses.course_renewed")
    published.connect(course_published, sender=CoursePage, dispatch_uid="courses.course_published")
    # A page that is deleted is first unpublished under the name of its base page; this signal names its own.
    page_unpublished.connect(course_unpublished, sender=CoursePage, dispatch_uid="courses.course_unpublished")
    published.connect(curriculum_published, sender=Curriculum, dispatch_uid="courses.curriculum_published")
    unpublished.connect(
        curriculum_unpublished, sender=Curriculum, dispatch_uid="courses.curriculum_unpublished"
    )
    published.connect(
        regulation_published, sender=CreditRegulation, dispatch_uid="courses.regulation_published"
    )
    unpublished.connect(
        regulation_unpublished, sender=CreditRegulation, dispatch_uid="courses.regulation_unpublished"
    )
    membership_changed.connect(persons_changed, dispatch_uid="courses.persons_changed")
    ledger_corrected.connect(certificates_corrected, dispatch_uid="courses.certificates_corrected")
    groups_installed.connect(prepare_site, dispatch_uid="courses.prepare_site")


# Wagtail also reports what it only schedules for later: the object is not live then.


def lecture_published(*, instance: Lecture, revision: Revision | None = None, **kwargs: Any) -> None:
    if instance.live:
        publishing.publish_lecture(instance)
        left = carrying.left_behind(instance.pk)
        if left is not None and revision is not None and revision.user_id is not None:
            telling.recording_replaced(instance, revision.user_id, left.persons)


def lecture_unpublished(*, instance: Lecture, **kwargs: Any) -> None:
    publishing.withdraw_lecture(instance)


def item_published(*, instance: Reading | Assessment, **kwargs: Any) -> None:
    if instance.live:
        publishing.publish_item(instance)


def item_unpublished(*, instance: Reading | Assessment, **kwargs: Any) -> None:
    publishing.withdraw_item(instance)


def question_published(*, instance: Question, **kwargs: Any) -> None:
    if instance.live:
        questions.publish(instance)
        lecture_questions.place_everywhere(instance)


def course_was_renewed(*, course_id: int, **kwargs: Any) -> None:
    tasks.settle_under_way.delay(course_id)


def course_published(*, instance: CoursePage, revision: Revision | None = None, **kwargs: Any) -> None:
    if instance.live:
        publishing.publish_course(instance, published_by=publishing.acting_user(revision))


def course_unpublished(*, instance: CoursePage, **kwargs: Any) -> None:
    publishing.withdraw_course(instance)


def curriculum_published(*, instance: Curriculum, **kwargs: Any) -> None:
    if instance.live:
        requirements.publish_curriculum(instance)


def curriculum_unpublished(*, instance: Curriculum, **kwargs: Any) -> None:
    requirements.withdraw_curriculum(instance)


def regulation_published(
    *, instance: CreditRegulation, revision: Revision | None = None, **kwargs: Any
) -> None:
    if instance.live:
        regulating.publish(instance, published_by=publishing.acting_user(revision))


def regulation_unpublished(*, instance: CreditRegulation, **kwargs: Any) -> None:
    regulating.withdraw(instance)


def persons_changed(*, person_ids: Sequence[int], **kwargs: Any) -> None:
    if requirements.is_anything_required():
        for start in range(0, len(person_ids), tasks.PERSONS_A_TASK):
            tasks.refresh_required_spans.delay(list(person_ids[start : start + tasks.PERSONS_A_TASK]))


def certificates_corrected(
    *, reversed_ids: Sequence[int], award_ids: Sequence[int] = (), **kwargs: Any
) -> None:
    issuing.supersede_corrected(reversed_ids, award_ids)


def prepare_site(*, groups: dict[str, Any], **kwargs: Any) -> None:
    catalogue.ensure_site()
    workflows.ensure(groups)
