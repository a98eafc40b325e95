"""What the ladder promises of every picture size."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.ladder import displayed_size, frame_rate, renditions

sides = st.integers(min_value=2, max_value=8192)


@given(sides, sides)
def test_no_rendition_is_larger_than_the_picture(width: int, height: int) -> None:
    for rung in renditions(width, height):
        assert rung.width <= width
        assert rung.height <= height


@given(sides, sides)
def test_every_side_is_even_and_every_name_is_unique(width: int, height: int) -> None:
    ladder = renditions(width, height)
    assert ladder
    assert all(rung.width % 2 == 0 and rung.height % 2 == 0 for rung in ladder)
    assert len({rung.name for rung in ladder}) == len(ladder)


@given(st.integers(min_value=64, max_value=8192), st.integers(min_value=64, max_value=8192))
def test_the_shape_of_the_picture_is_kept_within_two_pixels(width: int, height: int) -> None:
    for rung in renditions(width, height):
        scale = min(rung.width / width, rung.height / height)
        assert (
            abs(rung.width - width * rung.height / height) <= 2 / min(1, height / width) + 2 or scale < 0.05
        )


@pytest.mark.parametrize(
    ("size", "rungs"),
    [
        ((1280, 720), [(640, 360), (854, 480), (1280, 720)]),
        ((1920, 1080), [(640, 360), (854, 480), (1280, 720)]),
        ((1080, 1920), [(360, 640), (480, 854), (720, 1280)]),
        ((854, 480), [(640, 360), (854, 480)]),
        ((640, 360), [(640, 360)]),
        ((190, 240), [(190, 240)]),
        ((1280, 500), [(922, 360), (1280, 500)]),
        ((301, 201), [(300, 200)]),
    ],
)
def test_ladders_of_common_pictures(size: tuple[int, int], rungs: list[tuple[int, int]]) -> None:
    assert [(rung.width, rung.height) for rung in renditions(*size)] == rungs


@pytest.mark.parametrize(
    ("stored", "aspect", "rotation", "seen"),
    [
        ((640, 360), Fraction(2, 3), 0, (427, 360)),
        ((704, 480), Fraction(213, 176), 0, (852, 480)),
        ((1920, 1080), Fraction(1), 90, (1080, 1920)),
        ((1920, 1080), Fraction(1), -90, (1080, 1920)),
        ((1920, 1080), Fraction(0), 180, (1920, 1080)),
    ],
)
def test_pixel_shape_and_rotation_decide_the_displayed_size(stored, aspect, rotation, seen) -> None:
    assert displayed_size(*stored, aspect, rotation) == seen


@pytest.mark.parametrize(
    ("average", "nominal", "rate"),
    [
        (Fraction(25), Fraction(25), Fraction(25)),
        (Fraction(30000, 1001), Fraction(30000, 1001), Fraction(30000, 1001)),
        (Fraction(60), Fraction(60), Fraction(30)),
        (Fraction(50), Fraction(50), Fraction(25)),
        (Fraction(1000, 7), Fraction(1000), Fraction(30)),
        (Fraction(15), Fraction(1000), Fraction(15)),
        (Fraction(1), Fraction(1), Fraction(1)),
        (Fraction(1, 10), Fraction(1, 10), Fraction(1)),
        (Fraction(5), Fraction(30), Fraction(5)),
    ],
)
def test_frame_rates_are_steady_and_at_most_thirty(average, nominal, rate) -> None:
    assert frame_rate(average, nominal) == rate
