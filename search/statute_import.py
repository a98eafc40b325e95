"""Importing a statute: its text is read, planned and applied. Writes articles, their texts in time and their names.

A plan compares the text with what is in force on the day it takes effect; nothing is written before `apply`, which
is one transaction and may be run again: the same text from the same day changes nothing. A text of the day on which
the present one began corrects it; a later day's text ends the present one the day before.
"""

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.text import slugify
from pypinyin import lazy_pinyin

from people.models import User
from search import amendments, citations, index, readings, refusals, statute_text, statutes, text_index, texts
from search.models import (
    Article,
    ArticleCitation,
    ArticleVersion,
    SpokenCitation,
    Statute,
    StatuteDivision,
    StatuteImport,
    StatuteKind,
    StatuteName,
)
from search.statute_text import Division, Number, Paragraph, StatuteText

BATCH = 500


class ChangeKind(StrEnum):
    ADDED = "added"
    CHANGED = "changed"
    CORRECTED = "corrected"
    REPEALED = "repealed"


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of one article; `lectures` is how many cite it."""

    kind: ChangeKind
    number: Number
    before: tuple[Paragraph, ...]
    after: tuple[Paragraph, ...]
    lectures: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """What applying a text would do. `statute` is None for one that is not known yet."""

    text: StatuteText
    sha256: str
    key: str
    statute: Statute | None
    valid_from: dt.date
    changes: tuple[Change, ...]
    unchanged: int
    last_import: int | None

    @property
    def counts(self) -> Counter[ChangeKind]:
        return Counter(change.kind for change in self.changes)

    @property
    def articles(self) -> int:
        return len(self.text.articles)

    @property
    def rewritten(self) -> dict[int, str]:
        """The articles that what cites them must be looked at for, each with what became of it."""
        told = {ChangeKind.CHANGED, ChangeKind.REPEALED}
        return {
            each.number.article: each.kind.value
            for each in self.changes
            if each.kind in told and not each.number.insert
        }


def plan(source: str, *, key: str = "", valid_from: dt.date | None = None) -> Plan:
    """What importing this text would change. Refuses UnreadableStatute, NoFirstDay, NotLater, NameTaken."""
    text = statute_text.read(source)
    statute = _known(text, key)
    begins = valid_from or text.in_force_from
    if begins is None:
        raise refusals.NoFirstDay
    present, latest = (_texts_on(statute, begins), _latest(statute)) if statute else ({}, None)
    if latest and begins < latest:
        raise refusals.NotLater
    lectures = _lectures_citing(statute) if statute else {}
    changes = tuple(_changes(text, present, lectures, corrects=begins == latest))
    return Plan(
        text=text,
        sha256=hashlib.sha256(source.encode()).hexdigest(),
        key=statute.key if statute else key or key_of(text.name),
        statute=statute,
        valid_from=begins,
        changes=changes,
        unchanged=len(text.articles) - sum(change.kind != ChangeKind.REPEALED for change in changes),
        last_import=_last_import(statute),
    )


@transaction.atomic
def apply(planned: Plan, *, by: User | None = None) -> Statute:
    """Do what was planned. Refuses Overtaken where the statute has changed since, NameTaken."""
    statute = planned.statute
    if statute is None:
        if Statute.objects.filter(key=planned.key).exists():
            raise refusals.NameTaken
        statute = Statute(key=planned.key)
    else:
        statute = Statute.objects.select_for_update().get(pk=statute.pk)
    if _last_import(statute) != planned.last_import:
        raise refusals.Overtaken
    if planned.statute is not None and not planned.changes and statute.imports.exists():
        return statute
    headings = _headings()
    _write_statute(statute, planned)
    counts = planned.counts
    came_with = StatuteImport.objects.create(
        statute=statute,
        sha256=planned.sha256,
        valid_from=planned.valid_from,
        added=counts[ChangeKind.ADDED],
        changed=counts[ChangeKind.CHANGED],
        repealed=counts[ChangeKind.REPEALED],
        corrected=counts[ChangeKind.CORRECTED],
        applied_at=timezone.now(),
        applied_by=by,
    )
    _write_texts(statute, planned, came_with)
    _cite(ArticleVersion.objects.filter(came_with=came_with).select_related("article__statute"))
    amendments.review_changes(came_with, planned.rewritten)
    text_index.request_statutes([statute.key])
    if planned.statute is None:
        look_for([statute])
    elif _headings() - headings:
        index.request_all()  # lectures are listened to for what headings say
    return statute


def key_of(name: str) -> str:
    """A statute's name in addresses, from the sound of its short name: he-tong-bian-tong-ze-jie-shi."""
    short = statute_text.short_name(name)
    return slugify("-".join(lazy_pinyin(short)))[:60].strip("-")


