"""Associations, firms and lawyers for a run, invented, drawn the same each time, through the bulk doors of people."""

import datetime as dt
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from pypinyin import lazy_pinyin

from config.demo import names
from people import licences, memberships, organisations, persons
from people.licence_numbers import PROVINCES
from people.licences import NewLicence
from people.memberships import NewMembership
from people.models import Organisation, OrganisationKind, Tree
from people.organisations import NewOrganisation
from people.persons import NewPerson
from tests.bench.scale.sizes import Size

SEED = 651_600
OPENED = dt.date(2000, 1, 1)
BATCH = 20_000
TRANSFERRED, COMRADES, BODIES = 0.04, 0.3, 0.1
LARGEST_FIRM = 800
# Of a licence number the practice digit, and how many of a hundred have it.
PRACTICE = {
    "full_time": ("1", 77),
    "part_time": ("2", 2),
    "public_lawyer": ("6", 15),
    "company_lawyer": ("7", 5),
}
PRACTICE_REST = ("legal_aid", "8")


@dataclass
class Places:
    """Where people stand; `firms` are the keys of firms, bodies and companies, each with its size in `heads`."""

    top: Organisation
    provinces: list[Organisation] = field(default_factory=list)
    cities: list[Organisation] = field(default_factory=list)
    firms: list[Organisation] = field(default_factory=list)
    heads: list[int] = field(default_factory=list)
    branches: list[Organisation] = field(default_factory=list)


def places(size: Size) -> Places:
    """The trees: associations and firms, and a Party branch for every ten firms."""
    draw = random.Random(SEED)
    codes = sorted(PROVINCES)
    nodes = [NewOrganisation("top", OrganisationKind.ASSOCIATION, "试验律师协会")]
    pairs = [first + second for first in names.FIRM_FIRST for second in names.FIRM_SECOND]
    provinces = ["top"]
    if size.provinces > 1:
        provinces = [f"p{n}" for n in range(size.provinces)]
        nodes += [
            NewOrganisation(
                key,
                OrganisationKind.ASSOCIATION,
                f"{pairs[n]}省律师协会",
                "top",
                f"{pairs[n]}省",
                f"{codes[n]}0000",
            )
            for n, key in enumerate(provinces)
        ]
    cities = [f"{province}c{n}" for province in provinces for n in range(size.cities)]
    for n, key in enumerate(cities):
        name = pairs[-1 - n]
        nodes.append(
            NewOrganisation(
                key,
                OrganisationKind.ASSOCIATION,
                f"{name}市律师协会",
                provinces[n // size.cities],
                name,
                f"{codes[n // size.cities]}{n % size.cities + 1:02d}00",
            )
        )
    # The first city of each province has a third of its firms, as capitals do.
    for n in range(size.firms):
        province = n % len(provinces)
        capital = draw.random() < 0.33
        city = 0 if capital else draw.randrange(size.cities)
        kind = OrganisationKind.FIRM
        if draw.random() < BODIES:
            kind = draw.choice([OrganisationKind.PUBLIC_BODY, OrganisationKind.COMPANY])
        name = f"{pairs[n % len(pairs)]}{chr(0x4E00 + n // len(pairs))}{'律师事务所' if kind == 'firm' else '公司'}"
        nodes.append(NewOrganisation(f"f{n}", kind, name, cities[province * size.cities + city]))
    made = organisations.create_tree(nodes, opened_on=OPENED)
    branches = [NewOrganisation("party", OrganisationKind.PARTY_BRANCH, "试验律师行业党委")]
    branches += [
        NewOrganisation(f"b{n}", OrganisationKind.PARTY_BRANCH, f"第{n + 1}联合支部", "party")
        for n in range(max(size.firms // 10, 1))
    ]
    party = organisations.create_tree(branches, opened_on=OPENED, tree=Tree.PARTY)
    return Places(
        top=made["top"],
        provinces=[made[key] for key in provinces],
        cities=[made[key] for key in cities],
        firms=[made[f"f{n}"] for n in range(size.firms)],
        heads=_heads(draw, size),
        branches=[party[each.key] for each in branches[1:]],
    )


def _heads(draw: random.Random, size: Size) -> list[int]:
    """Few large firms and many small ones, together as many heads as there are lawyers."""
    weights = [min(draw.paretovariate(1.1), LARGEST_FIRM) for _firm in range(size.firms)]
    whole = sum(weights)
    heads = [max(1, min(LARGEST_FIRM, int(size.lawyers * weight / whole))) for weight in weights]
    place = 0
    while (lacking := size.lawyers - sum(heads)) != 0:
        for _round in range(abs(lacking)):
            step = 1 if lacking > 0 else -1
            if heads[place % len(heads)] + step >= 1:
                heads[place % len(heads)] += step
            place += 1
    return heads


def people(size: Size, found: Places, today: dt.date) -> None:
    """Every lawyer with licence and membership; some moved this year, three in ten are in the Party."""
    draw = random.Random(SEED + 1)
    seats = [place for place, heads in enumerate(found.heads) for _head in range(heads)]
    draw.shuffle(seats)
    for start in range(0, len(seats), BATCH):
        _batch(draw, size, found, seats[start : start + BATCH], start, today)


def _batch(
    draw: random.Random, size: Size, found: Places, seats: Sequence[int], start: int, today: dt.date
) -> None:
    rows = [_person(draw) for _seat in seats]
    made = [each.pk for each in persons.bulk_create(rows)]
    memberships.bulk_join(_memberships(draw, found, made, seats, today))
    licences.bulk_issue(_licences(draw, size, made, seats, start))


def _person(draw: random.Random) -> NewPerson:
    name = names.person(draw, is_woman=draw.random() < 0.41)
    born = dt.date(draw.choice(range(1950, 2001)), draw.randint(1, 12), draw.randint(1, 28))
    return NewPerson(name, " ".join(lazy_pinyin(name)), f"139{draw.randrange(10**8):08d}", born)


def _memberships(
    draw: random.Random, found: Places, made: Sequence[int], seats: Sequence[int], today: dt.date
) -> Iterator[NewMembership]:
    for person_id, seat in zip(made, seats, strict=True):
        since = dt.date(draw.randint(2002, 2025), draw.randint(1, 12), 1)
        firm = found.firms[seat].pk
        moved = None
        if draw.random() < TRANSFERRED:
            moved = today - dt.timedelta(days=draw.randint(1, 300))
        if moved and since < moved:
            before = draw.choice(found.firms).pk
            yield NewMembership(person_id, before, valid_from=since, valid_to=moved)
            since = moved
        yield NewMembership(person_id, firm, valid_from=since)
        if draw.random() < COMRADES:
            branch = found.branches[seat % len(found.branches)].pk
            yield NewMembership(person_id, branch, tree=Tree.PARTY, valid_from=dt.date(2015, 7, 1))


def _licences(
    draw: random.Random, size: Size, made: Sequence[int], seats: Sequence[int], start: int
) -> Iterator[NewLicence]:
    codes = sorted(PROVINCES)
    for n, (person_id, seat) in enumerate(zip(made, seats, strict=True)):
        lot, kind = draw.randrange(100), PRACTICE_REST
        for practice, (digit, percent) in PRACTICE.items():
            if lot < percent:
                kind = practice, digit
                break
            lot -= percent
        year = draw.randint(1985, 2024)
        province = codes[seat % size.provinces]
        admitted = dt.date(year, draw.randint(1, 12), draw.randint(1, 28))
        number = f"1{province}01{year}{kind[1]}{n % 2}{start + n:06d}"
        yield NewLicence(person_id, number, kind[0], admitted, admitted)
