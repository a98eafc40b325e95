"""The arithmetic of half-open spans of days."""

import datetime as dt
import itertools

from hypothesis import given
from hypothesis import strategies as st

from courses import spans

DAYS = st.dates(dt.date(2020, 1, 1), dt.date(2021, 1, 1))
SPANS = st.tuples(DAYS, st.one_of(st.none(), DAYS)).filter(lambda span: span[1] is None or span[0] < span[1])


def holds(span: spans.Span | None, day: dt.date) -> bool:
    return span is not None and span[0] <= day and (span[1] is None or day < span[1])


@given(SPANS, SPANS, DAYS)
def test_an_intersection_holds_the_days_that_both_hold(
    one: spans.Span, other: spans.Span, day: dt.date
) -> None:
    assert holds(spans.intersect(one, other), day) == (holds(one, day) and holds(other, day))


@given(st.lists(SPANS, max_size=6), DAYS)
def test_joining_keeps_every_day_and_adds_none(some: list[spans.Span], day: dt.date) -> None:
    joined = spans.join(some)
    assert any(holds(span, day) for span in joined) == any(holds(span, day) for span in some)
    assert spans.join(joined) == joined
    assert all(first[1] < second[0] for first, second in itertools.pairwise(joined))


@given(st.lists(SPANS, max_size=5), st.lists(SPANS, max_size=5), DAYS)
def test_what_is_left_without_some_days_holds_all_the_others(
    some: list[spans.Span], away: list[spans.Span], day: dt.date
) -> None:
    left = spans.without(some, away)
    wanted = any(holds(span, day) for span in some) and not any(holds(span, day) for span in away)
    assert any(holds(span, day) for span in left) == wanted
    assert spans.join(left) == left


def test_who_comes_after_the_due_date_is_not_required() -> None:
    opens, due = dt.date(2026, 1, 1), dt.date(2026, 6, 30)
    assert spans.required([(due + dt.timedelta(days=1), None)], opens, due) == []
    assert spans.required([(due, None)], opens, due) == [(due, None)]


def test_a_span_begins_at_the_opening_at_the_earliest() -> None:
    opens, due = dt.date(2026, 1, 1), dt.date(2026, 6, 30)
    assert spans.required([(dt.date(2020, 1, 1), None)], opens, due) == [(opens, None)]
    assert spans.required([(dt.date(2020, 1, 1), opens)], opens, due) == []