# --- Comparing ----------------------------------------------------------------------------------------


def _known(text: StatuteText, key: str) -> Statute | None:
    """The statute that this is a text of, by its names; a key given for another one is refused."""
    names = statute_text.names_of(text.name)
    found = {
        name.statute for name in StatuteName.objects.filter(name__in=names[:2]).select_related("statute")
    }
    if len(found) > 1 or (key and found and {each.key for each in found} != {key}):
        raise refusals.NameTaken
    if found:
        return found.pop()
    if key and Statute.objects.filter(key=key).exists():
        raise refusals.NameTaken
    return None


def _changes(
    text: StatuteText,
    present: dict[Number, tuple[Paragraph, ...]],
    lectures: dict[int, int],
    *,
    corrects: bool,
) -> Iterator[Change]:
    for article in text.articles:
        before, after = present.get(article.number, ()), article.paragraphs
        if before == after:
            continue
        rewritten = ChangeKind.CORRECTED if corrects else ChangeKind.CHANGED
        kind = rewritten if before else ChangeKind.ADDED
        yield Change(kind, article.number, before, after, _lectures_of(article.number, lectures))
    kept = {article.number for article in text.articles}
    for number in sorted(present.keys() - kept):
        yield Change(ChangeKind.REPEALED, number, present[number], (), _lectures_of(number, lectures))


def _lectures_of(number: Number, lectures: dict[int, int]) -> int:
    return 0 if number.insert else lectures.get(number.article, 0)


def _texts_on(statute: Statute, day: dt.date) -> dict[Number, tuple[Paragraph, ...]]:
    rows = ArticleVersion.objects.filter(article__statute=statute).filter(statutes.in_force_on(day))
    return {
        Number(number, insert): paragraphs_of(paragraphs)
        for number, insert, paragraphs in rows.values_list("article__number", "article__insert", "paragraphs")
    }


def _latest(statute: Statute) -> dt.date | None:
    return statute.imports.aggregate(latest=Max("valid_from"))["latest"]


def _last_import(statute: Statute | None) -> int | None:
    if statute is None or statute.pk is None:
        return None
    return statute.imports.order_by("-pk").values_list("pk", flat=True).first()


def _lectures_citing(statute: Statute) -> dict[int, int]:
    rows = (
        SpokenCitation.objects.filter(statute=statute).order_by().values_list("article", "lecture").distinct()
    )
    return Counter(article for article, _lecture in rows)


# --- Writing ------------------------------------------------------------------------------------------


def _write_statute(statute: Statute, planned: Plan) -> None:
    text = planned.text
    is_first = statute.pk is None
    statute.name, statute.short_name = text.name, statute_text.short_name(text.name)
    statute.kind = StatuteKind.INTERPRETATION if text.is_interpretation else StatuteKind.STATUTE
    statute.articles = max(article.number.article for article in text.articles)
    statute.document_number = text.document_number or statute.document_number
    if is_first or statute.adopted_on is None:
        statute.adopted_on = text.adopted_on
    if is_first or statute.in_force_from is None:
        statute.in_force_from = planned.valid_from
    statute.save()
    known = set(statute.names.values_list("name", flat=True))
    taken = set(StatuteName.objects.exclude(statute=statute).values_list("name", flat=True))
    StatuteName.objects.bulk_create(
        StatuteName(statute=statute, name=name)
        for name in statute_text.names_of(text.name)
        if name not in known and name not in taken
    )
    statute.divisions.all().delete()
    position = 0
    waiting: list[tuple[Division, StatuteDivision | None, int]] = [
        (each, None, 0) for each in reversed(text.divisions)
    ]
    while waiting:
        division, parent, depth = waiting.pop()
        if division.first is None or division.last is None:
            continue
        row = StatuteDivision.objects.create(
            statute=statute,
            parent=parent,
            kind=division.kind,
            number=division.number,
            title=division.title,
            position=position,
            depth=depth,
            first_article=division.first.article,
            last_article=division.last.article,
        )
        position += 1
        waiting.extend((each, row, depth + 1) for each in reversed(division.divisions))


