"""Both engines give the same lectures in the same order for 200 queries on the demonstration's lectures."""

import tomllib
from pathlib import Path
from uuid import uuid4

import pytest

from config.demo import content
from search import query
from search.engines.base import Request
from search.engines.elasticsearch_engine import ElasticsearchEngine
from search.engines.tantivy_engine import TantivyEngine
from tests.search.corpus import PUBLIC, lecture

QUESTIONS = Path(__file__).parent / "gold" / "questions.tsv"
TERMS = Path(query.__file__).parent / "data" / "terms.txt"
READER = frozenset({PUBLIC})


def lines(path):
    return [
        line.split("\t")[0]
        for line in path.read_text(encoding="utf-8").splitlines()
        if line and line[0] != "#"
    ]


def spoken():
    """Title and sentences of each of the demonstration's lectures."""
    for name in content.COURSES:
        course = tomllib.loads((content.TEXTS / f"{name}.toml").read_text(encoding="utf-8"))
        for talk in course["lecture"]:
            slides = talk["slide"]
            yield talk["title"], [line for slide in slides for line in slide["says"].strip().splitlines()]


def queries():
    """What is said, in part and whole; two words of it; terms; everyday questions; citations."""
    sentences = [sentence for _, said in spoken() for sentence in said]
    phrases = [sentence[2:8] for sentence in sentences[::4]] + sentences[::9]
    pairs = [f"{one[:2]} {other[3:5]}" for one, other in zip(sentences[::5], sentences[1::5], strict=False)]
    cited = [f"民法典第{number}条" for number in range(496, 592, 6)]
    every = [*lines(QUESTIONS), *phrases, *pairs, *cited, *lines(TERMS)[::4]]
    return list(dict.fromkeys(every))


@pytest.mark.slow
@pytest.mark.services("elasticsearch")
def test_both_engines_give_the_same_lectures_in_the_same_order_for_two_hundred_queries(
    elasticsearch_url, tmp_path
):
    documents = [
        document
        for number, (title, said) in enumerate(spoken(), start=1)
        for document in lecture(number, title, said)
    ]
    engines = TantivyEngine(tmp_path / "index"), ElasticsearchEngine(elasticsearch_url, f"test-{uuid4()}")
    for engine in engines:
        engine.rebuild(documents, lambda done: None)
    asked = answered = 0
    for text in queries()[:220]:
        asked += 1
        for attempt in query.plan(text).attempts:
            one, other = (engine.find(Request(attempt, READER, limit=50)) for engine in engines)
            assert (one.total, set(one.cards)) == (other.total, set(other.cards)), text
            if one.total:
                answered += 1
                assert_same_order(one.groups, other.groups, text)
                break
    assert asked >= 200
    assert answered >= 150


def assert_same_order(ours, theirs, text):
    """The same groups, and at each place one of the same score: equal scores may come in either order."""
    scores = {group.key: group.score for group in theirs}
    assert {group.key for group in ours} == set(scores), text
    for one, other in zip(ours, theirs, strict=True):
        assert one.score == pytest.approx(other.score, rel=1e-4), text
        assert one.score == pytest.approx(scores[one.key], rel=1e-4), text
