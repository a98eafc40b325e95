"""The embedded engine's short cuts give what a look at everything gives: the same groups, scores and moments."""

import random

import pytest

from search import query
from search.engines import tantivy_pages, tantivy_queries, tantivy_schema
from search.engines.base import Filters, Request
from search.engines.tantivy_engine import TantivyEngine
from search.engines.tantivy_queries import Question
from tests.search.corpus import MEMBERS, PUBLIC, lecture

WORDS = (
    "人民",
    "民法",
    "法院",
    "违约金",
    "人民法院",
    "合同",
    "当事人",
    "赔偿",
    "居住权",
    "抵押",
    "的",
    "不",
    "可以",
    "因为",
    "登记",
)
QUERIES = (
    "合同",
    "当事人",
    "人民法院",
    "人民法院 赔偿",
    "违约金可以不赔偿吗",
    "合同的登记",
    "居住权抵押",
    "人",
    "事人因为",
)


def spoken(lot, length):
    return "".join(lot.choice(WORDS) for _ in range(length))


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    """Three hundred lectures of thirty cues, all of the same few words; every third for members."""
    lot = random.Random(6)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tantivy_schema, "_OPENING_DOCUMENTS", 12)
        yield _built(lot, tmp_path_factory.mktemp("ranking"))


def _built(lot, folder):
    engine = TantivyEngine(folder)
    lectures = (
        lecture(
            number,
            spoken(lot, 3),
            [spoken(lot, lot.randrange(1, 9)) for _ in range(30)],
            access=[(PUBLIC, MEMBERS, "audience:7")[number % 3]],
            courses=[f"course-{number % 4}"],
        )
        for number in range(1, 301)
    )
    engine.rebuild((document for each in lectures for document in each), lambda count: None)
    return engine


def pages(engine, **options):
    for text in QUERIES:
        for attempt in query.plan(text).attempts:
            yield engine.find(Request(attempt, **options))


@pytest.mark.parametrize(
    "options",
    [
        {"access": frozenset({PUBLIC, MEMBERS})},
        {"access": frozenset({PUBLIC}), "limit": 5, "offset": 10},
        {"access": frozenset({PUBLIC, MEMBERS, "audience:7"}), "filters": Filters(course="course-2")},
    ],
)
def test_what_is_guessed_and_counted_briefly_is_what_a_look_at_everything_finds(engine, monkeypatch, options):
    monkeypatch.setattr(tantivy_pages, "_WORTH_GUESSING_PHRASE", 1)
    monkeypatch.setattr(tantivy_pages, "_WORTH_GUESSING_WORDS", 1)
    monkeypatch.setattr(tantivy_queries, "_COMMON", 1)
    parts = []
    in_parts = tantivy_pages.Reading._counted_in_parts
    monkeypatch.setattr(
        tantivy_pages.Reading, "_counted_in_parts", lambda *given: parts.append(in_parts(*given)) or parts[-1]
    )
    doubtful = []
    within = Question.counting_within
    monkeypatch.setattr(
        Question,
        "counting_within",
        lambda self, keys: within(self, doubtful.append(list(keys)) or doubtful[-1]),
    )
    proved = []
    guess = tantivy_pages.Reading._guessed
    monkeypatch.setattr(
        tantivy_pages.Reading, "_guessed", lambda *given: proved.append(guess(*given)) or proved[-1]
    )
    summed = []
    total = Question.guess
    monkeypatch.setattr(Question, "guess", property(lambda self: summed.append(self) or total.fget(self)))
    quick = list(pages(engine, **options))
    assert any(proved)
    assert 0 < len(summed) < len(proved), "both guesses are made: those with the heading, and those by a sum"
    assert any(parts)
    assert any(doubtful)
    monkeypatch.setattr(Question, "is_plain", False)
    for one, other in zip(quick, pages(engine, **options), strict=True):
        assert (one.total, sorted(one.cards)) == (other.total, sorted(other.cards))
        assert [found.key for found in one.groups] == [found.key for found in other.groups]
        for ours, theirs in zip(one.groups, other.groups, strict=True):
            assert ours.score == pytest.approx(theirs.score, rel=1e-4)
            assert [moment.id for moment in ours.moments] == [moment.id for moment in theirs.moments]


def test_a_group_found_by_its_heading_alone_is_counted_once(engine):
    engine.replace("lecture:title", lecture(900, "悬赏广告", ["合同", "登记"]))
    (attempt, *_) = query.plan("悬赏广告").attempts
    page = engine.find(Request(attempt, frozenset({PUBLIC})))
    assert (page.total, len(page.groups), len(page.groups[0].moments)) == (1, 1, 2)


def test_many_kinds_of_access_are_filtered_as_few_are(tmp_path):
    engine = TantivyEngine(tmp_path / "index")
    lectures = [lecture(number, "题目", ["合同"], access=[f"audience:{number}"]) for number in range(1, 80)]
    engine.rebuild([document for each in lectures for document in each], lambda count: None)
    (attempt, *_) = query.plan("合同").attempts
    for tokens in (
        {"audience:3"},
        {"audience:3", "audience:4"},
        {f"audience:{number}" for number in range(9, 200)},
    ):
        expected = {f"audience:{number}" for number in range(1, 80)} & tokens
        assert engine.find(Request(attempt, frozenset(tokens))).total == len(expected)
