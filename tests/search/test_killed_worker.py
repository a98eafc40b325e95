"""A worker that is killed while it indexes leaves a request that waits, and an index that comparing finds wanting."""

import io
import os
import signal
import subprocess
import sys

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import CommandError, call_command

from courses.models import Access
from search import engines, find, index, tasks
from search.models import WAITING, LectureIndexing
from tests.courses.stage import published_course, published_lecture
from tests.search.conftest import caption

pytestmark = [pytest.mark.slow]


def verified():
    """What `reindex --verify` says."""
    output = io.StringIO()
    try:
        call_command("reindex", "--verify", stdout=output)
    except CommandError as error:
        return output.getvalue() + str(error)
    return output.getvalue()


# A process of its own, as a worker is, which kills itself where this deed would begin.
WORKER = """
import os, signal
from pathlib import Path
import django
from django.conf import settings
django.setup()
settings.SEARCH_INDEX_DIR = Path({folder!r})
from search import index
from search.engines.tantivy_engine import TantivyEngine
{where}.{name} = lambda *given: os.kill(os.getpid(), signal.SIGKILL)
index.index_waiting()
"""


@pytest.mark.parametrize(
    ("where", "name", "is_written"), [("TantivyEngine", "replace", False), ("index", "_note_done", True)]
)
def test_what_a_killed_worker_left_is_found_and_made_good(
    where, name, is_written, committed_db, engine_in_force, settings
):
    lecture = published_lecture("违约责任", duration_ms=600_000)
    caption(lecture, ["约定的违约金过分高于损失的。", "可以请求减少。"])
    published_course("合同编公开课", lecture, access=Access.PUBLIC)
    engines.current().rebuild([], lambda count: None)
    index.request([lecture.pk])
    worker = subprocess.run(
        [sys.executable, "-c", WORKER.format(folder=str(settings.SEARCH_INDEX_DIR), where=where, name=name)],
        env=os.environ | {"DATABASE_URL": committed_db, "LOG_LEVEL": "WARNING"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert worker.returncode == -signal.SIGKILL, worker.stderr
    assert LectureIndexing.objects.filter(WAITING, lecture=lecture).exists()
    assert ("agree" in verified()) == is_written
    assert is_written or "missing: 2" in verified()
    tasks.sweep()
    assert not LectureIndexing.objects.filter(WAITING).exists()
    assert "agree: 2 documents" in verified()
    assert find.search("违约金过分", user=AnonymousUser()).total == 1
