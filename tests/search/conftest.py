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


both_engines = pytest.mark.parametrize(
    "engine_in_force",
    ["tantivy", pytest.param("elasticsearch", marks=pytest.mark.services("elasticsearch"))],
    indirect=True,
)


@pytest.fixture
def engine_in_force(request: pytest.FixtureRequest, settings: Any, tmp_path: Path) -> str:
    """An empty index of this test's own: Tantivy's, or each engine's in turn for tests marked `both_engines`."""
    engine: str = getattr(request, "param", "tantivy")
    settings.SEARCH_ENGINE = engine
    settings.SEARCH_INDEX_DIR = tmp_path
    if engine == "elasticsearch":
        request.getfixturevalue("elasticsearch_url")
        settings.ELASTICSEARCH_INDEX_PREFIX = f"test-{uuid4()}"
    engines.current().rebuild([], lambda count: None)
    return engine


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
    """Brings the index up to date with the database."""
    return index.rebuild
