"""What a person's year costs the credit engine: sixty acts under each example, and a province under the Chinese shape.

Pure computation: no database, no server. CPU time of this process, the median of many.
"""

import datetime as dt
import statistics
import time
from collections.abc import Iterator

from courses import examples
from courses.engine import documents
from courses.engine.evaluation import evaluate
from courses.engine.language import Regulation
from courses.engine.situations import Act, Person, Situation
from tests.bench.report import Row

ACTS = 60
ROUNDS = 15
MOST_MS = 2.0
PERSONS, PERSONS_TRIED, PROVINCE_ACTS, MOST_SECONDS = 14_851, 500, 40, 30.0
# The usual shape: forty hours, minimums, a cap of a format, bands of age, something carried.
CHINESE = "cn-shanghai-2018"
_DAYS = {"cn-shanghai-1998": 2000, "cn-shandong-online-trial": 2012, "sg-cpd-2025": 2025}


def measure() -> Iterator[Row]:
    worst = ("", 0.0)
    for example in examples.ids():
        took = _year(documents.parse(examples.text(example)), _DAYS.get(example, 2018))
        worst = max(worst, (example, took), key=lambda pair: pair[1])
        yield Row(f"a year of {ACTS} acts under {example}", f"{took:.2f} ms CPU, median of {ROUNDS}")
    yield Row(
        "the dearest of the examples",
        f"{worst[0]}, {worst[1]:.2f} ms CPU",
        f"≤ {MOST_MS:.0f} ms",
        worst[1] <= MOST_MS,
    )
    seconds = _province(documents.parse(examples.text(CHINESE)))
    yield Row(
        f"{PERSONS:,} persons of {PROVINCE_ACTS} acts under {CHINESE}, reckoned from {PERSONS_TRIED}",
        f"{seconds:.1f} s CPU",
        f"≤ {MOST_SECONDS:.0f} s",
        seconds <= MOST_SECONDS,
    )


def situation(regulation: Regulation, year: int, count: int, number: int = 0) -> Situation:
    """A year of acts over all of a regulation's words, a little different for each number."""
    words = regulation.vocabulary
    formats, units = list(words.formats), list(words.units)
    categories = list(words.categories) or [""]
    acts = tuple(
        Act(
            f"a{place}",
            dt.date(year, 1, 1) + dt.timedelta(days=(place * 6 + number) % 360),
            formats[place % len(formats)],
            45 if units[place % len(units)] == "minute" else 1,
            units[place % len(units)],
            categories[place % len(categories)],
        )
        for place in range(count)
    )
    person = Person(dt.date(1960 + number % 40, 1 + number % 12, 1), dt.date(2010, 3, 1), {})
    return Situation(dt.date(year, 12, 31), person, acts)


def _year(regulation: Regulation, year: int) -> float:
    asked = situation(regulation, year, ACTS)
    evaluate(regulation, asked)
    return statistics.median(_timed(regulation, asked) for _ in range(ROUNDS)) * 1000


def _province(regulation: Regulation) -> float:
    taken = sum(
        _timed(regulation, situation(regulation, 2018, PROVINCE_ACTS, number))
        for number in range(PERSONS_TRIED)
    )
    return taken / PERSONS_TRIED * PERSONS


def _timed(regulation: Regulation, asked: Situation) -> float:
    began = time.process_time()
    evaluate(regulation, asked)
    return time.process_time() - began
