"""An audience judged for one person, without a database: bands of years, and why somebody does not belong."""

import datetime as dt
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from courses import audience_rules, bands, spans
from courses.audience_rules import Audience, Away, Facts, Ground, Licensed, Party

DAY = dt.date
HERE, ELSEWHERE = 1, 2
days = st.dates(DAY(1950, 1, 1), DAY(2040, 12, 31))
bounds = st.one_of(st.none(), st.integers(0, 60))
pieces = st.lists(
    st.tuples(days, st.one_of(st.none(), days)).filter(lambda s: s[1] is None or s[0] < s[1]), max_size=3
)


def test_who_was_born_on_the_29th_of_february_grows_older_on_the_1st_of_march() -> None:
    assert bands.completed_on(DAY(1996, 2, 29), 30) == DAY(2026, 3, 1)
    assert bands.completed_on(DAY(1996, 2, 29), 32) == DAY(2028, 2, 29)


def test_a_band_includes_both_its_bounds() -> None:
    """From 30 to 35: from the thirtieth birthday until the day before the thirty-sixth."""
    assert bands.band(DAY(1990, 5, 20), 30, 35) == (DAY(2020, 5, 20), DAY(2026, 5, 20))


@given(born=days, years=st.integers(0, 100))
def test_bands_that_touch_divide_a_life(born: dt.date, years: int) -> None:
    young, old = bands.band(born, None, years), bands.band(born, years + 1, None)
    assert young[1] == old[0]
    assert spans.join([young, old]) == [(born, None)]


@given(born=st.one_of(st.none(), days), places=pieces, away=pieces, low=bounds, high=bounds, day=days)
def test_who_belongs_on_a_day_is_who_has_nothing_against_him(
    born: dt.date | None,
    places: list[spans.Span],
    away: list[spans.Span],
    low: int | None,
    high: int | None,
    day: dt.date,
) -> None:
    audience = Audience(HERE, age_from=low, age_until=high)
    facts = Facts(7, {HERE: places}, birth_date=born, away=[Away(each, "leave") for each in away])
    belongs = spans.holds(audience_rules.belonging(audience, facts), day)
    assert belongs == (audience_rules.grounds_missing(audience, facts, day) == [])


def facts(**changes: object) -> Facts:
    """A full-time lawyer in Party and practice since 2015, born in 1990."""
    known = Facts(
        7,
        {HERE: [(DAY(2015, 1, 1), None)]},
        [Licensed((DAY(2015, 1, 1), None), "full_time", DAY(2015, 1, 1))],
        [(DAY(2015, 1, 1), None)],
        [],
        DAY(1990, 5, 20),
    )
    return replace(known, **changes)


def test_the_filters_hold_of_one_licence_together() -> None:
    """A company lawyer of 2015, a full-time one by an admission of 2020: never a company lawyer admitted in 2020."""
    two = facts(
        licences=[
            Licensed((DAY(2015, 1, 1), DAY(2020, 1, 1)), "company_lawyer", DAY(2015, 1, 1)),
            Licensed((DAY(2020, 1, 1), None), "full_time", DAY(2020, 1, 1)),
        ]
    )
    mixed = Audience(HERE, practice_types=("company_lawyer",), admitted_from=DAY(2019, 1, 1))
    assert audience_rules.belonging(mixed, two) == []
    assert audience_rules.grounds_missing(mixed, two, DAY(2026, 1, 1)) == [
        Ground.PRACTICE_TYPE,
        Ground.ADMISSION,
    ]


def test_party_members_and_the_others_are_everybody() -> None:
    joined = facts(party=[(DAY(2026, 7, 1), None)])
    asked = Audience(HERE, party=Party.MEMBERS), Audience(HERE, party=Party.OTHERS)
    assert [audience_rules.belonging(each, joined) for each in asked] == [
        [(DAY(2026, 7, 1), None)],
        [(DAY(2015, 1, 1), DAY(2026, 7, 1))],
    ]


def test_a_fact_that_is_not_on_record_lets_nobody_through() -> None:
    assert audience_rules.belonging(Audience(HERE, age_from=0), facts(birth_date=None)) == []
    unadmitted = facts(licences=[Licensed((DAY(2015, 1, 1), None), "full_time", None)])
    assert audience_rules.belonging(Audience(HERE, years_until=60), unadmitted) == []


def test_who_is_named_passes_the_filters_but_not_the_fence_and_not_his_leave() -> None:
    named = Audience(HERE, age_from=60, named_ids=frozenset({7}))
    on_leave = facts(away=[Away((DAY(2026, 3, 1), DAY(2026, 4, 1)), "leave")])
    assert audience_rules.belonging(named, on_leave) == [
        (DAY(2015, 1, 1), DAY(2026, 3, 1)),
        (DAY(2026, 4, 1), None),
    ]
    assert audience_rules.belonging(replace(named, organisation_id=ELSEWHERE), on_leave) == []
    only = replace(named, named_ids=frozenset({8}), is_named_only=True)
    assert audience_rules.belonging(only, facts()) == []
    assert audience_rules.grounds_missing(only, facts(), DAY(2026, 1, 1)) == [Ground.NAMED]
