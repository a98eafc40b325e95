"""Readings and statutes in the index: asked for, indexed and swept up here. The one writer of TextIndexing.

The row is the truth and the task a nudge. A statute is also asked for when a day comes on which one of its texts begins
or ends, because the index holds what is in force.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping

from django.db.models import Min, Q
from django.utils import timezone

from courses.models import Reading
from people.days import local_day, today
from search import engines, shelves
from search.engines.base import Document
from search.kinds import Family, group_of
from search.models import WAITING, ArticleVersion, TextIndexing
from search.written import documents


def request(groups: Iterable[str]) -> list[str]:
    """Notes that these groups must be indexed (again); returns them. Idempotent."""
    asked = sorted(set(groups))
    now = timezone.now()
    TextIndexing.objects.bulk_create(
        [TextIndexing(group=group, requested_at=now) for group in asked],
        update_conflicts=True,
        unique_fields=["group"],
        update_fields=["requested_at"],
    )
    return asked


def request_readings(keys: Iterable[int]) -> list[str]:
    """The same for readings, by their primary keys."""
    rows = Reading.objects.filter(pk__in=set(keys)).values_list("public_id", flat=True)
    return request(group_of(Family.READING, public_id) for public_id in rows)


def request_statutes(keys: Iterable[str]) -> list[str]:
    """The same for statutes, by their keys in addresses."""
    return request(group_of(Family.STATUTE, key) for key in keys)


def index_group(group: str) -> int:
    """Makes the index hold the group as it is now; returns how many documents. May run twice.

    Raises EngineUnavailable; the request then stays waiting.
    """
    started = timezone.now()
    text = shelves.text_of(group)
    found = list(documents(text)) if text else []
    for engine in engines.kept():
        engine.replace(group, found)
    if text is None:
        TextIndexing.objects.filter(group=group, requested_at__lte=started).delete()
    else:
        note_done({group: len(found)}, started)
    return len(found)


def index_waiting(limit: int = 200) -> int:
    """Indexes what was asked for and is not done, oldest first; returns how many groups. The sweep's deed."""
    waiting = TextIndexing.objects.filter(WAITING).order_by("requested_at", "pk")
    groups = list(waiting.values_list("group", flat=True)[:limit])
    for group in groups:
        index_group(group)
    return len(groups)


def index_asked_since(instant: dt.datetime) -> None:
    """Indexes once more what was asked for since an instant."""
    for group in TextIndexing.objects.filter(requested_at__gt=instant).values_list("group", flat=True):
        index_group(group)


def all_documents(counts: dict[str, int]) -> Iterator[Document]:
    """Every document of a reading or a statute that the index should hold; `counts` for each group."""
    for group in shelves.all_groups():
        text = shelves.text_of(group)
        counts[group] = 0
        for document in documents(text) if text else ():
            counts[group] += 1
            yield document


def note_done(counts: Mapping[str, int], started_at: dt.datetime) -> None:
    """The groups are indexed as they stood when reading began, so that a later request is still waiting."""
    TextIndexing.objects.bulk_create(
        [
            TextIndexing(group=group, requested_at=started_at, indexed_at=started_at, documents=count)
            for group, count in counts.items()
        ],
        update_conflicts=True,
        unique_fields=["group"],
        update_fields=["indexed_at", "documents"],
        batch_size=500,
    )


def request_turned() -> list[str]:
    """Asks for the statutes of which a text began or ended since they were indexed. The night's deed; may run twice."""
    oldest = TextIndexing.objects.aggregate(at=Min("indexed_at"))["at"]
    if oldest is None:
        return []
    since, until = local_day(oldest), today()
    turns = ArticleVersion.objects.filter(
        Q(valid_from__gt=since, valid_from__lte=until) | Q(valid_to__gt=since, valid_to__lte=until)
    )
    days: dict[str, dt.date] = {}
    for key, begins, ends in turns.values_list("article__statute__key", "valid_from", "valid_to"):
        last = max(day for day in (begins, ends) if day is not None and day <= until)
        days[key] = max(last, days.get(key, last))
    by_group = {group_of(Family.STATUTE, key): day for key, day in days.items()}
    rows = TextIndexing.objects.filter(group__in=by_group).values_list("group", "indexed_at")
    return request(group for group, at in rows if at is not None and local_day(at) < by_group[group])
