"""The amendment radar: what cites an article whose text has changed, and what editors find of it.

A review is made for each lecture, reading, question, assessment and curriculum that cites a changed or repealed article
when the new text is imported. What readers see of it and are told is in search.amendment_news.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from django.db import models, transaction
from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils import timezone

from courses.models import (
    Assessment,
    AssessmentDraw,
    Curriculum,
    Lecture,
    Question,
    Reading,
)
from media.models import Cue
from people.models import User
from search import article_changes, citations, refusals, statutes, texts
from search.article_changes import ArticleChange
from search.models import (
    AmendmentReview,
    ReadingCitation,
    ReviewState,
    SpokenCitation,
    Statute,
    StatuteImport,
)
from search.paragraphs import Written

LONGEST_NOTE = 300
SENTENCES = 3
# Characters on either side of a citation that make it a sentence to judge by.
_AROUND = 80
_STOP = re.compile(r"[。！？；\n]")
# What is read for citations when a text is imported, because it keeps no rows of them.
_WORDS: dict[str, tuple[type[models.Model], tuple[str, ...]]] = {
    "question": (Question, ("text", "explanation")),
    "assessment": (Assessment, ("title", "summary")),
    "curriculum": (Curriculum, ("title", "summary")),
}
# What a review may be about, by the names of its keys.
SUBJECTS = ("lecture", "reading", *_WORDS)

Subject = Lecture | Reading | Question | Assessment | Curriculum


@dataclass(frozen=True, slots=True)
class Place:
    """Where something cites the article: the words, and the second of a lecture."""

    words: str
    start_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """A review as its editor sees it, with at most three places."""

    review: AmendmentReview
    title: str
    kind: str
    url: str
    article_url: str
    places: tuple[Place, ...]
    # What the import made of the article; without one where a correction has since taken its place.
    change: ArticleChange | None = None
    # Of a question: the assessments that may draw it.
    used_in: tuple[str, ...] = ()


# --- What is made with an import ------------------------------------------------------------------


def review_changes(came_with: StatuteImport, changed: Mapping[int, str]) -> int:
    """Ask for a look at everything that cites these articles (number to "changed" or "repealed"); how much it is."""
    statute = came_with.statute
    keys = dict(statute.article_set.filter(insert=0, number__in=changed).values_list("number", "pk"))
    citing = _citing(statute, set(keys))
    rows = [
        AmendmentReview(
            came_with=came_with, article_id=keys[number], kind=changed[number], **{f"{what}_id": key}
        )
        for what, number, key in sorted(citing)
    ]
    AmendmentReview.objects.bulk_create(rows, batch_size=500)
    return len(rows)


def citing_counts(statute: Statute, numbers: set[int]) -> dict[int, list[tuple[str, int]]]:
    """For each of these articles that is cited: the kinds of things that cite it as pages name them, and how many."""
    counted = Counter((number, what) for what, number, _key in _citing(statute, numbers))
    kinds: dict[str, type[models.Model]] = {"lecture": Lecture, "reading": Reading}
    kinds |= {what: model for what, (model, _fields) in _WORDS.items()}
    found: dict[int, list[tuple[str, int]]] = {}
    for (number, what), count in sorted(counted.items(), key=lambda each: SUBJECTS.index(each[0][1])):
        found.setdefault(number, []).append((str(kinds[what]._meta.verbose_name), count))
    return found


def _citing(statute: Statute, numbers: set[int]) -> set[tuple[str, int, int]]:
    """("lecture", article, key of the lecture) and so on, for what is live."""
    spoken = SpokenCitation.objects.filter(statute=statute, lecture__live=True).order_by()
    read = ReadingCitation.objects.filter(statute=statute, reading__live=True).order_by()
    found = {("lecture", number, key) for number, key in spoken.values_list("article", "lecture").distinct()}
    found |= {("reading", number, key) for number, key in read.values_list("article", "reading")}
    names = statutes.names()
    # The new text may have fewer articles: what cites a repealed last one cites it still.
    lengths = {key: most for key, most in statutes.lengths().items() if key != statute.key}
    for what, (model, fields) in _WORDS.items():
        rows = model._default_manager.filter(live=True).values_list("pk", *fields)
        for key, *words in rows.iterator(chunk_size=500):
            for each in citations.find("\n".join(words), names=names, lengths=lengths):
                if each.statute == statute.key and not each.is_doubtful:
                    found.add((what, each.article, key))
    return {each for each in found if each[1] in numbers}


# --- What editors do ------------------------------------------------------------------------------


def reviews(state: str) -> QuerySet[AmendmentReview]:
    """Reviews in a state, the latest import first."""
    return AmendmentReview.objects.filter(state=state).select_related(
        "article__statute", "came_with", *SUBJECTS, "decided_by__person"
    )


def counts() -> dict[str, int]:
    rows = AmendmentReview.objects.order_by().values_list("state").annotate(n=Count("pk"))
    return dict(rows)


@transaction.atomic
def decide(review: AmendmentReview, verdict: str, *, note: str, by: User) -> AmendmentReview:
    """An editor's finding; "open" takes it back. Refuses UnknownVerdict, NoteTooLong, ToldAlready."""
    if verdict not in ReviewState.values:
        raise refusals.UnknownVerdict
    if len(note) > LONGEST_NOTE:
        raise refusals.NoteTooLong
    held = AmendmentReview.objects.select_for_update().get(pk=review.pk)
    if held.told_at is not None and verdict == ReviewState.OPEN:
        raise refusals.ToldAlready
    held.state, held.note = verdict, note.strip()
    held.decided_by = None if verdict == ReviewState.OPEN else by
    held.decided_at = None if verdict == ReviewState.OPEN else timezone.now()
    held.save(update_fields=["state", "note", "decided_by", "decided_at"])
    return held


