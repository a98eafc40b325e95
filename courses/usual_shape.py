"""The usual Chinese shape of a regulation, as the fields of a form: written as a document, and read back from one.

So many credits a year of so many minutes each, minimums by category, caps by format, fewer credits for part of a
year, by age or by practice type, and a day until which what is lacking may be made up. A document that says more
is no longer of this shape, and is edited as text.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from courses.engine import trees
from courses.engine.errors import InvalidDocument

# The product's words, each with the label that lists, declarations and records show it by.
FORMATS = {
    "recorded": "录播讲座",
    "live_online": "线上直播",
    "onsite": "现场培训",
    "reading": "阅读",
    "assessment": "考核",
    "teaching": "授课",
    "writing": "撰写文章",
    "service": "公益法律服务",
    "examination": "考试",
    "self_study": "自学",
    "opening": "期初结转",
    "declared": "申报的学习",
}
CATEGORIES = {
    "politics": "政治理论",
    "ethics": "职业道德与执业纪律",
    "law": "法律实务",
    "skills": "执业技能",
}
PRACTICE_TYPES = {
    "full_time": "专职律师",
    "part_time": "兼职律师",
    "public_lawyer": "公职律师",
    "company_lawyer": "公司律师",
    "legal_aid": "法律援助律师",
    "military": "军队律师",
    "hk_macao": "港澳台居民律师",
}


@dataclass(frozen=True, slots=True)
class UsualShape:
    """The form's fields. Amounts are exact; of the rows of a list the first that fits decides.

    `minimums` are (category, credits), `caps` (format, credits), `months` (fewer months of practice than, credits),
    `ages` (age at least, credits), `practice` (practice type, credits). `make_up` is (month, day) of the next year;
    with `online_until_make_up` online learning up to it still counts for the year that has ended, as the first
    part of the new year then does not.
    """

    id: str
    title: str
    issuer: str
    credits: Fraction
    minutes: int
    unit: str = "学时"
    half_day: Fraction | None = None
    minimums: tuple[tuple[str, Fraction], ...] = ()
    caps: tuple[tuple[str, Fraction], ...] = ()
    ages: tuple[tuple[int, Fraction], ...] = ()
    months: tuple[tuple[int, Fraction], ...] = ()
    practice: tuple[tuple[str, Fraction], ...] = ()
    make_up: tuple[int, int] | None = None
    online_until_make_up: bool = False
    article_credits: str = ""
    article_conversion: str = ""
    article_minimums: str = ""
    article_caps: str = ""
    article_reductions: str = ""
    article_make_up: str = ""


def write(shape: UsualShape) -> str:
    """The document of the fields."""
    return "\n".join(_lines(shape)) + "\n"


def read(document: str) -> UsualShape | None:
    """The fields of a document; None where it says anything that the form has no field for."""
    try:
        tree = trees.read(document).plain()
        shape = _fields(tree)
        return shape if trees.read(write(shape)).plain() == tree else None
    except (InvalidDocument, KeyError, IndexError, TypeError, ValueError, AttributeError):
        return None


# --- Writing ------------------------------------------------------------------------------------------


def _lines(shape: UsualShape) -> Iterator[str]:
    unit = shape.unit
    yield "language: 1"
    yield f"id: {shape.id}"
    yield f"title: {_text(shape.title)}"
    yield f"issuer: {_text(shape.issuer)}"
    yield f"unit: {_text(unit)}"
    yield ""
    yield "vocabulary:"
    yield "  formats:"
    for name, label in FORMATS.items():
        yield f"    {name}: {label}"
    yield "  categories:"
    for name, label in CATEGORIES.items():
        yield f"    {name}: {label}"
    yield "  units:"
    yield "    minute: {label: 分钟, seconds: 60}"
    yield f"    credit: {_text(unit)}"
    if shape.half_day is not None:
        yield "    half_day: 半天"
    yield "  person:"
    types = ", ".join(PRACTICE_TYPES)
    yield (
        f"    practice: {{type: text, label: 执业类别, values: [{types}], default: full_time, from: practice_type}}"
    )
    yield ""
    yield "cycle:"
    yield "  - {id: year, says: 以自然年度为一个周期, anchor: 2020-01-01, months: 12}"
    yield ""
    yield from _section("values", list(_values(shape)), before=False)
    yield "conversions:"
    says = f"{shape.minutes}分钟为1{unit}"
    yield _rule("minutes", shape.article_conversion, says, of="{unit: minute}", per=str(shape.minutes))
    yield _rule(
        "credits", shape.article_conversion, f"按认定的{unit}计算", of="{unit: credit}", credit="quantity"
    )
    if shape.half_day is not None:
        says = f"半天计{_shown(shape.half_day)}{unit}"
        yield _rule(
            "half-days",
            shape.article_conversion,
            says,
            of="{unit: half_day}",
            credit=f"quantity * {_amount(shape.half_day)}",
        )
    if shape.make_up and shape.online_until_make_up:
        yield ""
        yield "windows:"
        yield _rule(
            "online",
            shape.article_make_up,
            f"网络培训计算至次年{_day(shape.make_up)}",
            of="{format: [recorded, live_online]}",
            **{"from": f'"days_after({_date("cycle.first.year", shape.make_up)}, 1)"'},
            to=f'"{_date("cycle.first.year + 1", shape.make_up)}"',
        )
    yield from _section("limits", list(_caps(shape)))
    yield from _section("counters", list(_counters(shape)))
    yield from _section("requirement", list(_requirement(shape)))
    yield from _section("minima", list(_minima(shape)))
    if shape.make_up:
        yield ""
        yield "make_up:"
        yield _rule(
            "make-up",
            shape.article_make_up,
            f"学时不足的，可在次年{_day(shape.make_up)}前补足",
            # Only where online learning counts until then does anything done after the year still count for it.
            counts="" if shape.online_until_make_up else "false",
            until=f'"{_date("cycle.first.year + 1", shape.make_up)}"',
        )


def _section(name: str, rules: Sequence[str], *, before: bool = True) -> Iterator[str]:
    """A section with its blank line, before or after it; nothing where it has no rules."""
    if not rules:
        return
    if before:
        yield ""
    yield f"{name}:"
    yield from rules
    if not before:
        yield ""


def _values(shape: UsualShape) -> Iterator[str]:
    for age, _credits in shape.ages:
        yield f'  is_aged_{age}: "given(person.born) and age(person.born, cycle.first) >= {age}"'
    if shape.months:
        yield '  practised_from: "max(person.admitted, cycle.first) if given(person.admitted) else cycle.first"'
    for months, _credits in shape.months:
        yield f'  is_under_{months}: "complete_months(value.practised_from, cycle.last) < {months}"'


def _caps(shape: UsualShape) -> Iterator[str]:
    for format_, most in shape.caps:
        says = f"{FORMATS[format_]}每年最多计{_shown(most)}{shape.unit}"
        yield _rule(
            f"most-{format_}", shape.article_caps, says, of=f"{{format: {format_}}}", most=_amount(most)
        )


def _counters(shape: UsualShape) -> Iterator[str]:
    for category, _least in shape.minimums:
        yield f"  {category}: {{label: {CATEGORIES[category]}, of: {{category: {category}}}}}"


def _minima(shape: UsualShape) -> Iterator[str]:
    for category, least in shape.minimums:
        says = f"其中{CATEGORIES[category]}不少于{_shown(least)}{shape.unit}"
        yield _rule(
            f"least-{category}", shape.article_minimums, says, counter=category, needed=_needed(least, shape)
        )


def _needed(least: Fraction, shape: UsualShape) -> str:
    """A minimum is never more than what is required in all."""
    return f'"min({_amount(least)}, required)"'


def _requirement(shape: UsualShape) -> Iterator[str]:
    article, unit = shape.article_reductions, shape.unit
    for age, credits_ in shape.ages:
        yield _reduced(
            f"age-{age}",
            article,
            f"年满{age}周岁的{_asked(credits_, unit)}",
            f"value.is_aged_{age}",
            credits_,
        )
    for months, credits_ in shape.months:
        yield _reduced(
            f"months-{months}",
            article,
            f"当年执业不满{months}个月的{_asked(credits_, unit)}",
            f"value.is_under_{months}",
            credits_,
        )
    for practice, credits_ in shape.practice:
        yield _reduced(
            f"practice-{practice}",
            article,
            f"{PRACTICE_TYPES[practice]}{_asked(credits_, unit)}",
            f"person.practice == '{practice}'",
            credits_,
        )
    says = f"每年{_shown(shape.credits)}{unit}"
    yield _rule("total", shape.article_credits, says, credit=_amount(shape.credits))


def _reduced(id_: str, article: str, says: str, when: str, credits_: Fraction) -> str:
    kind = "reduction" if credits_ else "exemption"
    return _rule(id_, article, says, kind=kind, when=f'"{when}"', credit=_amount(credits_))


def _asked(credits_: Fraction, unit: str) -> str:
    return f"须完成{_shown(credits_)}{unit}" if credits_ else "免于培训"


def _rule(id_: str, article: str, says: str, **fields: str) -> str:
    parts = {"id": id_, "article": _text(article) if article else "", "says": _text(says), **fields}
    return f"  - {{{', '.join(f'{name}: {value}' for name, value in parts.items() if value)}}}"


def _date(year: str, day: tuple[int, int]) -> str:
    return f"date({year}, {day[0]}, {day[1]})"


def _day(day: tuple[int, int]) -> str:
    return f"{day[0]}月{day[1]}日"


def _amount(value: Fraction) -> str:
    return str(value.numerator) if value.denominator == 1 else f"{value.numerator} / {value.denominator}"


def _shown(value: Fraction) -> str:
    return f"{float(value):g}"


def _text(value: str) -> str:
    """Text as YAML's double-quoted scalar, whose only escapes are these two."""
    flat = " ".join(value.split())
    return '"' + flat.replace("\\", "\\\\").replace('"', '\\"') + '"'


