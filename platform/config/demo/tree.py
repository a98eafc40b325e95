"""The demonstration's organisations: the province, its fifteen branches, and where lawyers work below them."""

import datetime as dt
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from config.demo import names
from config.demo.profession import (
    BRANCHES,
    FIRM_SIZE_PERCENT,
    FIRMS,
    FOUNDED,
    PRACTICE_PERCENT,
    Branch,
    Prefecture,
    shares,
)
from people.models import OrganisationKind, PracticeType
from people.organisations import NewOrganisation

PROVINCE = "province"
PROVINCE_NAME = "湖南省律师协会"
CITIES_OPENED_ON = dt.date(1989, 1, 1)
# Legal advisers work in nearly every bureau; these ten stand for all.
BUREAUX = (
    "司法局",
    "公安局",
    "市场监督管理局",
    "税务局",
    "自然资源和规划局",
    "人力资源和社会保障局",
    "住房和城乡建设局",
    "生态环境局",
    "应急管理局",
    "交通运输局",
)
PROVINCIAL_BUREAUX = ("省司法厅", "省公安厅", "省市场监督管理局", "省自然资源厅", "省生态环境厅", "省国资委")
COMPANIES = 110
ZONES = ("管理区", "开发区", "示范区", "园区", "湖南")


@dataclass(frozen=True, slots=True)
class Workplace:
    """Somewhere to work: its organisation, its branch, how many lawyers of which types it takes."""

    node: NewOrganisation
    branch: Branch
    size: int
    practice_types: tuple[str, ...]


def associations(prefectures: Mapping[str, Prefecture]) -> list[NewOrganisation]:
    """The province, its fourteen cities' associations, and 省直."""
    nodes = [
        NewOrganisation(
            key=PROVINCE,
            kind=OrganisationKind.ASSOCIATION,
            name=PROVINCE_NAME,
            short_name="省律协",
            division_code="430000",
            opened_on=dt.date(FOUNDED, 1, 1),
        )
    ]
    for branch in BRANCHES:
        is_direct = branch.key == "direct"
        place = "" if is_direct else prefectures[branch.division].name
        nodes.append(
            NewOrganisation(
                key=branch.key,
                kind=OrganisationKind.ASSOCIATION,
                name=f"{PROVINCE_NAME}直属会员部" if is_direct else f"{place}律师协会",
                short_name="省直" if is_direct else f"{branch.seat}律协",
                division_code=f"{branch.division}00",
                parent=PROVINCE,
                opened_on=CITIES_OPENED_ON,
            )
        )
    return nodes


def workplaces(
    draw: random.Random, prefectures: Mapping[str, Prefecture], lawyers: Mapping[str, int]
) -> list[Workplace]:
    """Firms, public bodies, companies and legal-aid centres that together take exactly these lawyers.

    `lawyers` is the number of lawyers by practice type.
    """
    in_firms = lawyers[PracticeType.FULL_TIME] + lawyers[PracticeType.PART_TIME]
    places = list(_firms(draw, prefectures, in_firms))
    for kind, practice, made in (
        (OrganisationKind.PUBLIC_BODY, PracticeType.PUBLIC_LAWYER, _public_bodies(prefectures)),
        (OrganisationKind.COMPANY, PracticeType.COMPANY_LAWYER, _companies(draw)),
        (OrganisationKind.LEGAL_AID_CENTRE, PracticeType.LEGAL_AID, _legal_aid(prefectures)),
        (
            OrganisationKind.PUBLIC_BODY,
            PracticeType.MILITARY,
            [(BRANCHES[0], "驻湘部队法律顾问处", "430100")],
        ),
    ):
        sizes = _spread(draw, lawyers[practice], len(made))
        for number, ((branch, name, division), size) in enumerate(zip(made, sizes, strict=True)):
            node = _node(f"{practice}:{number}", kind, name, branch, division, draw)
            places.append(Workplace(node, branch, size, (practice,)))
    return places


def _node(  # noqa: PLR0917 - one organisation's columns, in their order
    key: str, kind: str, name: str, branch: Branch, division: str, draw: random.Random
) -> NewOrganisation:
    opened = dt.date(draw.randint(1993, 2023), draw.randint(1, 12), draw.randint(1, 28))
    return NewOrganisation(
        key=key, kind=kind, name=name, parent=branch.key, division_code=division, opened_on=opened
    )


