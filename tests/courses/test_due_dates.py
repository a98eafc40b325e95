"""By when who has to be done: late comers, leave, extensions; the right days written by hand."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses import due_dates, requirements
from courses.due_dates import DuePolicy
from courses.models import Course, RequiredSpan, Requirement
from people import leaves, memberships
from people.models import Person
from tests.courses.conftest import Province

pytestmark = pytest.mark.slow

Make = Callable[..., Any]
DAY = dt.date
OPENS, DUE = DAY(2026, 1, 1), DAY(2026, 12, 31)
days = st.dates(DAY(2026, 1, 1), DAY(2027, 12, 31))


@given(
    entered=days,
    extended=st.one_of(st.none(), days),
    closes=st.one_of(st.none(), days),
    number=st.integers(1, 366),
)
def test_nobody_has_less_than_the_date_for_all_nor_longer_than_the_closing(
    entered: dt.date, extended: dt.date | None, closes: dt.date | None, number: int
) -> None:
    closes = max(closes, DUE) if closes else None
    due = due_dates.due_of(DuePolicy(OPENS, DUE, closes, number), entered, extended)
    assert due >= DUE
    assert closes is None or due <= closes


def test_who_was_there_at_the_opening_has_the_date_set_for_all() -> None:
    policy = DuePolicy(OPENS, DAY(2026, 1, 31), None, 60)
    assert due_dates.due_of(policy, OPENS) == DAY(2026, 1, 31)
    assert due_dates.due_of(policy, OPENS + dt.timedelta(days=1)) == DAY(2026, 3, 3)


@pytest.fixture
def one_course(lecture: Make, course: Make) -> Course:
    return course("合同编通则", lecture("第一讲"))


def dues(person: Person) -> list[tuple[dt.date, dt.date]]:
    return list(
        RequiredSpan.objects.filter(person=person).order_by("valid_from").values_list("valid_from", "due_on")
    )


@pytest.mark.slow
@pytest.mark.both_sides
def test_whoever_comes_late_has_the_days_that_the_curriculum_gives(
    province: Province, lawyer: Make, curriculum: Make, one_course: Course
) -> None:
    old, summer, winter = (
        lawyer("老", province.yuelu),
        lawyer("夏", province.yuelu, on=DAY(2026, 7, 1)),
        lawyer("冬", province.yuelu, on=DAY(2026, 12, 20)),
    )
    too_late = lawyer("晚", province.yuelu, on=DAY(2027, 1, 1))
    made = curriculum("年度", province.changsha, one_course, entry_days=60)
    assert dues(old) == [(OPENS, DUE)]
    assert dues(summer) == [(DAY(2026, 7, 1), DUE)]
    assert dues(winter) == [(DAY(2026, 12, 20), DAY(2027, 2, 18))]
    assert dues(too_late) == []
    made.closes_on = DAY(2027, 1, 31)
    made.save_revision().publish()
    assert dues(winter) == [(DAY(2026, 12, 20), DAY(2027, 1, 31))]
    made.entry_days = None
    made.save_revision().publish()
    assert dues(winter) == [(DAY(2026, 12, 20), DUE)]
    assert requirements.materialise(Requirement.objects.get()) == requirements.Difference(0, 0, 0)


@pytest.mark.slow
def test_coming_back_from_leave_is_coming_later(
    province: Province, lawyer: Make, curriculum: Make, one_course: Course
) -> None:
    person = lawyer("甲", province.yuelu)
    leaves.record(person, "leave", on=DAY(2026, 11, 1), until=DAY(2026, 12, 15), reason="病假", by=None)
    curriculum("年度", province.changsha, one_course, entry_days=30)
    assert dues(person) == [(OPENS, DUE), (DAY(2026, 12, 15), DAY(2027, 1, 14))]


@pytest.mark.slow
def test_leave_over_the_due_date_ends_it(
    province: Province, lawyer: Make, curriculum: Make, one_course: Course
) -> None:
    person = lawyer("甲", province.yuelu)
    leaves.record(person, "leave", on=DAY(2026, 12, 1), until=DAY(2027, 2, 1), reason="产假", by=None)
    curriculum("年度", province.changsha, one_course, entry_days=30)
    assert dues(person) == [(OPENS, DUE)]


@pytest.mark.slow
def test_a_transfer_within_the_audience_gives_no_more_days(
    province: Province, lawyer: Make, curriculum: Make, one_course: Course
) -> None:
    person = lawyer("甲", province.yuelu)
    memberships.transfer(person, province.shigu, on=DAY(2026, 12, 20))
    curriculum("全省", province.province, one_course, entry_days=60)
    curriculum("衡阳", province.hengyang, one_course, entry_days=60)
    assert dues(person) == [(OPENS, DUE), (DAY(2026, 12, 20), DAY(2027, 2, 18))]
