"""Planted weights are found, what helps nothing gets none, and the optimum is one."""

import numpy as np
import pytest
from scipy.special import expit

from initatlas.inference.nonnegative_logistic import fit
from initatlas.rng import generator

ONES = np.ones(4000)


def planted(slopes: np.ndarray, intercept: float = 3.0) -> tuple[np.ndarray, np.ndarray]:
    rng = generator(0, "planted", *slopes.tolist())
    x = rng.exponential(2.0, size=(4000, len(slopes))) ** 2
    return x, rng.binomial(1, expit(intercept - x @ slopes)).astype(float)


def test_planted_weights_are_found():
    truth = np.array([0.5, 0.1])
    x, share = planted(truth)
    found = fit(x, share, ONES)
    p = expit(3.0 - x @ truth)
    design = np.column_stack([np.ones(4000), -x])
    error = np.sqrt(np.diag(np.linalg.inv((design.T * (p * (1 - p))) @ design)))
    assert abs(found.intercept - 3.0) < 4 * error[0]
    assert (np.abs(found.slopes - truth) < 4 * error[1:]).all()


def test_what_helps_is_given_no_weight():
    x, share = planted(np.array([0.5, -0.1]))
    found = fit(x, share, ONES)
    assert found.slopes[0] > 0
    assert found.slopes[1] == 0


def test_the_optimum_meets_its_conditions():
    x, share = planted(np.array([0.3, 0.0, 0.05]))
    found = fit(x, share, ONES)
    residual = expit(found.intercept - x @ found.slopes) - share
    assert residual.mean() == pytest.approx(0, abs=1e-4)  # of the ridge, 1e-6 · a, and rounding
    slope_gradient = -(x * residual[:, None]).mean(axis=0) / np.median(x, axis=0)
    free = found.slopes > 0
    assert np.abs(slope_gradient[free]).max() < 1e-4
    assert (slope_gradient[~free] > -1e-4).all()


def test_cells_that_are_parted_without_a_mistake_have_a_finite_answer():
    x = np.linspace(0, 10, 50)[:, None]
    found = fit(x, (x[:, 0] < 4).astype(float), np.ones(50))
    assert np.isfinite(found.intercept)
    last, first = x[x < 4].max(), x[x >= 4].min()
    assert last < found.intercept / found.slopes[0] < first


def test_counts_are_cells_repeated():
    x, share = planted(np.array([0.5, 0.1]))
    counts = generator(1, "counts").integers(0, 3, 4000)
    one = fit(x, share, counts.astype(float))
    other = fit(np.repeat(x, counts, 0), np.repeat(share, counts), np.ones(counts.sum()))
    # Both end where the loss changes by less than 1e-15 of itself: roots of that in the weights.
    np.testing.assert_allclose(one.slopes, other.slopes, rtol=1e-4)
    assert one.log_likelihood == pytest.approx(other.log_likelihood, abs=1e-8)