def _firms(draw: random.Random, prefectures: Mapping[str, Prefecture], lawyers: int) -> Iterator[Workplace]:
    names_left = names.firms(draw)
    sizes = _firm_sizes(draw, lawyers)
    open_places = {branch: branch.firms for branch in BRANCHES}
    # The largest first, each to a branch that still has room, drawn by its pull.
    for number, size in enumerate(sorted(sizes, reverse=True)):
        branches = [branch for branch, room in open_places.items() if room]
        weights = [open_places[branch] * branch.pull ** (2 if size > 50 else 1) for branch in branches]
        if size <= 10:
            weights = [open_places[branch] for branch in branches]
        branch = draw.choices(branches, weights)[0]
        open_places[branch] -= 1
        division = _division(draw, prefectures, branch)
        node = _node(f"firm:{number}", OrganisationKind.FIRM, next(names_left), branch, division, draw)
        yield Workplace(node, branch, size, (PracticeType.FULL_TIME, PracticeType.PART_TIME))


def _division(draw: random.Random, prefectures: Mapping[str, Prefecture], branch: Branch) -> str:
    counties = prefectures["4301" if branch.key == "direct" else branch.division].counties
    # Firms gather in a city's districts, which come first in its list.
    return draw.choices(counties, [max(1, 12 - 2 * place) for place in range(len(counties))])[0].code


def _firm_sizes(draw: random.Random, lawyers: int) -> list[int]:
    """Sizes of all firms in the national bands, adding up to `lawyers`."""
    bands = [band for band, count in shares(FIRMS, FIRM_SIZE_PERCENT).items() for _firm in range(count)]
    sizes = [min(most, int(draw.triangular(fewest, most + 1, fewest))) for fewest, most in bands]
    gap = lawyers - sum(sizes)
    while gap:
        step = 1 if gap > 0 else -1
        firm = draw.randrange(len(sizes))
        fewest, most = bands[firm]
        if fewest <= sizes[firm] + step <= most:
            sizes[firm] += step
            gap -= step
    return sizes


def _spread(draw: random.Random, lawyers: int, places: int) -> list[int]:
    """At least one lawyer each, the rest unevenly."""
    weights = {place: draw.expovariate(1) + 0.15 for place in range(places)}
    rest = shares(lawyers - places, weights)
    return [1 + rest[place] for place in range(places)]


def _public_bodies(prefectures: Mapping[str, Prefecture]) -> Sequence[tuple[Branch, str, str]]:
    made = [(BRANCHES[0], f"湖南{bureau}", "430000") for bureau in PROVINCIAL_BUREAUX]
    for branch in BRANCHES[1:]:
        prefecture = prefectures[branch.division]
        made += [(branch, f"{prefecture.name}{bureau}", f"{branch.division}00") for bureau in BUREAUX]
        for county in prefecture.counties:
            if not any(zone in county.name for zone in ZONES):
                of_city = prefecture.name if county.name.endswith("区") else ""
                made.append((branch, f"{of_city}{county.name}司法局", county.code))
    return made


def _companies(draw: random.Random) -> Sequence[tuple[Branch, str, str]]:
    names_left = names.companies(draw)
    branches = draw.choices(BRANCHES, [branch.firms for branch in BRANCHES], k=COMPANIES)
    return [(branch, next(names_left), f"{branch.division}00") for branch in branches]


def _legal_aid(prefectures: Mapping[str, Prefecture]) -> Sequence[tuple[Branch, str, str]]:
    centres = [(BRANCHES[0], "湖南省法律援助中心", "430000")]
    return centres + [
        (branch, f"{prefectures[branch.division].name}法律援助中心", f"{branch.division}00")
        for branch in BRANCHES[1:]
    ]


def lawyers_by_practice(total: int) -> dict[str, int]:
    """How many lawyers of each practice type: the national mix, the rest in legal aid."""
    rest = 100 - sum(PRACTICE_PERCENT.values())
    return shares(total, PRACTICE_PERCENT | {str(PracticeType.LEGAL_AID): rest})
