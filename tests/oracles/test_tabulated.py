"""Tables of very many pairs against integrals of each, and what they refuse."""

import numpy as np
import pytest
import torch

from initatlas.activations import ACTIVATIONS, Activation
from initatlas.theory.bivariate import PairMoments, pair_moments_by_quadrature
from initatlas.theory.moments import second_moment
from initatlas.theory.tabulated import pair_moments_by_table
from tests.oracles.test_bivariate import assert_agrees

RANGES = [(1e-6, 1.0002e-6), (1.0, 1.0), (0.2, 4.0), (20.0, 25.0)]
# Where φ bends too sharply for a table of that range, or has kinks beside 0.
LEFT_TO_OTHERS = {("hard_tanh", low) for low, _ in RANGES} | {("erf", 20.0), ("softsign", 20.0)}


@pytest.mark.parametrize("lengths", RANGES, ids=str)
@pytest.mark.parametrize("activation", ACTIVATIONS.values(), ids=lambda a: a.name)
def test_a_table_of_very_many_pairs_agrees_with_integrals_of_each(activation, lengths):
    """Half of the pairs with equal lengths, 1 − |c| down to 1e-8, all of them by one table."""
    rng = np.random.default_rng(5)
    q_a, q_b = np.exp(rng.uniform(*np.log(lengths), (2, 400)))
    q_b[::2] = q_a[::2]
    ends = 10 ** rng.uniform(-8, 0, 400)
    gap = np.where(rng.random(400) < 0.3, 2 - ends, np.where(rng.random(400) < 0.5, ends, 2 * ends))
    found = pair_moments_by_table(activation, q_a, q_b, gap)
    assert (found is None) == ((activation.name, lengths[0]) in LEFT_TO_OTHERS)
    if found is None:
        return
    few = slice(0, 400, 21)
    found = PairMoments(*(part[few] for part in found))
    expected = pair_moments_by_quadrature(activation, q_a[few], q_b[few], gap[few])
    assert_agrees(activation, q_a[few], q_b[few], found, expected)
    # φ(u) − φ(v) is rounded at 1e-16 of φ: what is left of the digits where it is small.
    noise = 3e-15 * np.sqrt(second_moment(activation, q_a[few]) / expected.half_square)
    assert np.all(np.abs(found.half_square / expected.half_square - 1) <= 1e-11 + noise)


def test_a_table_refuses_what_is_not_smooth_in_the_angle():
    """A step's squared difference is not that of its slopes; a kink beside 0 moves with q."""
    rng = np.random.default_rng(6)
    q, gap = rng.uniform(0.5, 1, 100), rng.uniform(0, 2, 100)
    step = Activation(name="step", phi=lambda z: torch.sign(z), kinks=(0.0,))
    beside = Activation(name="beside", phi=lambda z: torch.relu(z - 0.4), kinks=(0.4,))
    for activation in (step, beside):
        assert pair_moments_by_table(activation, q, q, gap) is None
