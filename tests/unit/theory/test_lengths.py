"""Integrals of very many lengths from those of few: the same digits, where φ allows it."""

from functools import partial

import numpy as np
import pytest

from initatlas.activations import ACTIVATIONS
from initatlas.theory.lengths import MANY, over_lengths
from initatlas.theory.pointwise import phi
from initatlas.theory.quadrature import expectation


def counted(moment, calls):
    def function(q):
        calls.append(q.size)
        return moment(q)

    return function


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_interpolated_moments_have_the_digits_of_integrals(name):
    activation = ACTIVATIONS[name]
    moment = partial(expectation, activation, lambda z: phi(activation, z) ** 2)
    q, calls = np.random.default_rng(1).uniform(0.3, 2, (20, 50)), []
    np.testing.assert_allclose(over_lengths(counted(moment, calls), q), moment(q), rtol=1e-12)
    assert sum(calls) < q.size


def test_rows_and_equal_lengths_and_few_of_them_are_as_they_would_be_one_by_one():
    def powers(q):
        return np.stack([q, q**2, np.sqrt(q)], axis=1)

    q = np.linspace(0.5, 1, MANY)
    np.testing.assert_allclose(over_lengths(powers, q), powers(q), rtol=1e-12)
    same = np.full(MANY, 0.7)
    np.testing.assert_array_equal(over_lengths(powers, same), powers(same))
    np.testing.assert_array_equal(over_lengths(powers, q[1:]), powers(q[1:]))


def test_what_is_not_smooth_in_the_length_or_has_none_is_computed_one_by_one():
    for function, q in (
        (lambda q: np.abs(q - 0.7), np.linspace(0.5, 1, 100)),
        (np.sqrt, np.linspace(0, 1, 100)),
    ):
        np.testing.assert_array_equal(over_lengths(function, q), function(q))
