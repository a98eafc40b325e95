"""What people searched for and did not find: counted by day without persons, because it is the next curriculum.

The one writer of UnansweredSearch. The table is bounded by the day and forgets; nothing in it says who asked, and what
may itself name somebody (long numbers, addresses of mail, long sentences) is not kept.
"""

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Max, QuerySet, Sum

from people.days import today
from search.analysis import normalise
from search.models import LONGEST_UNANSWERED, UnansweredSearch

# So many different questions a day are kept; those that are kept already are counted on.
MOST_A_DAY = 1_000
# A question that was asked once may be anybody's private matter; what is asked again is a want.
LEAST_SHOWN = 2
_MAY_NAME_SOMEBODY = re.compile(r"[0-9]{6}|@|[a-z0-9]{15}")


@dataclass(frozen=True, slots=True)
class Period:
    """The days that are looked back on, both included."""

    first: dt.date
    last: dt.date


def note(text: str, *, partly: bool) -> bool:
    """Counts a search of today that found nothing, or only some of its words; says whether it was kept."""
    words = " ".join(normalise(text).text.split())
    if not words or len(words) > LONGEST_UNANSWERED or _MAY_NAME_SOMEBODY.search(words):
        return False
    day = today()
    counted = {"partly": 1} if partly else {"nothing": 1}
    rows = UnansweredSearch.objects.filter(day=day, words=words)
    more = {name: F(name) + 1 for name in counted}
    if rows.update(**more):
        return True
    if UnansweredSearch.objects.filter(day=day).count() >= MOST_A_DAY:
        return False
    try:
        with transaction.atomic():
            UnansweredSearch.objects.create(day=day, words=words, **counted)
    except IntegrityError:  # somebody asked the same at the same moment
        rows.update(**more)
    return True


def in_period(period: Period) -> QuerySet[UnansweredSearch, Any]:
    """The questions that were asked at least twice, the most frequent first: words, nothing, partly, total, latest."""
    return (
        UnansweredSearch.objects.filter(day__gte=period.first, day__lte=period.last)
        .values("words")
        .annotate(
            nothing_found=Sum("nothing"),
            some_found=Sum("partly"),
            total=Sum(F("nothing") + F("partly")),
            latest=Max("day"),
        )
        .filter(total__gte=LEAST_SHOWN)
        .order_by("-nothing_found", "-total", "words")
    )


def last_days(days: int) -> Period:
    """The period of so many days that ends today."""
    end = today()
    return Period(end - dt.timedelta(days=days - 1), end)


def forget() -> int:
    """Drops what is older than SEARCH_MISSES_KEPT_DAYS; returns how many rows. May run twice."""
    before = today() - dt.timedelta(days=settings.SEARCH_MISSES_KEPT_DAYS)
    dropped, _by_model = UnansweredSearch.objects.filter(day__lt=before).delete()
    return dropped
