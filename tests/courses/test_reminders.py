"""Reminders of due dates: each step once, the nearest alone, to those who still have to."""

import datetime as dt
from io import StringIO

import pytest
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st

from courses import reminder_steps, reminders
from courses.models import RequiredSpan
from courses.reminder_steps import Policy, Stage
from people import memberships
from people.days import today
from people.models import Notice, Person
from tests.courses.stage import new_lawyer, published_course, published_lecture
from tests.courses.test_curricula import complete, curriculum

DUE = dt.date(2026, 9, 30)
OPENS = dt.date(2026, 3, 1)
A_DAY = dt.timedelta(days=1)


@given(
    runs=st.lists(st.integers(-10, 260), max_size=40),
    came=st.integers(0, 220),
    before=st.lists(st.integers(1, 60), max_size=4),
)
def test_whenever_it_runs_each_step_comes_in_order_and_one_a_day(
    runs: list[int], came: int, before: list[int]
) -> None:
    policy = Policy(before_days=before)
    required_from = OPENS + came * A_DAY
    told = []
    for day in sorted(OPENS + each * A_DAY for each in runs):
        step = reminder_steps.nearest_step(required_from, DUE, day, policy)
        if step is None:
            continue
        assert required_from <= day <= DUE + policy.overdue_within_days * A_DAY
        assert (step.stage == Stage.OVERDUE) == (day > DUE)
        if step not in told:
            told.append(step)
    order = [Stage.OPENING, Stage.BEFORE, Stage.OVERDUE]
    places = [(order.index(step.stage), -step.days) for step in told]
    assert places == sorted(places)
    assert len(told) <= 2 + len(set(before))


@pytest.mark.parametrize(
    ("day", "step"),
    [
        (OPENS - A_DAY, None),
        (OPENS, "opening"),
        (OPENS + 8 * A_DAY, None),
        (DUE - 15 * A_DAY, None),
        (DUE - 14 * A_DAY, "before:14"),
        (DUE - 4 * A_DAY, "before:14"),
        (DUE - 3 * A_DAY, "before:3"),
        (DUE, "before:3"),
        (DUE + A_DAY, "overdue"),
        (DUE + 31 * A_DAY, None),
    ],
)
def test_the_nearest_step_of_a_day(day: dt.date, step: str | None) -> None:
    found = reminder_steps.nearest_step(OPENS, DUE, day, Policy())
    assert (found.code if found else None) == step


@pytest.fixture
def people(db: None) -> list[Person]:
    return [new_lawyer(name) for name in ("甲试", "乙试", "丙试")]


@pytest.mark.both_sides
def test_those_who_lack_something_are_told_once_however_often_it_runs(people: list[Person]) -> None:
    done, lacking, gone = people
    course = published_course("合同编", published_lecture())
    made = curriculum([course], opens_on=today() - 60 * A_DAY, due_on=today() + 10 * A_DAY)
    complete(done, course)
    memberships.leave(gone.memberships.current().get(), on=today())
    requirement = made.requirement
    RequiredSpan.objects.filter(person=gone).update(valid_to=today())
    assert [each.persons for each in reminders.remind(today(), is_dry=True)] == [1]
    assert not Notice.objects.exists()
    assert [(each.step, each.persons) for each in reminders.remind(today())] == [("before:14", 1)]
    assert reminders.remind(today()) == []
    assert reminders.remind(today() + 2 * A_DAY) == []
    notice = Notice.objects.get()
    assert notice.person == lacking
    assert notice.title == "还剩 10 天：年度培训"
    assert notice.path == f"/curricula/{made.public_id}/"
    assert requirement.due_on == made.due_on


def test_after_an_outage_one_reminder_comes_and_not_four(people: list[Person]) -> None:
    curriculum(
        [published_course("合同编", published_lecture())],
        opens_on=today() - 60 * A_DAY,
        due_on=today() - A_DAY,
    )
    reminders.remind(today())
    assert list(Notice.objects.values_list("title", flat=True)) == ["已逾期：年度培训"] * 3
    reminders.remind(today() + A_DAY)
    assert Notice.objects.count() == 3


def test_each_step_is_told_as_it_comes(people: list[Person]) -> None:
    due = today() + 30 * A_DAY
    curriculum([published_course("合同编", published_lecture())], opens_on=today(), due_on=due)
    for day in range(45):
        reminders.remind(today() + day * A_DAY)
    told = Notice.objects.filter(person=people[0]).order_by("pk").values_list("title", flat=True)
    assert list(told) == [
        "培训已开放：年度培训",
        "还剩 14 天：年度培训",
        "还剩 3 天：年度培训",
        "已逾期：年度培训",
    ]


def test_a_closed_curriculum_reminds_nobody(people: list[Person]) -> None:
    curriculum(
        [published_course("合同编", published_lecture())],
        due_on=today() - 9 * A_DAY,
        closes_on=today() - A_DAY,
    )
    assert reminders.remind(today()) == []


def test_the_command_counts_whom_it_would_tell_and_tells_nobody(people: list[Person]) -> None:
    curriculum([published_course("合同编", published_lecture())], due_on=today() + 2 * A_DAY)
    out = StringIO()
    call_command("remind", "--dry-run", stdout=out)
    assert "3  before:3" in out.getvalue()
    assert "3  would be told" in out.getvalue()
    assert not Notice.objects.exists()


def test_the_statements_grow_with_batches_and_not_with_persons(
    people: list[Person], django_assert_max_num_queries, monkeypatch: pytest.MonkeyPatch
) -> None:
    curriculum([published_course("合同编", published_lecture())], due_on=today() + 2 * A_DAY)
    # Requirements, demands, two looks for a batch, completions, and the notices' own.
    with django_assert_max_num_queries(12):
        reminders.remind(today())
