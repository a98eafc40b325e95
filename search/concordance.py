"""What follows the articles of repealed laws: a concordance is planned and applied, and read by pages and by search.

The one writer of Succession. A law that a concordance repeals is known from then on by its names, so that whoever cites
it is led to what follows; its own text may be imported or not. Applying again replaces what was said of these laws.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from django.db import transaction

from search import concordance_text, refusals, statute_import, statute_text, statutes, texts
from search.citation_names import REPEALED
from search.citations import Citation
from search.concordance_text import Row
from search.models import Statute, StatuteKind, StatuteName, Succession

# As many articles as a citation is led on to.
MOST_FOLLOWING = 60


@dataclass(frozen=True, slots=True)
class LawPlan:
    """What becomes of one repealed law: its name, since when it is repealed, and its rows."""

    called: str
    name: str
    statute: Statute | None
    repealed_on: dt.date
    articles: int
    added: int
    removed: int
    unchanged: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What applying a concordance would do; `rows` are those of the file."""

    rows: tuple[Row, ...]
    laws: tuple[LawPlan, ...]

    @property
    def changes_nothing(self) -> bool:
        return all(law.statute is not None and not law.added and not law.removed for law in self.laws)


@dataclass(frozen=True, slots=True)
class Following:
    """An article that follows or precedes another, with its page; without `url` nothing follows."""

    label: str
    url: str
    note: str


def plan(source: str, *, repealed_on: dt.date | None = None) -> Plan:
    """What applying this table would change. Refuses UnknownSuccessor, NoRepeal, StillInForce.

    Raises UnreadableConcordance. Without a day, a law is repealed on the day on which its successors came into force.
    """
    rows = concordance_text.read(source)
    known = {name: _statute_called(name) for row in rows for name in (row.law, row.successor)}
    for row in rows:
        successor = known[row.successor]
        if successor is None or row.law == row.successor or successor == known[row.law]:
            raise refusals.UnknownSuccessor(row.successor)
        if row.successor_article is not None and row.successor_article > successor.articles:
            raise refusals.UnknownSuccessor(f"{row.successor} {row.successor_article}")
    laws = []
    for name in dict.fromkeys(row.law for row in rows):
        own = [row for row in rows if row.law == name]
        statute = known[name]
        wanted = {_key_of(row, known) for row in own}
        held = _held(statute) if statute else set()
        day = repealed_on or _day_of(own, known)
        if day is None:
            raise refusals.NoRepeal
        if statute is not None and statute.in_force_from and statute.in_force_from >= day:
            raise refusals.StillInForce(name)
        laws.append(
            LawPlan(
                called=name,
                name=statute.name if statute else f"中华人民共和国{name}",
                statute=statute,
                repealed_on=day,
                articles=max([REPEALED.get(name, 0), *(row.article for row in own)]),
                added=len(wanted - held),
                removed=len(held - wanted),
                unchanged=len(wanted & held),
            )
        )
    return Plan(rows, tuple(laws))


@transaction.atomic
def apply(planned: Plan) -> list[Statute]:
    """Do what was planned; the laws, which are known from now on. Refuses NameTaken."""
    known = {name: _statute_called(name) for row in planned.rows for name in (row.law, row.successor)}
    applied, fresh = [], []
    for law in planned.laws:
        statute = law.statute or _new(law)
        if law.statute is None:
            fresh.append(statute)
        if statute.in_force_to != law.repealed_on or statute.articles < law.articles:
            statute.in_force_to = law.repealed_on
            statute.articles = max(statute.articles, law.articles)
            statute.save(update_fields=["in_force_to", "articles"])
        own = [row for row in planned.rows if row.law == law.called]
        statute.successions.all().delete()
        Succession.objects.bulk_create(
            (
                Succession(
                    statute=statute,
                    article=row.article,
                    successor=known[row.successor],
                    successor_article=row.successor_article,
                    note=row.note,
                )
                for row in own
            ),
            batch_size=500,
        )
        applied.append(statute)
    statute_import.look_for(fresh)
    return applied


def following(statute: Statute, article: int) -> list[Following]:
    """What follows an article of a repealed law. One statement."""
    rows = Succession.objects.filter(statute=statute, article=article).select_related("successor")
    return [
        Following(
            label=f"{row.successor.short_name}{statutes.article_label(row.successor_article)}"
            if row.successor_article
            else "",
            url=texts.address(row.successor.key, row.successor_article) if row.successor_article else "",
            note=row.note,
        )
        for row in rows[:MOST_FOLLOWING]
    ]


def preceding(statute: Statute, article: int) -> list[Following]:
    """The articles of repealed laws that an article follows. One statement."""
    rows = Succession.objects.filter(successor=statute, successor_article=article).select_related("statute")
    return [
        Following(
            label=f"{row.statute.short_name}{statutes.article_label(row.article)}",
            url=texts.address(row.statute.key, row.article),
            note=row.note,
        )
        for row in rows[:MOST_FOLLOWING]
    ]


def led_on(cited: Iterable[Citation]) -> tuple[tuple[str, int], ...]:
    """Keys and numbers of the articles that follow those cited. At most one statement."""
    wanted = {(each.statute, each.article) for each in cited if each.statute}
    if not wanted:
        return ()
    rows = Succession.objects.filter(
        statute__key__in={key for key, _article in wanted},
        article__in={article for _key, article in wanted},
        successor_article__isnull=False,
    ).values_list("statute__key", "article", "successor__key", "successor_article")
    found = ((key, number) for law, article, key, number in rows if number and (law, article) in wanted)
    return tuple(islice(found, MOST_FOLLOWING))


def _statute_called(name: str) -> Statute | None:
    names = [name, f"中华人民共和国{name}"]
    row = StatuteName.objects.filter(name__in=names).select_related("statute").order_by("statute").first()
    return row.statute if row else None


def _new(law: LawPlan) -> Statute:
    key = statute_import.key_of(law.name)
    if Statute.objects.filter(key=key).exists():
        raise refusals.NameTaken
    statute = Statute.objects.create(
        key=key,
        name=law.name,
        short_name=statute_text.short_name(law.name),
        kind=StatuteKind.STATUTE,
        in_force_to=law.repealed_on,
        articles=law.articles,
    )
    StatuteName.objects.bulk_create(
        StatuteName(statute=statute, name=name) for name in dict.fromkeys([statute.name, statute.short_name])
    )
    return statute


def _day_of(rows: Iterable[Row], known: dict[str, Statute | None]) -> dt.date | None:
    days = [
        statute.in_force_from for row in rows if (statute := known[row.successor]) and statute.in_force_from
    ]
    return max(days, default=None)


def _key_of(row: Row, known: dict[str, Statute | None]) -> tuple[int, int, int | None, str]:
    successor = known[row.successor]
    assert successor is not None  # noqa: S101 - the plan has refused it
    return row.article, successor.pk, row.successor_article, row.note


def _held(statute: Statute) -> set[tuple[int, int, int | None, str]]:
    return set(
        statute.successions.order_by().values_list("article", "successor_id", "successor_article", "note")
    )
