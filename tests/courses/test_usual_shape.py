"""The form's shape: what it writes is a valid document, reads back as it was, and is evaluated as it says."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.engine import documents
from courses.usual_shape import CATEGORIES, FORMATS, PRACTICE_TYPES, UsualShape, read, write

pytestmark = pytest.mark.slow

AMOUNT = st.integers(0, 4000).map(lambda n: Fraction(n, 20))
TEXT = (
    st.text("律师协会继续教育办法ABC \"'\\:#{}[]，。1", min_size=1, max_size=20)
    .map(str.split)
    .map(" ".join)
    .filter(bool)
)
ARTICLE = st.sampled_from(["", "第三条", "二（一）"])


def rows(names: object, *, most: int = 4) -> st.SearchStrategy:
    return st.lists(
        st.tuples(st.sampled_from(list(names)), AMOUNT), max_size=most, unique_by=lambda row: row[0]
    ).map(  # type: ignore[call-overload]
        tuple
    )


@st.composite
def shapes(draw: st.DrawFn) -> UsualShape:
    minimums, caps = draw(rows(CATEGORIES)), draw(rows(FORMATS))
    ages, months, practice = draw(rows(range(1, 100))), draw(rows(range(1, 13))), draw(rows(PRACTICE_TYPES))
    make_up = draw(st.none() | st.tuples(st.integers(1, 12), st.integers(1, 28)))
    return UsualShape(
        id="regulation",
        title=draw(TEXT),
        issuer=draw(TEXT),
        unit=draw(st.sampled_from(["学时", "课时"])),
        credits=draw(AMOUNT),
        minutes=draw(st.integers(1, 600)),
        half_day=draw(st.none() | AMOUNT),
        minimums=minimums,
        caps=caps,
        ages=ages,
        months=months,
        practice=practice,
        make_up=make_up,
        online_until_make_up=bool(make_up) and draw(st.booleans()),
        article_credits=draw(ARTICLE),
        article_conversion=draw(ARTICLE),
        article_minimums=draw(ARTICLE) if minimums else "",
        article_caps=draw(ARTICLE) if caps else "",
        article_reductions=draw(ARTICLE) if ages or months or practice else "",
        article_make_up=draw(ARTICLE) if make_up else "",
    )


@given(shapes())
def test_what_the_form_writes_is_a_regulation_and_reads_back_as_it_was(shape: UsualShape) -> None:
    document = write(shape)
    documents.parse(document)
    assert read(document) == shape


def test_a_document_that_says_more_is_not_of_the_shape() -> None:
    document = write(UsualShape("regulation", "办法", "协会", Fraction(40), 45))
    assert read(document) is not None
    assert read(document + "notes:\n  - {id: note, says: 另行规定}\n") is None
    assert read("language: 1") is None
    assert read("{") is None
