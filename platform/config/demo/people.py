"""The demonstration's people: Hunan's tree, 14,851 invented lawyers, and one account for each kind of user.

The same at every load (a fixed seed); written through the bulk doors of people.
"""

import datetime as dt
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.db import transaction

from config.demo import names, tree
from config.demo.profession import (
    AGE_PERCENT,
    LAWYERS,
    TRANSFERRED_SHARE,
    WOMEN_SHARE,
    prefectures,
    shares,
)
from config.demo.tree import Workplace
from people import accounts, grants, licences, memberships, organisations, persons
from people.days import today
from people.licence_numbers import FIRST_YEAR, PRACTICE_KINDS
from people.licences import NewLicence
from people.memberships import NewMembership
from people.models import Organisation, Person, Position, PracticeType, Role, User
from people.persons import NewPerson

SEED = 20261123
PASSWORD = "lvxuetang-2026"  # noqa: S105 - printed at start-up: it opens nothing but demonstrations
REASON = "演示账号"
TREE_OPENED_ON = dt.date(1983, 1, 1)
KIND_DIGIT = {practice: digit for digit, practice in sorted(PRACTICE_KINDS.items(), reverse=True)}


class Account(NamedTuple):
    """One sign-in to show: its user name, the person's name, the role and the organisation's key."""

    username: str
    name: str
    role: str
    organisation: str


# The lawyers' accounts are lawyers of the firm; the others are staff.
ACCOUNTS = (
    Account("firm", "周培训", Role.FIRM_MANAGER, "firm"),
    Account("changsha", "彭长沙", Role.CITY_COMMITTEE, "changsha"),
    Account("hengyang", "罗衡阳", Role.CITY_COMMITTEE, "hengyang"),
    Account("province", "谭省会", Role.PROVINCIAL_COMMITTEE, tree.PROVINCE),
    Account("editor", "邓编辑", Role.EDITOR, tree.PROVINCE),
    Account("reviewer", "曾复审", Role.REVIEWER, tree.PROVINCE),
    Account("final", "唐终审", Role.FINAL_REVIEWER, tree.PROVINCE),
    Account("auditor", "邹审计", Role.AUDITOR, tree.PROVINCE),
    Account("support", "文客服", Role.SUPPORT, tree.PROVINCE),
)
# One who has enough for his year, and one who lacks something and sees what would fill it.
LAWYER, BEHIND = "lawyer", "behind"


@dataclass(frozen=True, slots=True)
class DemoPeople:
    """What later parts of the demonstration need.

    `organisations` holds "province", "direct", the cities by their names in pinyin ("changsha"…), and "firm",
    the firm of the lawyers' and the firm manager's accounts. `users` and `account_persons` are by user name.
    """

    organisations: Mapping[str, Organisation]
    lawyer_ids: Sequence[int]
    users: Mapping[str, User]
    account_persons: Mapping[str, Person]
    password: str = PASSWORD


@dataclass(frozen=True, slots=True)
class Lawyer:
    """One invented lawyer at his present workplace."""

    name: str
    birth_date: dt.date
    admitted_on: dt.date
    practice_type: str
    licence_number: str
    workplace: Workplace


@transaction.atomic
def load_people(progress: Callable[[str], None]) -> DemoPeople:
    """Write the whole part into an empty database; tells `progress` what was written."""
    draw = random.Random(SEED)  # noqa: S311 - invented people, the same each time
    day = today()
    divisions = prefectures()
    places = tree.workplaces(draw, divisions, tree.lawyers_by_practice(LAWYERS))
    nodes = [*tree.associations(divisions), *(place.node for place in places)]
    written = organisations.create_tree(nodes, opened_on=TREE_OPENED_ON)
    progress(f"{len(written)} organisations")

    lawyers = _lawyers(draw, places, day)
    lawyer_persons = persons.bulk_create(
        NewPerson(name=lawyer.name, birth_date=lawyer.birth_date) for lawyer in lawyers
    )
    licences.bulk_issue(
        NewLicence(
            person_id=person.pk,
            number=lawyer.licence_number,
            practice_type=lawyer.practice_type,
            valid_from=lawyer.admitted_on,
            admitted_on=lawyer.admitted_on,
        )
        for lawyer, person in zip(lawyers, lawyer_persons, strict=True)
    )
    rows = _memberships(draw, lawyers, lawyer_persons, written, day)
    memberships.bulk_join(rows)
    progress(f"{len(lawyers)} lawyers, {len(rows) - len(lawyers)} of them moved within a year")

    firm = _shown_firm(places)
    shown = {key: written[key] for key in written if ":" not in key} | {"firm": written[firm.node.key]}
    in_firm = [
        person
        for lawyer, person in zip(lawyers, lawyer_persons, strict=True)
        if lawyer.workplace is firm and lawyer.admitted_on < day - dt.timedelta(days=5 * 365)
    ]
    users, account_persons = _accounts(shown, {LAWYER: in_firm[0], BEHIND: in_firm[-1]}, day)
    progress(f"{len(users)} accounts")
    return DemoPeople(shown, [person.pk for person in lawyer_persons], users, account_persons)