def _write_texts(statute: Statute, planned: Plan, came_with: StatuteImport) -> None:
    numbers = [change.number for change in planned.changes]
    Article.objects.bulk_create(
        (Article(statute=statute, number=number.article, insert=number.insert) for number in numbers),
        ignore_conflicts=True,
        batch_size=BATCH,
    )
    keys = {
        Number(number, insert): key
        for key, number, insert in statute.article_set.values_list("pk", "number", "insert")
    }
    ended = [keys[change.number] for change in planned.changes if change.kind != ChangeKind.ADDED]
    open_now = ArticleVersion.objects.filter(article__in=ended, valid_to__isnull=True)
    # A text that began on this very day is corrected: it was never the law.
    open_now.filter(valid_from=planned.valid_from).delete()
    open_now.update(valid_to=planned.valid_from)
    try:
        ArticleVersion.objects.bulk_create(
            (
                ArticleVersion(
                    article_id=keys[change.number],
                    valid_from=planned.valid_from,
                    paragraphs=_as_json(change.after),
                    came_with=came_with,
                )
                for change in planned.changes
                if change.after
            ),
            batch_size=BATCH,
        )
    except IntegrityError as error:
        raise refusals.Overtaken from error


def _headings() -> set[str]:
    return set(StatuteDivision.objects.order_by().values_list("title", flat=True))


def look_for(fresh: Sequence[Statute]) -> None:
    """What was said and written before their names were known is read anew: other statutes and readings that hold one
    of the names, and every lecture, because a name may run over two captions."""
    if not fresh:
        return
    names = list(StatuteName.objects.filter(statute__in=fresh).values_list("name", flat=True))
    others = ArticleVersion.objects.exclude(article__statute__in=fresh).select_related("article__statute")
    holding = [each for each in others if citations.names_any(_words(each), names)]
    _cite(holding)
    text_index.request_statutes({each.article.statute.key for each in holding})
    text_index.request_readings(readings.note_where(names))
    index.request_all()


def _cite(versions: Iterable[ArticleVersion]) -> int:
    names, lengths = statutes.names(), statutes.lengths()
    keys = dict(Statute.objects.values_list("key", "pk"))
    rows = []
    found = list(versions)
    for version in found:
        own = version.article.statute
        for citation in _citations_of(version, own, names, lengths):
            cited = keys.get(citation.statute or "")
            if cited is None or (cited == own.pk and citation.article == version.article.number):
                continue
            rows.append(
                ArticleCitation(
                    version=version,
                    statute_id=cited,
                    article=citation.article,
                    paragraph=citation.paragraph,
                    item=citation.item,
                )
            )
    ArticleCitation.objects.filter(version__in=[version.pk for version in found]).delete()
    ArticleCitation.objects.bulk_create(rows, batch_size=BATCH)
    return len(rows)


def _citations_of(
    version: ArticleVersion, own: Statute, names: dict[str, str], lengths: dict[str, int]
) -> list[citations.Citation]:
    """What a text cites; 本解释第N条 and a bare 第N条 are its own articles, which need no link here."""
    return [
        each
        for each in citations.find(
            _words(version), context=texts.context_in(own), names=names, lengths=lengths
        )
        if each.confidence >= citations.DOUBTFUL
    ]


def _words(version: ArticleVersion) -> str:
    return "\n".join(
        text for paragraph in version.paragraphs for text in (paragraph["text"], *paragraph["items"])
    )


def paragraphs_of(stored: list[dict[str, Any]]) -> tuple[Paragraph, ...]:
    """An ArticleVersion's paragraphs as they were read."""
    return tuple(Paragraph(each["text"], tuple(each["items"])) for each in stored)


def _as_json(paragraphs: Iterable[Paragraph]) -> list[dict[str, Any]]:
    return [{"text": each.text, "items": list(each.items)} for each in paragraphs]
