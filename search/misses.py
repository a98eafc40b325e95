"""What people searched for and did not find: counted by day without persons, because it is the next curriculum.

The one writer of UnansweredSearch. The table is bounded by the day and forgets; nothing in it says who asked, and what
may itself name somebody (long numbers, addresses of mail, long sentences) is not kept.
"""

import datetime as dt
import hashlib
import re
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.db import IntegrityError, transaction
from django.db.models import Case, Count, F, Max, QuerySet, Sum, When

from people.days import today
from search.analysis import HAN, normalise
from search.models import LONGEST_UNANSWERED, UnansweredSearch

# So many different questions a day are kept; those that are kept already are counted on.
MOST_A_DAY = 1_000
# A question that was asked once may be anybody's private matter; what is asked again is a want.
LEAST_SHOWN = 2
MOST_REMEMBERED = 50
_ASKED = "asked_in_vain"
# What somebody may be taught about has a Han character, or is words of letters; the rest is slips and probing.
_IN_CHINESE = f"[{HAN}]"
_IN_LETTERS = re.compile(r"(?=.*[a-z]{2})[a-z0-9 .&+/'-]+")
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
    if not (re.search(_IN_CHINESE, words) or _IN_LETTERS.fullmatch(words)):
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


def is_first_today(session: SessionBase, text: str) -> bool:
    """Whether this session asks it for the first time today: one who repeats himself counts once.

    The session keeps sixteen bits of a digest of each question, which many questions share, so that it cannot tell
    what was asked.
    """
    words = " ".join(normalise(text).text.split())
    day = today().isoformat()
    mark = hashlib.sha256(f"{day} {words}".encode()).hexdigest()[:4]
    kept_day, *marks = session.get(_ASKED, [day])
    known = marks if kept_day == day else []
    if mark in known:
        return False
    session[_ASKED] = [day, *known[-MOST_REMEMBERED + 1 :], mark]
    return True


def in_period(period: Period) -> QuerySet[UnansweredSearch, Any]:
    """The questions that were asked at least twice: words, is_chinese, nothing_found, some_found, total, days, latest.

    Those in Chinese come first, then what was asked on most days: one impatient person makes a day's count, not days.
    """
    return (
        UnansweredSearch.objects.filter(day__gte=period.first, day__lte=period.last)
        .values("words")
        .annotate(
            nothing_found=Sum("nothing"),
            some_found=Sum("partly"),
            total=Sum(F("nothing") + F("partly")),
            latest=Max("day"),
            days=Count("day"),
            is_chinese=Max(Case(When(words__regex=_IN_CHINESE, then=1), default=0)),
        )
        .filter(total__gte=LEAST_SHOWN)
        .order_by("-is_chinese", "-days", "-nothing_found", "-total", "words")
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
