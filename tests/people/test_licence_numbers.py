"""Licence numbers are read by their parts and shown masked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from people.licence_numbers import LENGTH, LicenceNumberInvalid, mask, parse

GOOD = "14301201211001234"


def test_a_number_says_place_year_practice_and_sex():
    number = parse(GOOD, last_year=2026)
    assert (number.province, number.prefecture, number.year) == ("43", "01", 2012)
    assert (number.practice_type, number.is_woman, number.serial) == ("full_time", True, "001234")


def test_full_width_digits_and_surrounding_space_are_read():
    assert parse(" １４３０１２０１２１１００１２３４ ", last_year=2026).text == GOOD


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("1.43012E+16", "digits"),
        ("1430120121100123", "length"),
        ("143012012110012345", "length"),
        ("", "digits"),
        ("24301201211001234", "certificate"),
        ("19901201211001234", "province"),
        ("14300201211001234", "prefecture"),
        ("14301190011001234", "year"),
        ("14301202711001234", "year"),
        ("14301201201001234", "practice_kind"),
        ("14301201212001234", "sex"),
        ("1430120121100123四", "digits"),
    ],
)
def test_a_wrong_number_is_refused_with_the_part_that_is_wrong(text, part):
    with pytest.raises(LicenceNumberInvalid) as refusal:
        parse(text, last_year=2026)
    assert refusal.value.part == part


def test_a_masked_number_hides_year_and_sex():
    assert mask(GOOD) == "1430120******1234"


@given(st.from_regex(r"[0-9]{17}", fullmatch=True))
def test_no_masked_number_shows_the_year_s_end_the_practice_or_the_sex(text):
    assert mask(text) == text[:7] + "******" + text[13:]
    assert len(mask(text)) == LENGTH


def test_a_parsed_number_prints_masked():
    assert str(parse(GOOD, last_year=2026)) == "1430120******1234"