def _shown_firm(places: Sequence[Workplace]) -> Workplace:
    """A firm of Changsha with some thirty lawyers: one table of them is a page."""
    return min(
        (place for place in places if place.branch.key == "changsha" and place.node.kind == "firm"),
        key=lambda place: (abs(place.size - 32), place.node.key),
    )


def _lawyers(draw: random.Random, places: Sequence[Workplace], day: dt.date) -> list[Lawyer]:
    seats = _seats(draw, places)
    ages = [
        draw.randint(band[0] * 365, band[1] * 365 - 1)
        for band, count in shares(len(seats), AGE_PERCENT).items()
        for _lawyer in range(count)
    ]
    draw.shuffle(ages)
    lawyers = []
    for number, ((place, practice), age) in enumerate(zip(seats, ages, strict=True)):
        is_woman = draw.random() < WOMEN_SHARE
        admitted_on = _admitted(draw, day, age)
        # Any serial is as good as another; this one is different for each.
        serial = (number * 7_919 + 104_729) % 1_000_000
        lawyers.append(
            Lawyer(
                name=names.person(draw, is_woman=is_woman),
                birth_date=day - dt.timedelta(days=age),
                admitted_on=admitted_on,
                practice_type=practice,
                licence_number=(
                    f"143{place.branch.licence_place}{admitted_on.year}"
                    f"{KIND_DIGIT[practice]}{int(is_woman)}{serial:06d}"
                ),
                workplace=place,
            )
        )
    return lawyers


def _seats(draw: random.Random, places: Sequence[Workplace]) -> list[tuple[Workplace, str]]:
    """One seat a lawyer; the part-time ones are drawn among those of firms."""
    by_practice = tree.lawyers_by_practice(LAWYERS)
    seats = [(place, place.practice_types[0]) for place in places for _lawyer in range(place.size)]
    in_firms = [number for number, (place, _practice) in enumerate(seats) if len(place.practice_types) > 1]
    for number in draw.sample(in_firms, by_practice[PracticeType.PART_TIME]):
        seats[number] = seats[number][0], PracticeType.PART_TIME
    return seats


def _admitted(draw: random.Random, day: dt.date, age: int) -> dt.date:
    """The day of first admission: between 23 and 35 years of age, not before lawyers came back in 1979."""
    # Who is younger than that was admitted early, and not all of them in the same month.
    latest = min(36, age / 365 - 0.05)
    years = draw.triangular(23, latest, min(26, latest))
    admitted = day - dt.timedelta(days=age - int(years * 365))
    return max(admitted, dt.date(FIRST_YEAR, 7, 1))


def _memberships(
    draw: random.Random,
    lawyers: Sequence[Lawyer],
    people: Sequence[Person],
    written: Mapping[str, Organisation],
    day: dt.date,
) -> list[NewMembership]:
    """Everybody's present place, and the former one of those who moved within the last year."""
    firms = [written[lawyer.workplace.node.key] for lawyer in lawyers]
    rows = []
    for lawyer, person, firm in zip(lawyers, people, firms, strict=True):
        since = max(lawyer.admitted_on, firm.opened_on)
        if lawyer.practice_type == PracticeType.FULL_TIME and draw.random() < TRANSFERRED_SHARE:
            moved_on = day - dt.timedelta(days=draw.randint(5, 360))
            former = draw.choice(firms)
            first = max(lawyer.admitted_on, former.opened_on)
            if (
                former.kind == firm.kind
                and former != firm
                and first < moved_on
                and firm.opened_on <= moved_on
            ):
                rows.append(NewMembership(person.pk, former.pk, first, moved_on))
                since = moved_on
        rows.append(NewMembership(person.pk, firm.pk, since))
    return rows


def _accounts(
    shown: Mapping[str, Organisation], lawyers: Mapping[str, Person], day: dt.date
) -> tuple[dict[str, User], dict[str, Person]]:
    """One account a kind of user, each the sign-in of a person, with its role for a year back and on."""
    since = day - dt.timedelta(days=365)
    staff = persons.bulk_create(NewPerson(name=account.name) for account in ACCOUNTS)
    memberships.bulk_join(
        NewMembership(person.pk, shown[account.organisation].pk, since, position=Position.STAFF)
        for account, person in zip(ACCOUNTS, staff, strict=True)
    )
    owners = {
        **lawyers,
        **{account.username: person for account, person in zip(ACCOUNTS, staff, strict=True)},
    }
    users = accounts.open_many(owners, password=PASSWORD)
    for account in ACCOUNTS:
        grants.grant(
            users[account.username],
            account.role,
            shown[account.organisation],
            by=None,
            reason=REASON,
            valid_from=since,
        )
    return users, owners
