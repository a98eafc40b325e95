"""The canonical form of a fixed report, and how two of them are explained."""

import datetime as dt
import hashlib
import random
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.fixed_changes import Change, Correction, differences
from reports.fixed_form import Row, digest

A, B = dt.date(2026, 6, 30), dt.date(2026, 9, 30)
ONE, TWO = UUID(int=1), UUID(int=2)
QUESTION = {"title": "民法典轮训", "day": "2026-06-30"}
UNITS = [{"id": str(UUID(int=9)), "name": "湖南岳试律师事务所"}]


def row(person: UUID = ONE, **changed) -> Row:
    values = {
        "place": UUID(int=9),
        "due_on": dt.date(2026, 8, 31),
        "state": "started",
        "completed_on": None,
        "watched_permille": 500,
    }
    return Row(person, **values | changed)


def completed(on: dt.date, **changed) -> Row:
    return row(state="in_time", completed_on=on, watched_permille=1000, **changed)


def test_the_canonical_form_is_the_text_that_its_description_says():
    text = (
        "luxuetang-snapshot-1\n"
        '{"day":"2026-06-30","title":"民法典轮训"}\n'
        '[{"id":"00000000-0000-0000-0000-000000000009","name":"湖南岳试律师事务所"}]\n'
        "00000000-0000-0000-0000-000000000001\t00000000-0000-0000-0000-000000000009\t2026-08-31\tstarted\t\t500\n"
        "00000000-0000-0000-0000-000000000002\t00000000-0000-0000-0000-000000000009\t2026-08-31\tin_time\t2026-06-01\t1000\n"
    )
    second = Row(TWO, UUID(int=9), dt.date(2026, 8, 31), "in_time", dt.date(2026, 6, 1), 1000)
    assert digest(QUESTION, UNITS, [row(), second]) == hashlib.sha256(text.encode()).hexdigest()


def test_rows_out_of_order_or_twice_have_no_digest():
    with pytest.raises(ValueError, match="sorted"):
        digest(QUESTION, UNITS, [row(TWO), row(ONE)])
    with pytest.raises(ValueError, match="sorted"):
        digest(QUESTION, UNITS, [row(ONE), row(ONE)])


@pytest.mark.parametrize(
    "other",
    [
        row(state="not_started"),
        row(due_on=dt.date(2026, 9, 1)),
        row(place=UUID(int=8)),
        row(watched_permille=501),
        row(watched_permille=None),
        row(completed_on=A),
    ],
)
def test_every_field_of_a_row_is_in_the_digest(other):
    assert digest(QUESTION, UNITS, [row()]) != digest(QUESTION, UNITS, [other])


@pytest.mark.parametrize(
    ("before", "after", "day_b", "expected"),
    [
        (None, row(), B, [(Change.JOINED, None)]),
        (row(), None, B, [(Change.LEFT, None)]),
        (None, row(), A, [(Change.CORRECTED, Correction.COUNTED)]),
        (row(), None, A, [(Change.CORRECTED, Correction.NOT_COUNTED)]),
        (row(), row(place=UUID(int=8)), A, [(Change.CORRECTED, Correction.PLACE)]),
        (completed(A), completed(A, place=UUID(int=8)), B, [(Change.MOVED, None)]),
        (row(), completed(dt.date(2026, 7, 1)), B, [(Change.COMPLETED, None)]),
        (row(), completed(A), B, [(Change.CORRECTED, Correction.COMPLETION_ADDED)]),
        (completed(A), completed(dt.date(2026, 6, 1)), B, [(Change.CORRECTED, Correction.COMPLETION_DAY)]),
        (completed(A), row(), B, [(Change.CORRECTED, Correction.COMPLETION_TAKEN_BACK)]),
        (row(state="not_started"), row(), B, [(Change.BEGUN, None), (Change.FELL_DUE, None)]),
        (row(), row(state="not_started"), A, [(Change.CORRECTED, Correction.NOT_STARTED)]),
        (row(), row(due_on=dt.date(2026, 12, 31)), B, [(Change.DUE_MOVED, None)]),
        (row(), row(watched_permille=400), A, [(Change.CORRECTED, Correction.WATCHED)]),
        # Further watching needs no explanation.
        (row(), row(watched_permille=900, due_on=dt.date(2026, 8, 31)), B, [(Change.FELL_DUE, None)]),
        (row(), row(), A, []),
    ],
)
def test_each_difference_is_explained_by_the_days_between_or_called_a_correction(
    before, after, day_b, expected
):
    found = differences({ONE: before} if before else {}, {ONE: after} if after else {}, A, day_b)
    assert [(each.change, each.correction) for each in found] == expected


PEOPLE = st.dictionaries(
    st.integers(1, 12).map(lambda number: UUID(int=number)),
    st.sampled_from([None, dt.date(2026, 5, 1), dt.date(2026, 8, 1)]),
    max_size=12,
)


@given(PEOPLE, PEOPLE)
def test_the_differences_account_for_every_change_of_required_and_completed(earlier, later):
    def rows(of):
        return {key: completed(day) if day else row() for key, day in of.items()}

    found = list(differences(rows(earlier), rows(later), A, B))
    joined = [each for each in found if each.change is Change.JOINED]
    left = [each for each in found if each.change is Change.LEFT]
    assert len(later) - len(earlier) == len(joined) - len(left)
    added = sum(
        each.change is Change.COMPLETED or each.correction is Correction.COMPLETION_ADDED for each in found
    )
    lost = sum(each.correction is Correction.COMPLETION_TAKEN_BACK for each in found)
    came = sum(each.after.is_completed for each in joined)
    went = sum(each.before.is_completed for each in left)
    done = [sum(day is not None for day in of.values()) for of in (earlier, later)]
    assert done[1] - done[0] == added - lost + came - went


def test_the_order_in_which_units_are_given_does_not_matter():
    units = [{"id": str(UUID(int=number)), "name": "甲"} for number in range(5)]
    shuffled = random.Random(1).sample(units, 5)
    assert digest(QUESTION, units, [row()]) == digest(QUESTION, shuffled, [row()])
