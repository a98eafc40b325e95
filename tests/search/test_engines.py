"""One suite for both engines: the same documents give the same answers in the same order."""

import datetime as dt
import os
import signal
import threading
import time
from uuid import uuid4

import pytest

from search import cards, query
from search.engines.base import EngineUnavailable, Filters, IndexBusy, IndexMissing, Order, Request
from search.engines.elasticsearch_engine import ElasticsearchEngine
from search.engines.tantivy_engine import TantivyEngine
from tests.search.corpus import CORPUS, MEMBERS, PUBLIC, group, lecture

ALL = frozenset({PUBLIC, MEMBERS, "audience:7"})


@pytest.fixture(
    params=["tantivy", pytest.param("elasticsearch", marks=pytest.mark.services("elasticsearch"))]
)
def empty_engine(request, tmp_path):
    if request.param == "tantivy":
        return TantivyEngine(tmp_path / "index")
    return ElasticsearchEngine(request.getfixturevalue("elasticsearch_url"), f"test-{uuid4()}")


@pytest.fixture
def engine(empty_engine):
    empty_engine.rebuild(CORPUS, lambda count: None)
    return empty_engine


def answer(engine, text, *, access=ALL, **options):
    """The page of the first attempt that finds something, and that attempt's kind."""
    for attempt in query.plan(text).attempts:
        page = engine.find(Request(attempt=attempt, access=access, **options))
        if page.total:
            return page, attempt.kind
    return page, None


def groups(page):
    return [found.key for found in page.groups]


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("民法典第577条", "citation", [1]),
        ("第五百八十五条", "citation", [1]),
        ("《民法典》第一千一百六十五条", "citation", [3]),
        ("民法典667", "citation", [2]),
        ("催告借款人", "exact", [2]),
        ("催告 借款人", "exact", [2]),
        ("違約金過分高於", "exact", [1]),
        ("ＧＢ 18030", "exact", [4]),
        ("彩礼 登记", "all", [4]),
        ("彩礼应该还给谁", "any", [4]),
    ],
)
def test_a_query_finds_its_lecture_by_the_first_attempt_that_finds_any(engine, text, kind, expected):
    page, found_by = answer(engine, text)
    assert (found_by, groups(page), page.total) == (
        kind,
        [group(number) for number in expected],
        len(expected),
    )


def test_a_word_in_three_lectures_counts_three_lectures_with_their_best_moments(engine):
    page, _ = answer(engine, "违约金")
    assert page.total == 3
    assert sorted(groups(page)) == [group(1), group(2), group(3)]
    best = {found.key: found.moments[0].position for found in page.groups}
    assert best == {group(1): 4, group(2): 4, group(3): 3}
    assert [found.score for found in page.groups] == sorted(
        (found.score for found in page.groups), reverse=True
    )


def test_a_moment_tells_its_cue_and_time(engine):
    page, _ = answer(engine, "催告借款人")
    moment = page.groups[0].moments[0]
    assert (moment.position, moment.start_ms, moment.end_ms) == (2, 8000, 12000)
    assert moment.id.endswith(":1")


def test_a_phrase_that_crosses_two_cues_is_found_in_the_first(engine):
    page, kind = answer(engine, "继续履行采取补救措施")
    assert page.total == 0 or kind != "exact"  # the speaker's text has a 、 between them
    page, kind = answer(engine, "赔偿损失等违约责任 再看第")
    assert kind != "exact"
    engine.replace(group(9), lecture(9, "占有", ["占有人因使用占有的不", "动产或者动产致使受到损害"]))
    page, kind = answer(engine, "占有的不动产或者动产")
    assert (kind, groups(page), page.groups[0].moments[0].position) == ("exact", [group(9)], 0)


def test_what_a_user_has_no_token_for_is_neither_found_nor_counted(engine):
    page, _ = answer(engine, "违约金", access=frozenset({PUBLIC}))
    assert (page.total, sorted(groups(page))) == (2, [group(1), group(2)])
    assert answer(engine, "彩礼", access=frozenset({PUBLIC, MEMBERS}))[0].total == 0
    assert answer(engine, "彩礼", access=frozenset({"audience:7"}))[0].total == 1
    assert answer(engine, "违约金", access=frozenset())[0].total == 0


def test_filters_narrow_to_a_course_or_a_lecturer(engine):
    by_course, _ = answer(engine, "违约金", filters=Filters(course="course-b"))
    by_lecturer, _ = answer(engine, "违约金", filters=Filters(lecturer="lecturer-1"))
    assert (groups(by_course), sorted(groups(by_lecturer))) == ([group(2)], [group(1), group(3)])


