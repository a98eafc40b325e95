"""A file of texts is searched as lectures are, by `manage.py find --corpus`."""

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from search import corpus
from tests.search.conftest import both_engines

TEXTS = [
    {
        "id": "a-577",
        "heading": "违约责任",
        "text": "当事人一方不履行合同义务的，应当承担继续履行、赔偿损失等违约责任。",
    },
    {"id": "b", "heading": "离婚", "text": "夫妻感情确已破裂，调解无效的，应当准予离婚。"},
    {"id": 3, "heading": "", "text": "本条解释民法典第一千零七十九条：分居满二年的，应当准予离婚。"},
]

pytestmark = pytest.mark.usefixtures("engine_in_force")


def ask(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, questions: str, limit: int = 10, content: str = ""
) -> list[dict[str, object]]:
    file = tmp_path / "texts.jsonl"
    file.write_text(content or "\n".join(json.dumps(each, ensure_ascii=False) for each in TEXTS), "utf-8")
    monkeypatch.setattr("sys.stdin", io.StringIO(questions))
    out = io.StringIO()
    call_command("find", corpus=file, limit=limit, stdout=out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


@both_engines
def test_each_question_is_answered_by_one_line_with_the_best_text_first(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    first, second = ask(monkeypatch, tmp_path, "对方不履行合同怎么办\n分居多久可以离婚\n")
    assert (first["query"], second["query"]) == ("对方不履行合同怎么办", "分居多久可以离婚")
    assert [hit["id"] for hit in second["hits"]] == [3, "b"]
    assert first["hits"][0]["id"] == "a-577"
    assert set(first["hits"][0]) == {"id", "score"}


@both_engines
def test_wider_attempts_fill_up_the_list_behind_narrower_ones(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (answer,) = ask(monkeypatch, tmp_path, "民法典第1079条离婚")
    assert [hit["id"] for hit in answer["hits"]] == [3, "b"]
    scores = [hit["score"] for hit in answer["hits"]]
    assert scores == sorted(scores, reverse=True)


@both_engines
def test_texts_that_share_characters_alone_come_last(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    behind, alone = ask(monkeypatch, tmp_path, "离婚约定\n解约\n")
    assert [hit["id"] for hit in behind["hits"]][-1] == "a-577"
    assert {hit["id"] for hit in alone["hits"]} == {"a-577", "b", 3}


def test_no_more_texts_are_given_than_asked_for(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (answer,) = ask(monkeypatch, tmp_path, "准予离婚", limit=1)
    assert len(answer["hits"]) == 1


def test_traditional_characters_find_simplified_text(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (answer,) = ask(monkeypatch, tmp_path, "准予離婚")
    assert {hit["id"] for hit in answer["hits"]} == {"b", 3}


def test_empty_and_overlong_questions_have_a_line_too(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    empty, signs, long = ask(monkeypatch, tmp_path, f"\n？？！\n{'离婚' * 500}\n")
    assert (empty["hits"], signs["hits"]) == ([], [])
    assert {hit["id"] for hit in long["hits"]} == {"b", 3}


@pytest.mark.parametrize(
    "line", ["{", "[]", '{"heading": "x"}', '{"id": null}', '{"id": [1]}', '{"id": 1, "text": 5}']
)
def test_a_line_that_is_no_text_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, line: str) -> None:
    with pytest.raises(CommandError, match="unreadable_corpus: line 2"):
        ask(monkeypatch, tmp_path, "x", content='{"id": 1, "text": "a"}\n' + line)


@both_engines
def test_hostile_lines_are_questions_like_any(shared_data: Path) -> None:
    lines = [
        line
        for path in sorted((shared_data / "hostile").rglob("*.txt"))[:20]
        for line in path.read_text("utf-8", errors="replace").splitlines()[:300]
    ]
    with corpus.indexed(corpus.read(json.dumps(each) for each in TEXTS)) as texts:
        for line in lines:
            assert len(texts.find(line, 5)) <= 3


@pytest.mark.services("elasticsearch")
@pytest.mark.parametrize("engine_in_force", ["elasticsearch"], indirect=True)
def test_the_index_is_gone_afterwards(settings: object) -> None:
    from elasticsearch import Elasticsearch

    with corpus.indexed(corpus.read(json.dumps(each) for each in TEXTS)):
        pass
    client = Elasticsearch(settings.ELASTICSEARCH_URL)  # type: ignore[attr-defined]
    assert not client.indices.get(index=f"{settings.ELASTICSEARCH_INDEX_PREFIX}-corpus-*")  # type: ignore[attr-defined]
