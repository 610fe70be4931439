"""A planted boundary is found, its interval covers; a sharp or absent one has an honest answer."""

import numpy as np
import pytest

from initatlas.inference.resampling import interval, resamples
from initatlas.inference.threshold import threshold
from initatlas.rng import generator

ONCE = np.ones((1, 60))


def cells(rng: np.random.Generator, x0: float, slope: float, networks: int) -> tuple:
    x = np.linspace(-2, 3, 60)
    p = 1 / (1 + np.exp(slope * (x - x0)))
    return x, rng.binomial(networks, p) / networks


def test_a_planted_boundary_is_found():
    x, _ = cells(generator(0, "x"), 0.7, 4.0, 1)
    x, share = (
        np.tile(x, 100),
        np.concatenate([cells(generator(0, i), 0.7, 4.0, 1)[1] for i in range(100)]),
    )
    x0, slope = threshold(x, share, np.ones((1, 6000)))
    # Fisher's information of x₀: s² Σ p(1 − p) = s² · 6000/5 · ∫ p(1 − p) dx = 1200 s = 4800;
    # that of s: 1200 ∫ x² p(1 − p) dx = 1200 π²/(3 s³) = 62. Four standard errors of each.
    assert x0[0] == pytest.approx(0.7, abs=4 / np.sqrt(4800))
    assert slope[0] == pytest.approx(4.0, abs=4 / np.sqrt(62))


def test_the_estimate_solves_the_penalized_likelihood():
    """Against a direct search for the maximum of ln L + ½ ln |I|."""
    from scipy.optimize import minimize

    x, share = cells(generator(1, "penalty"), 0.2, 2.0, 3)

    def loss(theta: np.ndarray) -> float:
        p = 1 / (1 + np.exp(-(theta[0] + theta[1] * x)))
        v = p * (1 - p)
        information = np.array([[v.sum(), v @ x], [v @ x, v @ x**2]])
        likelihood = share @ np.log(p) + (1 - share) @ np.log(1 - p)
        return -(likelihood + 0.5 * np.linalg.slogdet(information)[1])

    best = minimize(
        loss, [0.0, -1.0], method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-12}
    )
    x0, slope = threshold(x, share, ONCE)
    assert x0[0] == pytest.approx(-best.x[0] / best.x[1], abs=1e-6)
    assert slope[0] == pytest.approx(-best.x[1], abs=1e-6)


def test_a_sharp_boundary_lies_between_the_last_and_the_first():
    x = np.arange(10.0)
    x0, slope = threshold(x, (x < 4).astype(float), np.ones((1, 10)))
    assert 3 < x0[0] < 4
    assert np.isfinite(slope[0])
    # Symmetric cells have it in the middle.
    even = np.arange(8.0)
    assert threshold(even, (even < 4).astype(float), np.ones((1, 8)))[0][0] == pytest.approx(3.5)


def test_without_a_boundary_there_is_a_bound_or_nothing():
    x = np.arange(10.0)
    ones = np.ones((1, 10))
    assert threshold(x, np.ones(10), ones)[0][0] == np.inf
    assert threshold(x, np.zeros(10), ones)[0][0] == -np.inf
    assert np.isnan(threshold(x, (x > 4).astype(float), ones)[0][0])  # it happens at large x
    assert np.isnan(threshold(np.zeros(10), (x > 4).astype(float), ones)[0][0])


def test_resamples_are_as_cells_repeated():
    x, share = cells(generator(2, "repeat"), 0.0, 3.0, 2)
    counts = resamples(generator(3, "repeat"), 60, 5)
    x0, slope = threshold(x, share, counts)
    for row, where, how in zip(counts.astype(int), x0, slope, strict=True):
        n = row.sum()
        alone = threshold(np.repeat(x, row), np.repeat(share, row), np.ones((1, n)))
        assert where == pytest.approx(alone[0][0], abs=1e-7)
        assert how == pytest.approx(alone[1][0], abs=1e-6)


@pytest.mark.parametrize("slope", [1.5, 4.0])
def test_the_interval_of_a_boundary_covers(slope):
    times, rng = 300, generator(4, "coverage", slope)
    held = 0
    for _ in range(times):
        x, share = cells(rng, 0.5, slope, 4)
        x0, _ = threshold(x, share, resamples(rng, 60, 200))
        low, high = interval(x0)
        held += low <= 0.5 <= high
    # Level missed by O(1/n) of the few cells near the boundary (here 60, a third of them mixed:
    # 1/20), and three standard errors of 300 trials.
    slack = 0.05 + 3 * np.sqrt(0.95 * 0.05 / times)
    assert held / times > 0.95 - slack