def test_a_heading_is_searched_and_weighs_less_than_the_text(engine):
    page, _ = answer(engine, "归责原则")
    assert groups(page) == [group(3)]
    engine.replace(group(8), lecture(8, "无关的题目", ["这里讲归责原则"]))
    page, _ = answer(engine, "归责原则")
    assert groups(page)[0] == group(8)


def test_pages_follow_one_another_without_gap_or_repeat(engine):
    same = [lecture(number, "同一题目", ["完全相同的一句话"]) for number in range(100, 130)]
    engine.rebuild([document for each in same for document in each], lambda count: None)
    first, _ = answer(engine, "完全相同", limit=12)
    second, _ = answer(engine, "完全相同", limit=12, offset=12)
    third, _ = answer(engine, "完全相同", limit=12, offset=24)
    assert groups(first) + groups(second) + groups(third) == [group(number) for number in range(100, 130)]
    assert {first.total, second.total, third.total} == {30}


def test_the_best_three_moments_of_equal_ones_are_the_earliest(engine):
    engine.replace(group(9), lecture(9, "题目", ["不可抗力"] * 40))
    page, _ = answer(engine, "不可抗力")
    assert [moment.position for moment in page.groups[0].moments] == [0, 1, 2]


def test_replacing_a_track_leaves_nothing_of_the_old_version(engine):
    engine.replace(group(2), lecture(2, "新题目", ["全新的内容"], version=2))
    assert answer(engine, "借条没有写还款日期")[1] != "exact"
    page, kind = answer(engine, "全新的内容")
    assert (kind, groups(page), page.groups[0].moments[0].id[-2:]) == ("exact", [group(2)], ":2")
    assert engine.check()["documents"] == len(CORPUS) - 5 + 1


def test_removing_a_group_takes_all_of_it(engine):
    engine.replace(group(1), [])
    assert sorted(groups(answer(engine, "违约金")[0])) == [group(2), group(3)]


def test_an_index_that_was_never_built_says_so_and_the_first_change_makes_one(empty_engine):
    with pytest.raises(IndexMissing):
        answer(empty_engine, "违约金")
    empty_engine.replace(group(1), lecture(1, "题目", ["违约金"]))
    assert answer(empty_engine, "违约金")[0].total == 1


def test_a_rebuild_serves_the_old_index_until_the_new_one_is_whole(engine):
    def documents():
        yield from lecture(50, "重建", ["重建以后的内容"])
        assert answer(engine, "违约金")[0].total == 3
        assert answer(engine, "重建以后的内容")[1] != "exact"

    assert engine.rebuild(documents(), lambda count: None) == 1
    assert answer(engine, "违约金")[0].total == 0
    assert answer(engine, "重建以后的内容")[0].total == 1


def test_a_rebuild_that_fails_leaves_the_index_as_it_was(engine):
    def documents():
        yield from lecture(50, "重建", ["重建以后的内容"])
        raise RuntimeError("the database went away")

    with pytest.raises(RuntimeError):
        engine.rebuild(documents(), lambda count: None)
    assert answer(engine, "违约金")[0].total == 3


def test_a_rebuild_reports_its_progress(empty_engine):
    counts = []
    many = [document for number in range(25) for document in lecture(number + 1, "题", ["违约金"] * 100)]
    empty_engine.rebuild(many, counts.append)
    assert counts == [1000, 2000, 2500]


def test_fingerprints_name_every_document_with_what_it_holds(engine):
    assert dict(engine.fingerprints()) == {document.id: document.fingerprint for document in CORPUS}


def test_the_longest_query_is_answered(engine):
    page, _ = answer(engine, "".join(chr(0x4E00 + place) for place in range(200)))
    assert page.total >= 0


@pytest.mark.slow
def test_hostile_queries_give_results_or_none(engine, shared_data):
    folder = shared_data / "hostile"
    naughty = next(folder.rglob("blns.txt")).read_text(encoding="utf-8").splitlines()
    breakers = [
        line.split("\t")[0] for line in (folder / "derived/search-breakers.tsv").read_text().splitlines()
    ]
    for line in [*naughty, *breakers, "\x00", "\ud800违约", "a" * 200, "*" * 200, "(" * 200]:
        plan = query.plan(line[: query.LONGEST_QUERY])
        for attempt in plan.attempts:
            assert engine.find(Request(attempt=attempt, access=ALL)).total >= 0


