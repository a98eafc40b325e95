"""Published lectures with captions, and an index of their own to find them in."""

import itertools
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction

from courses.models import Lecture
from media import captions
from search import engines, index
from tests.courses.stage import published_lecture

_numbers = itertools.count(1)


@pytest.fixture(
    params=["tantivy", pytest.param("elasticsearch", marks=pytest.mark.services("elasticsearch"))]
)
def engine_in_force(request: pytest.FixtureRequest, settings: Any, tmp_path: Path) -> str:
    """Each engine in turn, with an index of this test's own that already exists."""
    settings.SEARCH_ENGINE = request.param
    settings.SEARCH_INDEX_DIR = tmp_path
    settings.ELASTICSEARCH_INDEX_PREFIX = f"test-{uuid4()}"
    engines.current().rebuild([], lambda count: None)
    return request.param


@pytest.fixture
def own_index(settings: Any, tmp_path: Path) -> None:
    """An empty Tantivy index of this test's own."""
    settings.SEARCH_ENGINE = "tantivy"
    settings.SEARCH_INDEX_DIR = tmp_path
    engines.current().rebuild([], lambda count: None)


def srt(lines: Sequence[str]) -> bytes:
    """The lines as cues of four seconds each."""
    return "\n".join(
        f"{number}\n00:{number * 4 // 60:02}:{number * 4 % 60:02},000 --> "
        f"00:{(number * 4 + 3) // 60:02}:{(number * 4 + 3) % 60:02},900\n{line}\n"
        for number, line in enumerate(lines)
    ).encode()


def caption(lecture: Lecture, lines: Sequence[str], language: str = "zh-Hans") -> None:
    """Attach these captions to the lecture's recording and publish them."""
    with transaction.atomic():
        captions.publish(captions.attach(lecture.recording, srt(lines), language))


@pytest.fixture
def captioned(db: None) -> Callable[..., Lecture]:
    """A published lecture, ten minutes long, with published captions; in no course yet."""

    def make(title: str, *lines: str) -> Lecture:
        lecture = published_lecture(title, duration_ms=600_000)
        caption(lecture, lines)
        return lecture

    return make


@pytest.fixture
def indexed() -> Callable[[], int]:
    """Does what the worker does for everything that waits."""

    def run() -> int:
        index.request(Lecture.objects.values_list("pk", flat=True))
        return index.index_waiting()

    return run
