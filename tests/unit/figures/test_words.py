"""Numbers, lists and ranges as a reader sees them."""

import math

import pytest

from initatlas.figures import words


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (2.0412, 3, "2.04"),
        (-0.05, 2, "−0.050"),
        (12345.6, 3, "12346"),
        (1.5e-7, 2, "1.5 × 10⁻⁷"),
        (3.1e21, 2, "3.1 × 10²¹"),
        (0.0, 3, "0"),
        (math.inf, 3, "infinity"),
        (-math.inf, 3, "minus infinity"),
        (math.nan, 3, "not a number"),
    ],
)
def test_numbers_have_significant_digits_and_powers_of_ten(value, digits, text):
    assert words.number(value, digits) == text


def test_a_number_beyond_floating_point_is_said_by_its_power():
    assert words.decades(-1080.4) == "about 4 × 10⁻¹⁰⁸¹"
    assert words.decades(-64 * math.log10(2)) == "about 5 × 10⁻²⁰"
    assert words.decades(6.99) == words.decades(7.0) == "about 10⁷"
    assert words.decades(math.log10(0.5)) == "0.50"


@pytest.mark.parametrize(
    ("names", "limit", "text"),
    [
        ([], 3, ""),
        (["a"], 3, "a"),
        (["a", "b"], 3, "a and b"),
        (["a", "b", "c"], 3, "a, b and c"),
        (["a", "b", "c", "d"], 3, "a, b and 2 more"),
    ],
)
def test_lists_are_said_up_to_a_limit(names, limit, text):
    assert words.listed(names, limit) == text


def test_counts_and_ranges():
    assert words.counted(1, "layer") == "1 layer"
    assert words.counted(4, "layer") == "4 layers"
    assert words.spanned([8, 8]) == "8"
    assert words.spanned([8, 4]) == "4 to 8"
    assert words.one_of([8, 8]) == "8"
    assert words.one_of([8, 4]) == "4 to 8 (one at a time)"
    assert words.percent(0.078) == "8 %"
    assert words.percent(0) == "0 %"
    assert words.percent(0.001) == "less than 1 %"
    assert words.percent(0.999) == "more than 99 %"
    assert words.percent(1.0) == "100 %"
    assert words.tick(-0.5) == "−0.5"


@pytest.mark.parametrize(
    ("outside", "not_finite", "text"),
    [
        (0.001, 0, ""),
        (0.7, 0, " At most 70 % of the values lie outside the frame."),
        (0.0, 3, " 3 values were not finite."),
    ],
)
def test_what_a_frame_does_not_hold_is_said_if_it_is_anything(outside, not_finite, text):
    assert words.unseen(outside, not_finite) == text
