"""A year of training on site for the demonstration: each city's sessions with their signed lists, entered in bulk.

Invented, and the same each time for the same people and day. Every city holds a day of training every other month;
who comes depends on the lawyer, so that at the year's end some have enough, many nearly so, and some hardly any.
"""

import datetime as dt
import random
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db import transaction

from config.demo.people import BEHIND, DemoPeople
from courses import recognition_bulk
from courses.models import CreditCategory
from courses.recognition import Details
from people import organisations
from people.days import start_of_day, today
from people.models import (
    Membership,
    Organisation,
    OrganisationClosure,
    OrganisationKind,
    Position,
    Tree,
)

SEED = 20261126
# A day of training: six class hours.
SECONDS = 6 * 45 * 60
PREPARED_BY, APPROVED_BY = "editor", "province"
TOPICS = (
    ("合同编通则解释适用专题培训", CreditCategory.LAW),
    ("律师执业行为规范与典型案例", CreditCategory.ETHICS),
    ("习近平法治思想专题学习", CreditCategory.POLITICS),
    ("婚姻家庭编解释（二）解读", CreditCategory.LAW),
    ("法庭发问与质证技巧", CreditCategory.SKILLS),
    ("公司法修订后的股东出资责任", CreditCategory.LAW),
)
# Those to which the one comes who is to lack something: twelve hours of law at most, and no ethics.
SEEN_BY_BEHIND = frozenset([TOPICS[0][0], TOPICS[3][0]])
# How likely a lawyer comes to a session of his city, between who never does and who always does.
LEAST, MOST = 0.25, 0.95


@dataclass(frozen=True, slots=True)
class _Session:
    city: Organisation
    title: str
    category: str
    day: dt.date


@transaction.atomic
def load_sessions(people: DemoPeople, progress: Callable[[str], None]) -> int:
    """Write the sessions of the year up to yesterday; how many lawyers they have credited, each time counted."""
    draw = random.Random(SEED)  # noqa: S311 - invented lives, the same each time
    day = today()
    members = _members(day)
    behind = people.account_persons.get(BEHIND)
    keen = {key: draw.triangular(LEAST, MOST, 0.8) for keys in members.values() for key, _since in keys}
    count = lists = 0
    for session in _sessions(draw, day):
        there = [
            key
            for key, since in members[session.city.pk]
            if since <= session.day and draw.random() < keen[key] and (behind is None or key != behind.pk)
        ]
        if (
            behind
            and session.title in SEEN_BY_BEHIND
            and any(key == behind.pk for key, _ in members[session.city.pk])
        ):
            there.append(behind.pk)
        if there:
            recognition_bulk.enter(
                session.city,
                Details(session.title, session.day, session.category, seconds=SECONDS),
                there,
                prepared_by=people.users[PREPARED_BY],
                approved_by=people.users[APPROVED_BY],
                at=start_of_day(session.day + dt.timedelta(days=2)) + dt.timedelta(hours=15),
            )
            count += len(there)
            lists += 1
    progress(f"{lists} sessions with {count} lawyers on their lists")
    return count


def _sessions(draw: random.Random, day: dt.date) -> Iterator[_Session]:
    """Each city's sessions of the last twelve months, in the order of their days."""
    roots = organisations.roots_on(day).values("pk")
    cities = Organisation.objects.filter(kind=OrganisationKind.ASSOCIATION).exclude(pk__in=roots)
    found = []
    for city in cities.order_by("pk"):
        offset = draw.randrange(20)
        for number, (title, category) in enumerate(TOPICS):
            on = day - dt.timedelta(days=12 + offset + 55 * number)
            if on.weekday() >= 5:
                on -= dt.timedelta(days=2)
            found.append(_Session(city, title, category, on))
    return iter(sorted(found, key=lambda each: (each.day, each.city.pk)))


def _members(day: dt.date) -> dict[int, list[tuple[int, dt.date]]]:
    """The lawyers below each association, with the day on which they came, by the association's key."""
    associations = defaultdict(list)
    above = OrganisationClosure.objects.on(day).filter(
        tree=Tree.PROFESSION, ancestor__kind=OrganisationKind.ASSOCIATION
    )
    for ancestor, descendant in above.values_list("ancestor_id", "descendant_id"):
        associations[descendant].append(ancestor)
    members: dict[int, list[tuple[int, dt.date]]] = defaultdict(list)
    rows = Membership.objects.on(day).filter(tree=Tree.PROFESSION, is_main=True, position=Position.LAWYER)
    for person_id, organisation_id, since in rows.order_by("person_id").values_list(
        "person_id", "organisation_id", "valid_from"
    ):
        for association in associations[organisation_id]:
            members[association].append((person_id, since))
    return members
