"""Statutes and their structure: the one writer of Statute, StatuteName and StatuteDivision, and how they are read."""

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Q

from search import analysis, citations, numerals
from search.models import Statute, StatuteDivision, StatuteName

CIVIL_CODE_FILE = Path(__file__).parent / "data" / "civil-code.json"


@dataclass(frozen=True, slots=True)
class ArticleNumber:
    """An article, and how many lectures cite it."""

    number: int
    lectures: int


@dataclass(slots=True)
class Division:
    """A division and what it holds, for a page that folds."""

    row: StatuteDivision
    articles: list[ArticleNumber]
    divisions: list["Division"] = field(default_factory=list)

    @property
    def cited(self) -> int:
        """How many of its articles are cited by any lecture."""
        return sum(1 for article in self.articles if article.lectures)

    @property
    def is_open(self) -> bool:
        """Whether the page shows it unfolded at first: where something is explained, down to the chapters."""
        return self.cited > 0 and self.row.depth == 0


@transaction.atomic
def load_structure(path: Path = CIVIL_CODE_FILE) -> Statute:
    """Makes or renews a statute's names, titles and article ranges from a structure file. Idempotent.

    The file: {"key", "name", "short_name", "kind", "adopted_on", "in_force_from", "articles", "names": […],
    "divisions": [{"kind", "number", "title", "first", "last", "divisions": […]}, …]}.
    """
    facts = json.loads(path.read_text(encoding="utf-8"))
    statute, _is_new = Statute.objects.update_or_create(
        key=facts["key"],
        defaults={
            "name": facts["name"],
            "short_name": facts["short_name"],
            "kind": facts["kind"],
            "adopted_on": dt.date.fromisoformat(facts["adopted_on"]),
            "in_force_from": dt.date.fromisoformat(facts["in_force_from"]),
            "articles": facts["articles"],
        },
    )
    statute.names.all().delete()
    StatuteName.objects.bulk_create(StatuteName(statute=statute, name=name) for name in facts["names"])
    statute.divisions.all().delete()
    for position, (division, parent, depth) in enumerate(_flat(facts["divisions"])):
        division["row"] = StatuteDivision.objects.create(
            statute=statute,
            parent=parent["row"] if parent else None,
            kind=division["kind"],
            number=division["number"],
            title=division["title"],
            position=position,
            depth=depth,
            first_article=division["first"],
            last_article=division["last"],
        )
    return statute


def ensure_known() -> None:
    """Loads the statutes whose structure comes with the product, where they are missing."""
    if not Statute.objects.filter(key=citations.CIVIL_CODE).exists():
        load_structure()


def names() -> dict[str, str]:
    """Each known name of a statute, normalised, with its key; those that the house knows by heart included."""
    rows = StatuteName.objects.values_list("name", "statute__key")
    return {**citations.KNOWN_NAMES, **{analysis.normalise(name).text: key for name, key in rows}}


def lengths() -> dict[str, int]:
    """How many articles each known statute has; a citation beyond the last one is none."""
    return {**citations.KNOWN_LENGTHS, **dict(Statute.objects.values_list("key", "articles"))}


def in_force_on(day: dt.date) -> Q:
    """The texts of articles (ArticleVersion) that are in force on a day, with the statute that they belong to."""
    not_repealed = Q(article__statute__in_force_to__isnull=True) | Q(article__statute__in_force_to__gt=day)
    return Q(valid_from__lte=day) & (Q(valid_to__isnull=True) | Q(valid_to__gt=day)) & not_repealed


def structure(statute: Statute, cited: Mapping[int, int]) -> list[Division]:
    """The statute's divisions as a tree, in order; `cited` gives the lectures for each article. One statement."""
    top: list[Division] = []
    by_key: dict[int, Division] = {}
    for row in statute.divisions.order_by("position"):
        division = Division(row, article_numbers(row.first_article, row.last_article, cited))
        by_key[row.pk] = division
        (by_key[row.parent_id].divisions if row.parent_id else top).append(division)
    return top


def article_numbers(first: int, last: int, cited: Mapping[int, int]) -> list[ArticleNumber]:
    """The articles from the first to the last, with how many lectures cite each."""
    return [ArticleNumber(number, cited.get(number, 0)) for number in range(first, last + 1)]


def place_of(statute: Statute, article: int) -> list[StatuteDivision]:
    """The divisions that hold an article, from the widest."""
    rows = statute.divisions.filter(first_article__lte=article, last_article__gte=article)
    return list(rows.order_by("depth"))


def article_label(article: int) -> str:
    """第五百七十七条, as the statute prints it."""
    return f"第{numerals.written(article)}条"


def _flat(
    divisions: Iterable[dict[str, Any]], parent: Mapping[str, Any] | None = None, depth: int = 0
) -> Iterator[tuple[dict[str, Any], Mapping[str, Any] | None, int]]:
    for division in divisions:
        yield division, parent, depth
        yield from _flat(division.get("divisions", ()), division, depth + 1)
