"""What readers see of the amendment radar and are told by it.

Until an editor has looked at what cites a changed article, and for as long as it is to be revised, its page says so;
whoever completed what is to be revised is told once for each import.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, groupby

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from courses.models import (
    Assessment,
    AssessmentAttempt,
    AssessmentDraw,
    Completion,
    Curriculum,
    RequiredSpan,
    RequirementCourse,
)
from people import notices
from people.days import today
from people.models import NoticeKind
from people.notices import New
from search import amendments, texts
from search.amendments import Subject
from search.models import AmendmentReview, Article, ReviewState, Statute

MOST_PENDING = 20
_READ_AT_ONCE = 200
_TOLD_AT_ONCE = 50
_LONGEST_TEXT = 1_800


@dataclass(frozen=True, slots=True)
class Pending:
    """A changed article that a page speaks of; `questions` are the places on an attempt's sheet that name it."""

    article: Article
    on: dt.date
    kind: str
    state: str
    questions: tuple[int, ...] = ()

    @property
    def is_to_come(self) -> bool:
        return self.on > today()

    @property
    def url(self) -> str:
        return texts.changed_address(self.article, self.on)


@dataclass(frozen=True, slots=True)
class Notice:
    """What a page says of changed articles; `is_to_come` where none of the changes is in force yet."""

    lines: tuple[Pending, ...]

    @property
    def is_to_come(self) -> bool:
        return all(each.is_to_come for each in self.lines)


def pending(subject: Subject | AssessmentAttempt) -> Notice:
    """What a page says of changed articles: not looked at yet, or to be revised. One statement.

    An assessment speaks for the questions that it may draw too, and an attempt for those that it did draw.
    """
    found = AmendmentReview.objects.exclude(state=ReviewState.STILL_RIGHT)
    if isinstance(subject, AssessmentAttempt):
        about = Q(question__versions__attempt_answers__attempt=subject)
        found = found.filter(about).annotate(place=F("question__versions__attempt_answers__position"))
    elif isinstance(subject, Assessment):
        drawn = AssessmentDraw.objects.filter(assessment=subject).values("topic")
        found = found.filter(Q(assessment=subject) | Q(question__live=True, question__topic__in=drawn))
    else:
        found = found.filter(**{str(subject._meta.model_name): subject})
    found = found.select_related("article__statute", "came_with").order_by(
        "-came_with", "article__number", "pk"
    )
    places: dict[tuple[int, int, str], list[AmendmentReview]] = {}
    for each in found[:_READ_AT_ONCE]:
        places.setdefault((each.came_with_id, each.article_id, each.kind), []).append(each)
    return Notice(tuple(_together(each) for each in list(places.values())[:MOST_PENDING]))


def _together(found: Sequence[AmendmentReview]) -> Pending:
    """The reviews of one change on one page, as one line of it."""
    first = found[0]
    is_revised = any(each.state == ReviewState.REVISE for each in found)
    return Pending(
        article=first.article,
        on=first.came_with.valid_from,
        kind=first.kind,
        state=ReviewState.REVISE if is_revised else ReviewState.OPEN,
        questions=tuple(sorted({place for each in found if (place := getattr(each, "place", None))})),
    )


def under_revision(statute: Statute, article: int) -> tuple[set[int], set[int]]:
    """Keys of the lectures and of the readings whose words on the article are being revised. One statement."""
    rows = AmendmentReview.objects.filter(
        state=ReviewState.REVISE, article__statute=statute, article__number=article, article__insert=0
    ).values_list("lecture", "reading")
    found = list(rows)
    return {key for key, _ in found if key}, {key for _, key in found if key}


def tell_waiting() -> int:
    """Tell those who completed what is to be revised since; how many notices. The sweep's deed; may run twice."""
    waiting = (
        AmendmentReview.objects.filter(state=ReviewState.REVISE, told_at__isnull=True, question=None)
        .select_related("article__statute", "came_with", *amendments.SUBJECTS)
        .order_by("came_with", *amendments.SUBJECTS, "article__number", "pk")
    )
    now = timezone.now()
    news = groupby(waiting[:_TOLD_AT_ONCE], lambda each: (each.came_with_id, amendments.subject_of(each)))
    return sum(_tell(subject, list(reviews), now) for (_import, subject), reviews in news)


@transaction.atomic
def _tell(subject: Subject, reviews: Sequence[AmendmentReview], now: dt.datetime) -> int:
    """The findings on one import's articles in one thing."""
    what, first = str(subject._meta.model_name), reviews[0]
    is_to_come = first.came_with.valid_from > today()
    title = (
        _("The law will change that was spoken of in what you completed: %(title)s")
        if is_to_come
        else _("The law has changed since you completed this: %(title)s")
    )
    text = "\n".join(chain.from_iterable(_words(each) for each in reviews))
    told = notices.send_bulk(
        (
            New(
                person_id=person,
                kind=NoticeKind.COURSE,
                # Several articles of one import are one piece of news about the same lecture.
                once=f"amended:{first.came_with_id}:{what}:{subject.pk}",
                title=title % {"title": subject},
                text=Truncator(text).chars(_LONGEST_TEXT),
                path=texts.changed_address(first.article, first.came_with.valid_from),
            )
            for person in _who_completed(subject).iterator(chunk_size=2000)
        ),
        now=now,
    )
    AmendmentReview.objects.filter(pk__in=[each.pk for each in reviews]).update(told_at=now)
    return told


def _words(review: AmendmentReview) -> Iterator[str]:
    article, on = review.article, review.came_with.valid_from
    sentences = {
        ("changed", False): _(
            "%(article)s has a new text since %(day)s; what was said of it is being revised."
        ),
        ("changed", True): _(
            "%(article)s will have a new text from %(day)s; what was said of it is being revised."
        ),
        ("repealed", False): _(
            "%(article)s is repealed since %(day)s; what was said of it is being revised."
        ),
        ("repealed", True): _(
            "%(article)s will be repealed from %(day)s; what was said of it is being revised."
        ),
    }
    yield sentences[review.kind, on > today()] % {
        "article": f"{article.statute.short_name}{article}",
        "day": date_format(on),
    }
    if review.note:
        yield _("The editors remark: %(note)s") % {"note": review.note}


def _who_completed(subject: Subject) -> QuerySet[Completion, int]:
    """Persons who completed it; of a curriculum, who is required to complete it and has completed a course of it."""
    done = Completion.objects.filter(revoked_at__isnull=True)
    if isinstance(subject, Curriculum):
        asked = RequiredSpan.objects.filter(requirement__curriculum=subject)
        done = done.filter(
            course__in=RequirementCourse.objects.filter(requirement__curriculum=subject).values("course"),
            person__in=asked.values("person"),
        )
    else:
        done = done.filter(**{f"activity__{subject._meta.model_name}": subject})
    return done.order_by("person_id").values_list("person_id", flat=True).distinct()
