"""How well everyday questions find the articles of the Civil Code that answer them: recall@10 and mean reciprocal rank.

Sixty questions of our own, each with the articles any of which answers it. They are a gauge that shows a change for
the worse, not a target: search is not tuned to them.
"""

import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import django

from tests.bench.cues import laws
from tests.bench.report import Row

QUESTIONS = Path(__file__).parents[1] / "search" / "gold" / "questions.tsv"
DEPTH = 10
# What search reached when the questions were written, less what one question is worth.
LEAST_RECALL, LEAST_MRR = 0.53, 0.39


def questions() -> list[tuple[str, frozenset[str]]]:
    """Each question with the numbers of the articles that answer it."""
    rows = QUESTIONS.read_text(encoding="utf-8").splitlines()
    pairs = (row.split("\t") for row in rows if not row.startswith("#"))
    return [(question, frozenset(articles.split())) for question, articles in pairs]


def measure() -> Iterator[Row]:
    folder = laws()
    if folder is None:
        return
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from search import corpus  # needs the settings

    articles = json.loads((folder / "civil-code.json").read_text(encoding="utf-8"))
    texts = [corpus.Text(str(each["n"]), _heading(each), "\n".join(each["paras"])) for each in articles]
    with corpus.indexed(texts) as index:
        ranks = [
            _rank([str(hit.id) for hit in index.find(asked, DEPTH)], right) for asked, right in questions()
        ]
    recall = sum(1 for rank in ranks if rank) / len(ranks)
    mrr = sum(1 / rank for rank in ranks if rank) / len(ranks)
    yield Row(
        f"everyday questions, {len(ranks)}, over {len(texts)} articles",
        f"recall@{DEPTH} {recall:.3f}, MRR {mrr:.3f}",
        f"≥ {LEAST_RECALL}, ≥ {LEAST_MRR}",
        recall >= LEAST_RECALL and mrr >= LEAST_MRR,
    )


def _rank(found: Sequence[str], right: frozenset[str]) -> int:
    """The place of the first article that answers, from 1; 0 where none does."""
    return next((place for place, each in enumerate(found, start=1) if each in right), 0)


def _heading(article: dict[str, str | None]) -> str:
    return " ".join(str(article[name]) for name in ("book", "part", "chapter", "section") if article[name])
