"""Figures of the profession from which the demonstration's people are made, each with its source.

What no public figure tells (how lawyers spread over Hunan's cities, women's share) is an assumption and says so.
"""

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple, TypeVar

Key = TypeVar("Key")

# 湖南省律师协会简介 (hnlx.org.cn, copy at mwz.zwzzw.com), as of December 2020.
FIRMS = 941
LAWYERS = 14_851
FOUNDED = 1983

# 司法部 2022年度律师、基层法律服务工作统计分析 (epivs.com/Article/38088.html), the nation at the end of 2022.
# The percentages of practice types add up to 99.21; legal-aid lawyers are the rest.
PRACTICE_PERCENT = {
    "full_time": 77.46,
    "part_time": 2.19,
    "public_lawyer": 14.73,
    "company_lawyer": 4.6,
    "military": 0.23,
}
REST_PRACTICE = "legal_aid"
# (youngest, one past the oldest): percent.
AGE_PERCENT = {(24, 30): 16.56, (30, 50): 64.39, (50, 65): 16.32, (65, 79): 2.73}
# (fewest, most) lawyers of a firm: percent of the firms. 120 as the largest firm is an assumption.
FIRM_SIZE_PERCENT = {(1, 10): 65.5, (11, 20): 20.74, (21, 50): 10.44, (51, 100): 2.03, (101, 160): 1.29}

# Assumption: no figure for the province was found.
WOMEN_SHARE = 0.41
# Assumption: about as many move between firms in a year.
TRANSFERRED_SHARE = 0.04


class Branch(NamedTuple):
    """One of the fifteen bodies that assess lawyers: a city's association, or 省直."""

    key: str
    division: str
    licence_place: str
    seat: str
    firms: int
    pull: float


# 湖南省律师执业年度考核实施细则 (2011-01-17): fourteen city and prefecture associations, and 直属会员部 for the firms
# directly under the province. Numbers of firms are assumptions (known: Changde 39 in 2015); `pull` says how much
# likelier a large firm stands there.
BRANCHES = (
    Branch("direct", "4300", "01", "省直", 50, 9.0),
    Branch("changsha", "4301", "01", "长沙", 310, 4.0),
    Branch("zhuzhou", "4302", "02", "株洲", 60, 1.0),
    Branch("xiangtan", "4303", "03", "湘潭", 45, 0.9),
    Branch("hengyang", "4304", "04", "衡阳", 62, 1.0),
    Branch("shaoyang", "4305", "05", "邵阳", 52, 0.7),
    Branch("yueyang", "4306", "06", "岳阳", 56, 0.9),
    Branch("changde", "4307", "07", "常德", 46, 0.9),
    Branch("zhangjiajie", "4308", "08", "张家界", 22, 0.4),
    Branch("yiyang", "4309", "09", "益阳", 38, 0.6),
    Branch("chenzhou", "4310", "10", "郴州", 46, 0.8),
    Branch("yongzhou", "4311", "11", "永州", 44, 0.6),
    Branch("huaihua", "4312", "12", "怀化", 44, 0.6),
    Branch("loudi", "4313", "13", "娄底", 36, 0.5),
    Branch("xiangxi", "4331", "31", "湘西", 30, 0.4),
)

DIVISIONS_FILE = Path(__file__).parent / "data" / "hunan-divisions.tsv"


class County(NamedTuple):
    """A county, district or county-level city, by its six-digit code."""

    code: str
    name: str


class Prefecture(NamedTuple):
    """A city or prefecture with its counties, by the first four digits of its code."""

    name: str
    counties: tuple[County, ...]


def prefectures() -> Mapping[str, Prefecture]:
    """Hunan's divisions (facts, as published by the ministry of civil affairs)."""
    names: dict[str, str] = {}
    counties: dict[str, list[County]] = {}
    with DIVISIONS_FILE.open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle, delimiter="\t"):
            names[row["prefecture_code"]] = row["prefecture"]
            counties.setdefault(row["prefecture_code"], []).append(County(row["county_code"], row["county"]))
    return {code: Prefecture(name, tuple(counties[code])) for code, name in names.items()}


def shares(total: int, percent: Mapping[Key, float]) -> dict[Key, int]:
    """`total` split by percentages into whole numbers that add up to it (largest remainders)."""
    exact = {key: total * value / sum(percent.values()) for key, value in percent.items()}
    whole = {key: int(value) for key, value in exact.items()}
    lacking = total - sum(whole.values())
    for key in sorted(exact, key=lambda key: whole[key] - exact[key])[:lacking]:
        whole[key] += 1
    return whole