def shown(found: Sequence[AmendmentReview]) -> list[Shown]:
    """The reviews of a page with the sentences and both texts to judge by. Seven statements for any number."""
    spoken = _spoken([each for each in found if each.lecture_id is not None])
    names = statutes.names()
    changed = article_changes.of_reviews(found)
    drawing = _drawing([each.question for each in found if each.question is not None])
    return [
        Shown(
            review=each,
            title=str(subject_of(each)),
            kind=str(subject_of(each)._meta.verbose_name),
            url=_edit_url(each),
            article_url=texts.address(each.article.statute.key, each.article.number),
            places=tuple(
                spoken.get((each.lecture_id, each.article.statute_id, each.article.number), ())
                if each.lecture_id is not None
                else _written(each, names)
            ),
            change=changed.get(each.pk),
            used_in=tuple(drawing.get(each.question.topic_id, ())) if each.question else (),
        )
        for each in found
    ]


def subject_of(review: AmendmentReview) -> Subject:
    """What the review is about."""
    subject: Subject = next(one for name in SUBJECTS if (one := getattr(review, name)) is not None)
    return subject


def _drawing(questions: Iterable[Question]) -> dict[int, list[str]]:
    """Titles of the live assessments that draw from each topic of these questions."""
    topics = {each.topic_id for each in questions}
    rows = AssessmentDraw.objects.filter(topic__in=topics, assessment__live=True).order_by("assessment")
    found: dict[int, list[str]] = {}
    for topic, title in rows.values_list("topic", "assessment__title") if topics else ():
        found.setdefault(topic, []).append(title)
    return found


def _edit_url(review: AmendmentReview) -> str:
    subject = subject_of(review)
    return reverse(f"wagtailsnippets_courses_{subject._meta.model_name}:edit", args=[subject.pk])


def _spoken(found: Iterable[AmendmentReview]) -> dict[tuple[int | None, int, int], list[Place]]:
    asked = {(each.lecture_id, each.article.statute_id, each.article.number) for each in found}
    rows = [
        row
        for row in SpokenCitation.objects.filter(
            lecture__in={key[0] for key in asked},
            statute__in={key[1] for key in asked},
            article__in={key[2] for key in asked},
        ).order_by("start_ms", "pk")
        if (row.lecture_id, row.statute_id, row.article) in asked
    ]
    places: dict[tuple[int | None, int, int], list[SpokenCitation]] = defaultdict(list)
    for row in rows:
        of_article = places[row.lecture_id, row.statute_id, row.article]
        if len(of_article) < SENTENCES:
            of_article.append(row)
    chosen = [row for each in places.values() for row in each]
    words = {
        (track, version, position): text
        for track, version, position, text in Cue.objects.filter(
            track__in={row.track_id for row in chosen}, position__in={row.position for row in chosen}
        ).values_list("track_id", "version", "position", "text")
    }
    return {
        key: [
            Place(words.get((row.track_id, row.version, row.position), ""), row.start_ms)
            for row in of_article
        ]
        for key, of_article in places.items()
    }


def _written(review: AmendmentReview, names: dict[str, str]) -> list[Place]:
    if review.reading is not None:
        text, title = Written(review.reading.body).text, review.reading.title
    else:
        what, subject = next((name, one) for name in _WORDS if (one := getattr(review, name)) is not None)
        text, title = "\n".join(getattr(subject, field) for field in _WORDS[what][1]), ""
    article = review.article
    context = citations.context_of(title, names=names)
    found = [
        each
        for each in citations.find(text, context=context, names=names)
        if each.statute == article.statute.key and each.article == article.number
    ]
    sentences = (_sentence(text, each.start, each.end) for each in found)
    return [Place(words) for words in islice(dict.fromkeys(sentences), SENTENCES)]


def _sentence(text: str, start: int, end: int) -> str:
    """The sentence around [start, end), as much of it as one judges by."""
    stops = [match.end() for match in _STOP.finditer(text, max(0, start - _AROUND), start)]
    following = _STOP.search(text, end, end + _AROUND)
    begins = stops[-1] if stops else max(0, start - _AROUND)
    return text[begins : following.end() if following else end + _AROUND].strip()
