"""News from media, courses and migrations becomes requests to index; each receiver notes the row, then nudges."""

from collections.abc import Iterable
from typing import Any

from django.apps import AppConfig
from django.db import DEFAULT_DB_ALIAS, transaction
from django.db.models.signals import post_delete, post_migrate
from wagtail.signals import published, unpublished

from courses import signals as course_signals
from courses.models import Lecture, Reading
from media.models import CaptionTrack
from media.signals import captions_published
from search import index, readings, statutes, tasks, text_index
from search.kinds import Family, group_of


def connect(app: AppConfig) -> None:
    """Called once, in `ready()`."""
    captions_published.connect(captions_changed, dispatch_uid="search.captions_changed")
    course_signals.lecture_published.connect(lecture_changed, dispatch_uid="search.lecture_published")
    course_signals.lecture_unpublished.connect(lecture_changed, dispatch_uid="search.lecture_unpublished")
    course_signals.course_published.connect(course_changed, dispatch_uid="search.course_published")
    course_signals.course_withdrawn.connect(course_changed, dispatch_uid="search.course_withdrawn")
    published.connect(reading_changed, sender=Reading, dispatch_uid="search.reading_published")
    unpublished.connect(reading_changed, sender=Reading, dispatch_uid="search.reading_unpublished")
    post_delete.connect(lecture_deleted, sender=Lecture, dispatch_uid="search.lecture_deleted")
    post_delete.connect(reading_deleted, sender=Reading, dispatch_uid="search.reading_deleted")
    post_migrate.connect(know_statutes, sender=app, dispatch_uid="search.know_statutes")


def captions_changed(*, track: CaptionTrack, **kwargs: Any) -> None:
    _nudge(index.request_track(track))


def lecture_changed(*, lecture_id: int, **kwargs: Any) -> None:
    _nudge(index.request([lecture_id]))


def course_changed(*, lecture_ids: Iterable[int], reading_ids: Iterable[int], **kwargs: Any) -> None:
    _nudge(index.request(lecture_ids))
    _nudge_texts(text_index.request_readings(reading_ids))


def reading_changed(*, instance: Reading, **kwargs: Any) -> None:
    readings.note_citations(instance)
    _nudge_texts(text_index.request_readings([instance.pk]))


def reading_deleted(*, instance: Reading, **kwargs: Any) -> None:
    _nudge_texts(text_index.request([group_of(Family.READING, instance.public_id)]))


def lecture_deleted(*, instance: Lecture, **kwargs: Any) -> None:
    # Its own row is gone with it: what must leave the index is asked for by its group.
    _nudge_texts(text_index.request([group_of(Family.LECTURE, instance.public_id)]))


def know_statutes(*, using: str, **kwargs: Any) -> None:
    if using == DEFAULT_DB_ALIAS:
        statutes.ensure_known()


def _nudge(lecture_ids: Iterable[int]) -> None:
    """The signals come after commit; a broker that is down only delays, because the sweep reads the rows."""
    for key in lecture_ids:
        transaction.on_commit(lambda key=key: tasks.index_lecture.delay(key), robust=True)  # type: ignore[misc]


def _nudge_texts(groups: Iterable[str]) -> None:
    for group in groups:
        transaction.on_commit(lambda group=group: tasks.index_text.delay(group), robust=True)  # type: ignore[misc]