def test_two_engines_open_on_one_index_see_each_others_changes(tmp_path):
    writer, reader = TantivyEngine(tmp_path / "index"), TantivyEngine(tmp_path / "index")
    writer.rebuild(CORPUS, lambda count: None)
    assert answer(reader, "违约金")[0].total == 3
    writer.replace(group(1), [])
    assert answer(reader, "违约金")[0].total == 2
    writer.rebuild(CORPUS, lambda count: None)
    assert answer(reader, "违约金")[0].total == 3


def test_a_reader_opened_before_a_fork_sees_what_is_written_after_it(tmp_path):
    engine = TantivyEngine(tmp_path / "index")
    engine.rebuild(CORPUS, lambda count: None)
    assert answer(engine, "违约金")[0].total == 3
    go, done = os.pipe()
    child = os.fork()
    if child == 0:
        os.read(go, 1)
        os._exit(0 if answer(engine, "违约金")[0].total == 2 else 1)
    engine.replace(group(1), [])
    os.write(done, b"x")
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_a_second_writer_waits_for_the_first(tmp_path):
    engine = TantivyEngine(tmp_path / "index")
    engine.rebuild(CORPUS, lambda count: None)
    started = threading.Event()

    def slowly():
        started.set()
        time.sleep(0.5)
        yield from lecture(60, "慢", ["慢慢写入"])

    first = threading.Thread(target=lambda: engine.replace(group(60), slowly()))
    first.start()
    started.wait()
    engine.replace(group(61), lecture(61, "快", ["慢慢写入"]))
    first.join()
    assert answer(engine, "慢慢写入")[0].total == 2


def test_a_writer_that_waits_too_long_is_told_who_is_in_the_way(tmp_path, monkeypatch):
    monkeypatch.setattr("search.engines.tantivy_engine._WAIT_SECONDS", 0.2)
    engine = TantivyEngine(tmp_path / "index")
    engine.rebuild(CORPUS, lambda count: None)

    def meanwhile():
        with pytest.raises(IndexBusy, match="Another process is writing"):
            engine.replace(group(1), [])
        yield from ()

    engine.replace(group(60), meanwhile())


@pytest.mark.parametrize("change", ["rebuild", "replace"])
def test_a_writer_killed_half_way_leaves_the_index_as_it_was_and_free(tmp_path, change):
    engine = TantivyEngine(tmp_path / "index")
    engine.rebuild(CORPUS, lambda count: None)

    def documents():
        yield from lecture(50, "被杀", ["写到一半"])
        os.kill(os.getpid(), signal.SIGKILL)

    child = os.fork()
    if child == 0:
        if change == "rebuild":
            engine.rebuild(documents(), lambda count: None)
        engine.replace(group(1), documents())
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    assert answer(engine, "违约金")[0].total == 3
    engine.replace(group(1), [])
    assert answer(engine, "违约金")[0].total == 2
    engine.rebuild(CORPUS, lambda count: None)
    assert answer(engine, "违约金")[0].total == 3
    assert len([path for path in (tmp_path / "index").iterdir() if path.is_dir()]) == 1


def test_a_damaged_index_is_a_named_fault_that_a_rebuild_mends(tmp_path):
    engine = TantivyEngine(tmp_path / "index")
    engine.rebuild(CORPUS, lambda count: None)
    build = (tmp_path / "index" / "current").read_text()
    (tmp_path / "index" / build / "meta.json").write_text("{")
    with pytest.raises(EngineUnavailable):
        answer(TantivyEngine(tmp_path / "index"), "违约金")
    engine.rebuild(CORPUS, lambda count: None)
    assert answer(engine, "违约金")[0].total == 3


def test_an_elasticsearch_that_is_not_there_is_a_named_fault():
    with pytest.raises(EngineUnavailable):
        answer(ElasticsearchEngine("http://127.0.0.1:9", "test"), "违约金")


