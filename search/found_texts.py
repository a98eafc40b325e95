"""Readings and statutes among what was found: the paragraphs and articles that answer, with the answer marked."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from courses.access import accessible_courses, accessible_readings
from people.days import today
from people.models import User
from search import citations, highlight, mishearing, shelves, texts
from search.engines.base import Group
from search.highlight import Segment
from search.kinds import Family, Kind, group_of, split
from search.models import Statute
from search.paragraphs import anchor
from search.query import Attempt, AttemptKind

Names = Mapping[str, str]

# A paragraph may be a page long; this much is read at a glance on a phone.
LONGEST_PASSAGE = 110


@dataclass(frozen=True, slots=True)
class FoundPassage:
    """A paragraph of a reading or an article of a statute, at its own address; only an article has a label."""

    label: str
    url: str
    segments: tuple[Segment, ...]
    score: float

    @property
    def text(self) -> str:
        return highlight.plain(self.segments)

    @property
    def marks(self) -> list[tuple[int, int]]:
        """The marked half-open ranges of `text`."""
        return highlight.marks(self.segments)


@dataclass(frozen=True, slots=True)
class FoundText:
    """A reading or a statute that answers, with its best passages in its own order; none where only its title does."""

    kind: Kind
    id: str
    name: str
    title: tuple[Segment, ...]
    url: str
    courses: tuple[tuple[str, str], ...]
    passages: tuple[FoundPassage, ...]
    score: float


def readings(
    groups: Sequence[Group], attempt: Attempt, user: User | AnonymousUser, names: Names
) -> dict[str, FoundText]:
    """The readings of these groups that the user may read, by their groups."""
    if not groups:
        return {}
    rows = accessible_readings(user).filter(
        live=True, public_id__in=[split(group.key)[1] for group in groups]
    )
    found = {group_of(Family.READING, reading.public_id): reading for reading in rows.distinct()}
    courses = courses_of("reading", [reading.pk for reading in found.values()], user)
    return {
        group.key: FoundText(
            kind=Kind.READING,
            id=str(reading.public_id),
            name=reading.title,
            title=title(reading.title, attempt),
            url=(url := reverse("courses:reading", args=[reading.public_id])),
            courses=tuple(courses.get(reading.pk, ())),
            passages=tuple(_paragraphs(group, shelves.passages_of(reading), url, attempt, names)),
            score=group.score,
        )
        for group in groups
        if (reading := found.get(group.key))
    }


def statutes(groups: Sequence[Group], attempt: Attempt, names: Names) -> dict[str, FoundText]:
    """The statutes of these groups with the articles that answer, as they are in force today."""
    if not groups:
        return {}
    rows = Statute.objects.filter(key__in=[split(group.key)[1] for group in groups])
    found = {group_of(Family.STATUTE, statute.key): statute for statute in rows}
    return {
        group.key: FoundText(
            kind=Kind.ARTICLE,
            id=statute.key,
            name=statute.short_name,
            title=title(statute.short_name, attempt),
            url=reverse("search:statute", args=[statute.key]),
            courses=(),
            passages=tuple(_articles(group, statute.key, attempt, names)),
            score=group.score,
        )
        for group in groups
        if (statute := found.get(group.key))
    }


def title(text: str, attempt: Attempt) -> tuple[Segment, ...]:
    """A title with the answer marked."""
    return highlight.segments(text, highlight.spans(text, attempt))


def spans(text: str, attempt: Attempt, names: Names) -> list[tuple[int, int]]:
    """Which parts of a passage answer."""
    if attempt.kind is AttemptKind.SOUND:
        asked = mishearing.asked(attempt.citations)
        heard = [(each.start, each.end) for each in mishearing.Ear(asked).heard(text)]
        return highlight.merged([*heard, *highlight.spans(text, attempt)])
    if attempt.kind is not AttemptKind.CITATION:
        return highlight.spans(text, attempt)
    # The document carries a citation that was asked for, so its statute is the one in force in these words.
    cited = [
        each
        for statute in dict.fromkeys(term.split(":")[0] for term in attempt.citations)
        for each in citations.find(text, context=None if statute == "any" else statute, names=names)
    ]
    return highlight.spans(text, attempt, cited=cited)


def courses_of(
    kind: str, keys: Iterable[int], user: User | AnonymousUser
) -> dict[int, list[tuple[str, str]]]:
    """Public id and title of the courses in which the user may watch each lecture or read each reading."""
    item = f"current_version__activities__activity__{kind}"
    rows = accessible_courses(user).filter(**{f"{item}__in": list(keys)}).order_by("pk")
    found: dict[int, list[tuple[str, str]]] = {}
    for key, public_id, name in rows.values_list(item, "public_id", "title"):
        found.setdefault(key, []).append((str(public_id), name))
    return found


def _paragraphs(
    group: Group, words: Mapping[int, str], url: str, attempt: Attempt, names: Names
) -> Iterator[FoundPassage]:
    for moment in sorted(group.moments, key=lambda moment: moment.position):
        text = words.get(moment.position, "")
        marked = spans(text, attempt, names)
        if marked:
            place = f"{url}#{anchor(moment.position)}" if moment.position else url
            yield FoundPassage("", place, highlight.excerpt(text, marked, LONGEST_PASSAGE), moment.score)


def _articles(group: Group, statute: str, attempt: Attempt, names: Names) -> Iterator[FoundPassage]:
    places = {moment.id: shelves.article_of(moment.id) for moment in group.moments}
    held = {
        (each.number, each.insert): each
        for each in shelves.articles_on(
            statute, today(), (number for _key, number, _insert in places.values())
        )
    }
    for moment in sorted(group.moments, key=lambda moment: moment.position):
        _key, number, insert = places[moment.id]
        article = held.get((number, insert))
        if article is None:
            continue
        marked = spans(article.text, attempt, names)
        is_asked_for = not insert and bool({f"{statute}:{number}", f"any:{number}"} & _whole(attempt))
        if marked or is_asked_for:
            yield FoundPassage(
                article.label,
                texts.address(statute, number, insert),
                highlight.excerpt(article.text, marked, LONGEST_PASSAGE),
                moment.score,
            )


def _whole(attempt: Attempt) -> set[str]:
    """The articles that are asked for, without paragraph and item."""
    return {":".join(term.split(":")[:2]) for term in attempt.citations}
