"""Background work of search, one at a time on the queue `index`; each task calls one deed and may run twice."""

import logging

from celery import shared_task

from search import amendment_news, index, misses, text_index
from search.engines.base import EngineUnavailable

logger = logging.getLogger(__name__)


@shared_task
def index_lecture(lecture_id: int) -> None:
    """After captions, a lecture or its courses changed. An engine that is down leaves it to the sweep."""
    try:
        index.index_lecture(lecture_id)
    except EngineUnavailable as error:
        logger.warning("Lecture %s waits to be indexed: %s", lecture_id, error)


@shared_task
def index_text(group: str) -> None:
    """After a reading, its courses or a statute changed, or a lecture was deleted.

    An engine that is down leaves it to the sweep.
    """
    try:
        text_index.index_group(group)
    except EngineUnavailable as error:
        logger.warning("%s waits to be indexed: %s", group, error)


@shared_task
def tell_of_amendments() -> None:
    """Every minute: what editors marked as to be revised and nobody was told of."""
    amendment_news.tell_waiting()


@shared_task
def sweep() -> None:
    """Every minute: what a lost message or a failing engine left waiting, and the index itself where it is lost."""
    try:
        index.ensure()
        index.index_waiting()
        text_index.index_waiting()
    except EngineUnavailable as error:
        logger.warning("Indexing waits: %s", error)


@shared_task
def follow_the_calendar() -> None:
    """Every night: statutes of which a text has begun or ended since they were indexed."""
    text_index.request_turned()


@shared_task
def forget_misses() -> None:
    """Every night: searches without an answer that are older than they are kept."""
    misses.forget()
