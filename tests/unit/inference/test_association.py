"""Ranks against scipy, resamples against resampled arrays, and what is found against chance."""

import numpy as np
import pytest
from scipy import stats

from initatlas.inference.association import auc, dense_ranks, holm, kendall, rank_test, spearman
from initatlas.inference.resampling import interval, resamples
from initatlas.rng import generator


def tied(n: int, *address: str | int) -> tuple[np.ndarray, np.ndarray]:
    """Two related numbers of n cells with many ties, and infinities."""
    rng = generator(0, "association", *address)
    x = rng.integers(0, 8, n).astype(float)
    y = np.round(0.3 * x + rng.normal(size=n))
    x[:3] = np.inf
    y[1:4] = -np.inf
    return x, y


def repeated(values: np.ndarray, counts: np.ndarray) -> np.ndarray:
    return np.repeat(values, counts.astype(int))


@pytest.mark.parametrize("draw", range(5))
def test_correlations_of_every_resample_are_those_of_the_resampled_cells(draw):
    x, y = tied(40, draw)
    counts = resamples(generator(1, draw), 40, 20)
    codes = dense_ranks(np.stack([x, y]))
    rho = spearman(codes[:1], codes[1:], counts)[0, 0]
    tau = kendall(codes[:1], codes[1:], counts)[0, 0]
    for row, found_rho, found_tau in zip(counts, rho, tau, strict=True):
        a, b = repeated(codes[0], row), repeated(codes[1], row)
        assert found_rho == pytest.approx(stats.spearmanr(a, b).statistic, abs=1e-12)
        assert found_tau == pytest.approx(stats.kendalltau(a, b).statistic, abs=1e-12)


def test_the_area_is_the_share_of_pairs_in_the_right_order():
    x, y = tied(40, "area")
    positive = y > np.median(y)
    counts = resamples(generator(2, "area"), 40, 20)
    found = auc(dense_ranks(x)[None], positive, counts)[0]
    for row, value in zip(counts, found, strict=True):
        up, down = (repeated(dense_ranks(x)[s], row[s]) for s in (positive, ~positive))
        pairs = np.sign(up[:, None] - down)
        assert value == pytest.approx((pairs.mean() + 1) / 2, abs=1e-12)


def test_the_area_keeps_the_direction():
    x = np.arange(10.0)
    ones = np.ones((1, 10))
    assert auc(dense_ranks(x)[None], x >= 6, ones)[0, 0] == 1
    assert auc(dense_ranks(-x)[None], x >= 6, ones)[0, 0] == 0
    assert auc(np.zeros((1, 10), int), x >= 6, ones)[0, 0] == 0.5


def test_a_constant_has_no_correlation_and_one_class_has_no_area():
    x = dense_ranks(np.stack([np.zeros(6), np.arange(6.0)]))
    ones = np.ones((1, 6))
    assert np.isnan(spearman(x[:1], x[1:], ones)).all()
    assert np.isnan(kendall(x[:1], x[1:], ones)).all()
    assert np.isnan(auc(x[1:], np.ones(6, bool), ones)).all()


def test_infinity_is_the_largest_and_two_of_them_are_equal():
    assert dense_ranks(np.array([1.0, np.inf, -np.inf, np.inf, 5.0])).tolist() == [1, 3, 0, 3, 2]


def test_nan_has_no_rank():
    with pytest.raises(ValueError, match="NaN has no rank"):
        dense_ranks(np.array([1.0, np.nan]))


def test_many_predictors_at_once_are_as_each_alone():
    rng = generator(3, "many")
    x, y = dense_ranks(rng.normal(size=(4, 30))), dense_ranks(rng.integers(0, 4, (3, 30)))
    counts = resamples(rng, 30, 10)
    for statistic in (spearman, kendall):
        together = statistic(x, y, counts)
        for i in range(4):
            for j in range(3):
                alone = statistic(x[i : i + 1], y[j : j + 1], counts)[0, 0]
                np.testing.assert_allclose(together[i, j], alone, rtol=0, atol=1e-14)


def test_the_rank_test_is_that_of_scipy():
    rng = generator(4, "test")
    x, y = rng.normal(size=(2, 25))
    found = stats.spearmanr(x, y)
    ours = rank_test(np.array(found.statistic), np.array(25))
    assert ours == pytest.approx(found.pvalue, rel=1e-10)
    assert rank_test(np.array([1.0, np.nan]), np.array([25, 25])).tolist()[0] == 0
    assert np.isnan(rank_test(np.array(0.5), np.array(3)))


def test_holm_is_what_its_paper_says_and_passes_over_tests_that_were_not_made():
    p = np.array([0.01, np.nan, 0.04, 0.03, 0.005])
    np.testing.assert_allclose(holm(p), [0.03, np.nan, 0.06, 0.06, 0.02])


def test_the_bootstrap_covers():
    """95 % intervals of ρ hold the true ρ = (6/π) asin(r/2) of normal pairs."""
    times, cells, r = 400, 60, 0.6
    truth = 6 / np.pi * np.arcsin(r / 2)
    rng = generator(5, "coverage")
    held = 0
    for _ in range(times):
        x, y = rng.multivariate_normal([0, 0], [[1, r], [r, 1]], size=cells).T
        codes = dense_ranks(np.stack([x, y]))
        rho = spearman(codes[:1], codes[1:], resamples(rng, cells, 400))[0, 0]
        low, high = interval(rho)
        held += low <= truth <= high
    # The percentile interval misses its level by O(1/n), here up to 2/60; then the chance of 400
    # trials, three standard errors.
    slack = 3 * np.sqrt(0.95 * 0.05 / times)
    assert 0.95 - 2 / cells - slack < held / times < 0.95 + 2 / cells + slack


def test_an_interval_is_made_of_values_and_may_be_infinite():
    values = np.concatenate([[9.0], np.arange(100.0)])
    assert interval(values).tolist() == [2.0, 97.0]  # the 3rd and the 98th of a hundred
    assert interval(np.where(values > 90, np.inf, values))[1] == np.inf


def test_where_most_resamples_have_no_value_there_is_no_interval():
    few = np.concatenate([[1.0], np.arange(40.0), np.full(60, np.nan)])
    assert np.isnan(interval(few)).all()
    most = np.concatenate([[1.0], np.arange(60.0), np.full(40, np.nan)])
    assert interval(most).tolist() == [1.0, 58.0]