@pytest.mark.services("elasticsearch")
def test_both_engines_score_alike(elasticsearch_url, tmp_path):
    tantivy = TantivyEngine(tmp_path / "index")
    elastic = ElasticsearchEngine(elasticsearch_url, f"test-{uuid4()}")
    for engine in (tantivy, elastic):
        engine.rebuild(CORPUS, lambda count: None)
    texts = "违约金|责任|合同 违约金|借款人怎么还款|民法典第577条 赔偿|高空抛物|第三人的责任由谁承担"
    for text in texts.split("|"):
        for attempt in query.plan(text).attempts:
            request = Request(attempt=attempt, access=ALL)
            one, other = tantivy.find(request), elastic.find(request)
            assert one.total == other.total
            assert groups(one) == groups(other)
            for ours, theirs in zip(one.groups, other.groups, strict=True):
                assert ours.score == pytest.approx(theirs.score, rel=1e-4)
                assert [moment.id for moment in ours.moments] == [moment.id for moment in theirs.moments]


def shelved(number, text, **facts):
    return lecture(number, f"题目{number}", [text], **facts)


@pytest.fixture
def shelf(empty_engine):
    """Four lectures of two years, two lecturers and two kinds; one for members alone."""
    lectures = [
        shelved(1, "民法典第577条说违约责任", day=dt.date(2025, 3, 1), courses=["a"], lecturer="7"),
        shelved(2, "违约责任", day=dt.date(2026, 5, 1), courses=["a", "b"], lecturer="7", kind="audio"),
        shelved(3, "违约责任的违约责任", day=dt.date(2025, 9, 1), courses=["b"], lecturer="8"),
        shelved(4, "违约责任", day=dt.date(2026, 9, 1), lecturer="8", access=[MEMBERS]),
    ]
    empty_engine.rebuild([each for one in lectures for each in one], lambda count: None)
    return empty_engine


def test_facets_count_the_lectures_that_answer_and_may_be_found(shelf):
    page, _ = answer(shelf, "违约责任", access=frozenset({PUBLIC}), limit=1)
    assert cards.counted(page.cards) == {
        "course": [("a", 2), ("b", 2)],
        "lecturer": [("7", 2), ("8", 1)],
        "statute": [("civil-code", 1)],
        "year": [("2025", 2), ("2026", 1)],
        "kind": [("video", 2), ("audio", 1)],
    }
    page, _ = answer(shelf, "违约责任")
    assert cards.counted(page.cards)["year"] == [("2025", 2), ("2026", 2)]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(year="2025"), {1, 3}),
        (Filters(kind="audio"), {2}),
        (Filters(statute="civil-code"), {1}),
        (Filters(year="2026", lecturer="8"), {4}),
        (Filters(year="2025", kind="audio"), set()),
    ],
)
def test_each_facet_narrows_and_all_that_are_chosen_hold(shelf, filters, expected):
    page, _ = answer(shelf, "违约责任", filters=filters)
    assert set(groups(page)) == {group(number) for number in expected}
    assert page.total == len(expected)


def test_the_latest_lectures_come_first_when_sorted_by_date_and_pages_follow(shelf):
    first, _ = answer(shelf, "违约责任", order=Order.DATE, limit=3)
    second, _ = answer(shelf, "违约责任", order=Order.DATE, limit=3, offset=3)
    assert groups(first) + groups(second) == [group(number) for number in (4, 2, 3, 1)]
    assert {first.total, second.total} == {4}
    assert all(found.moments for found in (*first.groups, *second.groups))
    seen, _ = answer(shelf, "违约责任", order=Order.DATE, access=frozenset({PUBLIC}))
    assert groups(seen) == [group(number) for number in (2, 3, 1)]


def test_sorted_by_date_each_lecture_still_shows_its_best_moments(empty_engine):
    many = lecture(1, "长讲座", ["违约"] * 300 + ["违约金", "违约金和违约责任"], day=dt.date(2025, 1, 1))
    other = lecture(2, "短讲座", ["说说违约"], day=dt.date(2026, 1, 1))
    empty_engine.rebuild([*many, *other], lambda count: None)
    by_date, _ = answer(empty_engine, "违约", order=Order.DATE)
    by_score, _ = answer(empty_engine, "违约")
    assert groups(by_date) == [group(2), group(1)]
    best = {found.key: found.moments for found in by_score.groups}
    assert {found.key: found.moments for found in by_date.groups} == best


def test_an_index_of_an_older_format_counts_as_missing(engine, monkeypatch):
    if engine.name == "tantivy":
        monkeypatch.setattr("search.engines.tantivy_engine._BUILD_PREFIX", "v999-")
    else:
        engine = ElasticsearchEngine(engine._url, engine._family)
        engine.alias = f"{engine._family}-v999"
    with pytest.raises(IndexMissing):
        answer(engine, "违约金")
    engine.rebuild(CORPUS, lambda count: None)
    assert answer(engine, "违约金")[0].total == 3
