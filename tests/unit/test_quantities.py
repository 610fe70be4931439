"""Claims about quantities: what they accept is what they say; YAML reads back what they show."""

import math

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from initatlas.quantities import Quantity, plain

numbers = st.one_of(st.integers(-(2**53), 2**53), st.floats(allow_nan=False, allow_infinity=False))


@given(numbers)
def test_a_shown_number_is_read_back_by_yaml(value):
    read = yaml.safe_load(plain(value))
    assert type(read) in (int, float)
    assert read == value


@given(numbers, st.tuples(numbers, numbers).map(sorted), st.booleans(), st.booleans())
def test_limits_are_included_or_not_as_named(value, ends, open_low, open_high):
    low, high = ends
    quantity = Quantity(
        meaning="x",
        **{"above" if open_low else "low": low, "below" if open_high else "high": high},
    )
    inside = (low < value if open_low else low <= value) and (
        value < high if open_high else value <= high
    )
    assert quantity.accepts(value) == inside


@pytest.mark.parametrize("value", [True, False, None, "1", math.nan, math.inf, 10**400, [1], 1j])
def test_what_is_no_finite_number_is_never_accepted(value):
    assert not Quantity(meaning="x").accepts(value)
    assert not Quantity(meaning="x", whole=True).accepts(value)


@pytest.mark.parametrize("value", [1.0, 2**53 + 1, -(2**60)])
def test_whole_numbers_are_whole_and_exact_in_float64(value):
    assert not Quantity(meaning="x", whole=True).accepts(value)
    assert Quantity(meaning="x", whole=True).accepts(int(math.copysign(2**53, value)))


def test_limits_are_told_in_words():
    assert Quantity(meaning="x").accepted() == "a finite number"
    assert Quantity(meaning="x", whole=True, low=1).accepted() == "a whole number, at least 1"
    both = Quantity(meaning="x", above=0, high=0.5)
    assert both.accepted() == "a finite number, more than 0 and at most 0.5"
    assert Quantity(meaning="x", low=0, below=1e-7).accepted() == (
        "a finite number, at least 0 and less than 1.0e-07"
    )


def test_equal_numbers_become_one_object():
    quantity = Quantity(meaning="x")
    assert repr(quantity.canonical(2)) == repr(quantity.canonical(2.0)) == "2.0"
    assert repr(quantity.canonical(-0.0)) == "0.0"
    assert repr(Quantity(meaning="x", whole=True).canonical(2)) == "2"
