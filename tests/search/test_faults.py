"""Search goes on while Elasticsearch hangs or is killed, and the index catches up when it is back."""

import contextlib
import signal
import socket
import threading
import time

import pytest
from django.contrib.auth.models import AnonymousUser

from courses.models import Access, Lecture
from search import engines, find, index, tasks
from search.engines import elasticsearch_engine
from search.engines.breaker import Breaker
from search.models import WAITING, LectureIndexing, TextIndexing
from tests import environment
from tests.courses.stage import published_course
from tests.servers import elasticsearch

pytestmark = [pytest.mark.slow]

PATIENCE = 0.3


@pytest.fixture
def restless(monkeypatch):
    """A breaker that tries again after a second."""
    monkeypatch.setattr(elasticsearch_engine, "Breaker", lambda: Breaker(failures=3, window=60, rest=1))
    engines._elasticsearch.cache_clear()
    yield
    engines._elasticsearch.cache_clear()


@pytest.fixture
def impatient(restless, monkeypatch):
    """Waits a tenth of what a site does."""
    monkeypatch.setattr(elasticsearch_engine, "_READ_SECONDS", PATIENCE)


@pytest.fixture
def shelf(captioned):
    public, other = (
        captioned("违约责任", "约定的违约金过分高于损失的。"),
        captioned("民间借贷", "借条没写还款日期。"),
    )
    published_course("合同编公开课", public, other, access=Access.PUBLIC)
    return {"public": public, "other": other}


@contextlib.contextmanager
def hanging():
    """The address of a server that takes every connection and never answers, and the connections that it took."""
    taken = []
    with socket.create_server(("127.0.0.1", 0), backlog=64) as server:
        server.settimeout(0.05)
        done = threading.Event()

        def take():
            while not done.is_set():
                with contextlib.suppress(TimeoutError):
                    taken.append(server.accept()[0])

        thread = threading.Thread(target=take)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.getsockname()[1]}", taken
        finally:
            done.set()
            thread.join()
            for connection in taken:
                connection.close()


def timed(text):
    before = time.monotonic()
    results = find.search(text, user=AnonymousUser())
    return results, time.monotonic() - before


def until_unlimited():
    """Asks until Elasticsearch answers; a busy machine may take a while."""
    deadline = time.monotonic() + 60
    while timed("违约金过分")[0].is_limited:
        assert time.monotonic() < deadline, "Elasticsearch does not answer"
        time.sleep(0.2)


def titles(results):
    return [found.lecture.title for found in results.lectures]


def test_a_server_that_hangs_costs_three_questions_their_patience_and_the_others_nothing(
    impatient, shelf, settings, tmp_path, client
):
    settings.SEARCH_INDEX_DIR = tmp_path
    index.rebuild()
    settings.SEARCH_ENGINE, settings.SEARCH_STANDBY = "elasticsearch", True
    with hanging() as (settings.ELASTICSEARCH_URL, taken):
        for _ in range(3):
            results, seconds = timed("违约金过分")
            assert (titles(results), results.is_limited) == (["违约责任"], True)
            assert seconds >= PATIENCE
        asked = len(taken)
        results, seconds = timed("违约金过分")
        assert (titles(results), results.is_limited) == (["违约责任"], True)
        assert seconds < PATIENCE
        assert "搜索暂时受限" in client.get("/search/?q=违约金过分").content.decode()
        assert len(taken) == asked, "nobody asks the server meanwhile"
        time.sleep(1)
        assert timed("违约金过分")[0].is_limited
        assert len(taken) == asked + 1, "one question tries again"


@pytest.mark.parametrize("engine_in_force", ["elasticsearch"], indirect=True)
@pytest.mark.services("elasticsearch")
def test_after_elasticsearch_hung_the_index_catches_up_and_nothing_is_lost(
    restless, engine_in_force, shelf, settings
):
    settings.SEARCH_STANDBY = True
    index.rebuild()
    until_unlimited()
    folder = environment.FOLDER / "elasticsearch"
    elasticsearch.signal_to(folder, signal.SIGSTOP)
    try:
        for _ in range(3):
            assert timed("违约金过分")[0].is_limited
        assert timed("违约金过分")[1] < elasticsearch_engine._READ_SECONDS
        Lecture.objects.filter(pk=shelf["public"].pk).update(title="改了题目")
        index.request([shelf["public"].pk])
        tasks.index_lecture(shelf["public"].pk)
        assert titles(timed("改了题目")[0]) == ["改了题目"], "the standby follows"
        tasks.sweep()
        assert LectureIndexing.objects.filter(WAITING).count() == 1
    finally:
        elasticsearch.signal_to(folder, signal.SIGCONT)
    until_unlimited()
    tasks.sweep()
    results, _ = timed("改了题目")
    assert (titles(results), results.is_limited) == (["改了题目"], False)
    assert not LectureIndexing.objects.filter(WAITING).exists()
    assert index.verify().is_equal


def test_what_was_deleted_while_the_engine_was_down_leaves_the_index_afterwards(
    shelf, settings, tmp_path, django_capture_on_commit_callbacks
):
    settings.SEARCH_INDEX_DIR = tmp_path
    index.rebuild()
    good = settings.SEARCH_ENGINE
    settings.SEARCH_ENGINE, settings.ELASTICSEARCH_URL = "elasticsearch", "http://127.0.0.1:9"
    alone = Lecture.objects.create(title="没有课程的讲座")
    group = f"lecture:{alone.public_id}"
    with django_capture_on_commit_callbacks(execute=True):
        alone.delete()
    assert TextIndexing.objects.filter(WAITING, group=group).exists()
    settings.SEARCH_ENGINE = good
    tasks.sweep()
    assert not TextIndexing.objects.filter(group=group).exists()


@pytest.mark.full
@pytest.mark.services("elasticsearch")
def test_an_elasticsearch_that_is_killed_comes_back_with_its_index(restless, shelf, settings, tmp_path):
    folder, port = environment.FOLDER / "killed", environment.free_port()
    settings.SEARCH_ENGINE, settings.SEARCH_STANDBY, settings.SEARCH_INDEX_DIR = (
        "elasticsearch",
        True,
        tmp_path,
    )
    settings.ELASTICSEARCH_INDEX_PREFIX = "killed"
    with elasticsearch.serving(folder, port) as settings.ELASTICSEARCH_URL:
        index.rebuild()
        until_unlimited()
        elasticsearch.signal_to(folder, signal.SIGKILL)
        for _ in range(4):
            assert timed("违约金过分")[0].is_limited
        Lecture.objects.filter(pk=shelf["public"].pk).update(title="改了题目")
        index.request([shelf["public"].pk])
        tasks.index_lecture(shelf["public"].pk)
        assert titles(timed("改了题目")[0]) == ["改了题目"]
    with elasticsearch.serving(folder, port):
        until_unlimited()
        tasks.sweep()
        results, _ = timed("改了题目")
        assert (titles(results), results.is_limited) == (["改了题目"], False)
        assert index.verify().is_equal