# --- Reading ------------------------------------------------------------------------------------------


def _fields(tree: Mapping[str, Any]) -> UsualShape:
    rules: dict[str, Mapping[str, Any]] = {
        rule["id"]: rule
        for name in ("conversions", "limits", "requirement", "minima", "make_up", "windows")
        for rule in tree.get(name, [])
    }
    requirement: list[Mapping[str, Any]] = tree["requirement"]
    bands: dict[str, list[tuple[str, Fraction]]] = {"age": [], "months": [], "practice": []}
    for rule in requirement[:-1]:
        kind, _dash, value = rule["id"].partition("-")
        bands[kind].append((value, _read_amount(rule["credit"])))
    make_up = rules.get("make-up")
    half_days = rules.get("half-days")
    return UsualShape(
        id=tree["id"],
        title=tree["title"],
        issuer=tree["issuer"],
        unit=tree["unit"],
        credits=_read_amount(rules["total"]["credit"]),
        minutes=int(rules["minutes"]["per"]),
        half_day=_read_amount(half_days["credit"].removeprefix("quantity * ")) if half_days else None,
        minimums=tuple(
            (rule["counter"], _read_amount(rule["needed"].removeprefix("min(").removesuffix(", required)")))
            for rule in tree.get("minima", [])
        ),
        caps=tuple(
            (rule["id"].removeprefix("most-"), _read_amount(rule["most"])) for rule in tree.get("limits", [])
        ),
        ages=tuple((int(value), credits_) for value, credits_ in bands["age"]),
        months=tuple((int(value), credits_) for value, credits_ in bands["months"]),
        practice=tuple(bands["practice"]),
        make_up=_read_day(make_up["until"]) if make_up else None,
        online_until_make_up="online" in rules,
        article_credits=rules["total"].get("article", ""),
        article_conversion=rules["minutes"].get("article", ""),
        article_minimums=_article_of(tree.get("minima", [])),
        article_caps=_article_of(tree.get("limits", [])),
        article_reductions=_article_of(requirement[:-1]),
        article_make_up=make_up.get("article", "") if make_up else "",
    )


def _article_of(rules: Sequence[Mapping[str, Any]]) -> str:
    return str(rules[0].get("article", "")) if rules else ""


def _read_amount(value: Any) -> Fraction:
    if isinstance(value, str):
        return Fraction(value.replace(" ", ""))
    return Fraction(value)


def _read_day(until: str) -> tuple[int, int]:
    """The month and day of `date(cycle.first.year + 1, 3, 31)`."""
    month, day = until.removesuffix(")").split(",")[1:]
    found = dt.date(2024, int(month), int(day))
    return found.month, found.day
