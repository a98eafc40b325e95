"""How the index reads readings and statutes from the database, as plain values with everything that is indexed of them.

A reading is there while it is live; whoever may read it by its courses finds it. A statute is there with the texts that
are in force today, for everybody.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from courses.access import reading_access_tokens
from courses.models import Course, CourseState, Reading
from people.days import local_day, today
from search import citations, known_terms, mishearing, readings, statutes, texts
from search.cards import MOST_VALUES
from search.kinds import LAW_TOKEN, Family, Kind, group_of, split
from search.models import ArticleVersion, Statute, StatuteDivision
from search.paragraphs import Written
from search.written import Passage, WrittenText

_BATCH = 50


@dataclass(frozen=True, slots=True)
class Article:
    """An article as it is found: its number and its words in one line."""

    number: int
    insert: int
    text: str

    @property
    def label(self) -> str:
        return texts.label(self.number, self.insert)


def all_groups() -> Iterator[str]:
    """The groups of everything written that may have documents."""
    for public_id in Reading.objects.filter(live=True).order_by("pk").values_list("public_id", flat=True):
        yield group_of(Family.READING, public_id)
    for key in Statute.objects.order_by("pk").values_list("key", flat=True):
        yield group_of(Family.STATUTE, key)


def text_of(group: str) -> WrittenText | None:
    """What a group holds now; None where nothing is to be found of it, or it is a lecture, which is gone then."""
    family, key = split(group)
    if family is Family.LECTURE:
        return None
    if family is Family.READING:
        reading = Reading.objects.filter(live=True, public_id=UUID(key)).first()
        return _reading(reading) if reading else None
    statute = Statute.objects.filter(key=key).first()
    return _statute(statute, today()) if statute else None


def passages_of(reading: Reading) -> dict[int, str]:
    """The words of each paragraph of a reading, by its number; of one that is a file alone, its summary as number 0."""
    found = {each.number: each.text for each in Written(reading.body).paragraphs()}
    return found or {0: reading.summary}


def articles_on(statute_key: str, day: dt.date, numbers: Iterable[int] | None = None) -> list[Article]:
    """The articles of a statute in force on a day, those of these numbers alone where any are given."""
    rows = ArticleVersion.objects.filter(statutes.in_force_on(day), article__statute__key=statute_key)
    if numbers is not None:
        rows = rows.filter(article__number__in=set(numbers))
    return [
        Article(number, insert, words_of(paragraphs))
        for number, insert, paragraphs in rows.order_by("article__number", "article__insert").values_list(
            "article__number", "article__insert", "paragraphs"
        )
    ]


def words_of(paragraphs: Iterable[Mapping[str, object]]) -> str:
    """An article's paragraphs and items one behind another."""
    parts = []
    for each in paragraphs:
        items = each["items"]
        parts += [str(each["text"]), *(map(str, items) if isinstance(items, list) else ())]
    return " ".join(part for part in parts if part)


def article_of(document_id: str) -> tuple[str, int, int]:
    """Statute, number and insert of an article's document."""
    statute, article = document_id.rsplit(":", 1)
    number, _dash, insert = article.partition("-")
    return statute, int(number), int(insert or 0)


def _reading(reading: Reading) -> WrittenText:
    written = Written(reading.body)
    cited = readings.cited_in(written, reading.title)
    starts = list(written.starts())
    terms: dict[int, set[str]] = {}
    for citation in cited:
        number = next((number for place, number in reversed(starts) if place <= citation.start), 0)
        terms.setdefault(number, set()).update(citation.terms)
    courses = list(
        Course.objects.filter(
            state=CourseState.OPEN, current_version__activities__activity__reading=reading
        ).values_list("public_id", "title")
    )
    around = " ".join(title for _key, title in courses)
    return WrittenText(
        group=group_of(Family.READING, reading.public_id),
        title=reading.title,
        kind=Kind.READING,
        access=sorted(reading_access_tokens([reading.pk])[reading.pk]),
        passages=[
            Passage(
                f"{reading.public_id}:{number}", number, text, around, tuple(sorted(terms.get(number, ())))
            )
            for number, text in passages_of(reading).items()
        ],
        courses=[str(key) for key, _title in courses],
        statutes=_certain(cited),
        published_on=local_day(reading.first_published_at) if reading.first_published_at else None,
    )


def _statute(statute: Statute, day: dt.date) -> WrittenText:
    names, lengths = statutes.names(), statutes.lengths()
    divisions = list(statute.divisions.order_by("position"))
    context, ear = texts.context_in(statute), known_terms.ear()
    passages = []
    for article in articles_on(statute.key, day):
        cited = citations.find(article.text, context=context, names=names, lengths=lengths, own=statute.key)
        # Whoever asks for a term that lecturers were misheard in wants the law's own words on it, too.
        terms = {mishearing.filed_as(each.term) for each in ear.heard(article.text) if each.is_written}
        own = () if article.insert else (f"{statute.key}:{article.number}", f"any:{article.number}")
        passages.append(
            Passage(
                key=f"{statute.key}:{article.number}" + (f"-{article.insert}" if article.insert else ""),
                position=article.number * 100 + min(article.insert, 99),
                text=f"{article.label} {article.text}",
                around=" ".join(_titles_above(divisions, article.number)),
                citations=tuple(sorted({*own, *terms, *(term for each in cited for term in each.terms)})),
            )
        )
    return WrittenText(
        group=group_of(Family.STATUTE, statute.key),
        title=statute.short_name,
        kind=Kind.ARTICLE,
        access=[LAW_TOKEN],
        passages=passages,
        statutes=[statute.key],
        published_on=statute.in_force_from,
    )


def _titles_above(divisions: Iterable[StatuteDivision], article: int) -> Iterator[str]:
    return (each.title for each in divisions if each.first_article <= article <= each.last_article)


def _certain(cited: Iterable[citations.Citation]) -> list[str]:
    counts = Counter(each.statute for each in cited if each.statute and not each.is_doubtful)
    return [key for key, _count in counts.most_common(MOST_VALUES)]
