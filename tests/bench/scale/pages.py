"""How long the pages of coverage take, and how many statements: asked through Django's client, as a committee asks."""

import datetime as dt
import random
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from courses.models import Requirement
from people.models import Organisation
from tests.bench.scale.peopling import Places

TIMES = 25
PAST_DAYS = 100
SEED = 100_000


@dataclass
class Kind:
    """One kind of page: its addresses, drawn over organisations and curricula; `is_list` where persons are listed."""

    words: str
    addresses: list[str] = field(default_factory=list)
    is_list: bool = False


@dataclass(frozen=True)
class Taken:
    """What one kind of page took; milliseconds."""

    words: str
    is_list: bool
    median: float
    p95: float
    statements: int


def kinds(found: Places, requirements: Sequence[Requirement], today: dt.date, *, past: bool) -> list[Kind]:
    """Every page between the top and a person, as of today or of a day in the past."""
    draw = random.Random(SEED)
    day = {"on": (today - dt.timedelta(days=PAST_DAYS)).isoformat()} if past else {}
    open_by_then = [each for each in requirements if each.opens_on < today - dt.timedelta(days=PAST_DAYS)]
    large = sorted(range(len(found.firms)), key=lambda place: -found.heads[place])[:50]

    def page(where: Organisation | None, **asked: object) -> str:
        unit = {"org": str(where.public_id)} if where else {}
        query = urlencode({**unit, **asked, **day})
        return f"/coverage/{draw.choice(open_by_then).public_id}/?{query}"

    def of(
        words: str, where: Sequence[Organisation | None], *, is_list: bool = False, **asked: object
    ) -> Kind:
        return Kind(words, [page(draw.choice(where), **asked) for _time in range(TIMES)], is_list)

    top: list[Organisation | None] = [None]
    found_kinds = [
        Kind("the overview of the whole", [f"/coverage/?{urlencode(day)}" for _time in range(TIMES)]),
        of("the whole: its lines and its line over time", top),
        of("a city: its firms", found.cities),
        of("a firm: its lawyers", found.firms),
        of("a large firm: its lawyers", [found.firms[place] for place in large]),
        *(
            of(f"the whole by {by}", top, view="groups", by=by)
            for by in ("practice", "age", "years", "party")
        ),
        of("a city by age", found.cities, view="groups", by="age"),
    ]
    if len(found.provinces) > 1:
        found_kinds.insert(2, of("a province: its cities", found.provinces))
        found_kinds.append(of("a province by age", found.provinces, view="groups", by="age"))
    lists = [
        of("the list behind lacking, first page", top, is_list=True, view="persons", state="lacking"),
        of(
            "the list behind completed, page 40",
            top,
            is_list=True,
            view="persons",
            state="completed",
            page=40,
        ),
        of("the list of all by name", top, is_list=True, view="persons", sort="person"),
        of(
            "the list behind an age", top, is_list=True, view="persons", by="age", group="40", state="lacking"
        ),
        of("the list found by a name", top, is_list=True, view="persons", q="欧阳"),
        of("a city's list behind overdue", found.cities, is_list=True, view="persons", state="overdue"),
    ]
    return found_kinds + lists


def ask(client: Client, kind: Kind) -> Taken:
    """Each address once, after one that is not counted; statements are counted in a round of their own."""
    _get(client, kind.addresses[0])
    most = 0
    for address in kind.addresses[:3]:
        with CaptureQueriesContext(connection) as queries:
            _get(client, address)
        most = max(most, len(queries))
    times = []
    for address in kind.addresses:
        began = time.perf_counter()
        _get(client, address)
        times.append(1000 * (time.perf_counter() - began))
    return Taken(
        kind.words, kind.is_list, statistics.median(times), sorted(times)[int(len(times) * 0.95)], most
    )


def _get(client: Client, address: str) -> str:
    answer = client.get(address)
    if answer.status_code != 200:
        raise RuntimeError(f"{address}: {answer.status_code}")
    return answer.content.decode()
