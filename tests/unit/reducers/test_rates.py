"""Growth per layer and where it crosses zero: against networks whose growth is known."""

import math

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from initatlas.confidence import differ, half_width
from initatlas.reducers.crossings import crossing
from initatlas.reducers.crossings import reduce as zeros_of
from initatlas.reducers.rates import reduce
from initatlas.tables import INITIALIZATION, Statistic
from initatlas.tables.reduced import RATES

STATISTICS = [
    Statistic(name=name, unit="1", definition="a test").field()
    for name in ("q", "log_delta_norm2", "correlation")
]


def cell(growth: dict[float, float], seeds: int = 3, depth: int = 5) -> pa.Table:
    """Networks of which σ_w² multiplies q by e^growth a layer, and the gradient by e^−growth."""
    rows = [
        {
            "study": "s",
            "dataset": "d",
            "architecture": "mlp",
            "initializer": "gaussian",
            "activation": "relu",
            "depth": depth,
            "width": 8,
            "seed": seed,
            "sigma_w2": sigma_w2,
            "sigma_b2": 0.0,
            "layer": layer,
            "q": math.exp((rate + seed / 100) * layer),
            "log_delta_norm2": None if layer == 0 else -rate * layer,
            "correlation": 0.5 + 0.05 * layer,
        }
        for seed in range(seeds)
        for sigma_w2, rate in growth.items()
        for layer in range(depth + 2)
    ]
    return pa.Table.from_pylist(rows, schema=INITIALIZATION.schema(STATISTICS))


def test_rates_are_the_growth_per_layer_in_the_direction_of_travel():
    found = reduce(cell({2.0: 0.3})).to_pylist()[0]
    # Seeds grow at 0.30, 0.31, 0.32 a layer.
    assert found["forward_rate_mean"] == pytest.approx(0.31, abs=1e-14)
    assert found["forward_rate_se"] == pytest.approx(0.01 / math.sqrt(3), abs=1e-14)
    assert found["backward_rate_mean"] == pytest.approx(0.3, abs=1e-14)
    assert found["correlation_input_mean"] == pytest.approx(0.5, abs=1e-15)
    assert found["correlation_change_mean"] == pytest.approx(0.25, abs=1e-15)
    assert found["n_seeds"] == 3


def test_rows_in_any_order_give_the_same_rates():
    table = cell({0.5: -1.0, 2.0: 0.3})
    shuffled = table.take(pa.array(np.random.default_rng(0).permutation(table.num_rows)))
    one = reduce(table).to_pandas().set_index("sigma_w2").sort_index()
    other = reduce(shuffled).to_pandas().set_index("sigma_w2").sort_index()
    pd.testing.assert_frame_equal(one, other, rtol=1e-12)


def test_a_network_of_one_layer_has_no_rate():
    found = reduce(cell({2.0: 0.3}, depth=1)).to_pylist()[0]
    assert found["forward_rate_n_finite"] == 0
    assert math.isnan(found["forward_rate_mean"])


def sweep(sigma_w2: list[float], rate: list[float], error: float = 0.01) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "sigma_w2": sigma_w2,
            "n_seeds": 8,
            "forward_rate_mean": rate,
            "forward_rate_se": error,
            "forward_rate_n_finite": 8,
        }
    )


def test_a_scale_free_activation_crosses_zero_exactly_where_its_rate_says():
    values = [0.5, 1.0, 1.5, 3.0]
    found = crossing(sweep(values, [math.log(v / 2) for v in values]), "forward_rate")
    assert found["sigma_w2"] == pytest.approx(2, rel=1e-14)
    # Its rate is a straight line in ln σ_w², so that only the error of the mean is left.
    reach = half_width(np.array(0.01), np.array(8))
    assert found["low"] == pytest.approx(2 * math.exp(-reach), rel=1e-12)
    assert found["high"] == pytest.approx(2 * math.exp(reach), rel=1e-12)
    assert found["n_crossings"] == 1


@pytest.mark.parametrize("bend", [-0.4, 0.4])
def test_the_interval_covers_the_zero_of_a_curve_that_is_no_straight_line(bend):
    values = np.array([0.5, 1.0, 1.6, 3.0, 5.0])
    x = np.log(values / 2)
    found = crossing(sweep(values.tolist(), (x + bend * x**2).tolist(), 1e-6), "forward_rate")
    assert found["low"] < 2 < found["high"]
    assert found["high"] / found["low"] < 1.5


def test_a_rate_that_keeps_its_sign_has_no_zero():
    found = crossing(sweep([1.0, 2.0], [-0.2, -0.1]), "forward_rate")
    assert math.isnan(found["sigma_w2"])
    assert found["n_crossings"] == 0
    assert (found["swept_from"], found["swept_to"]) == (1.0, 2.0)


def test_a_second_crossing_is_counted():
    found = crossing(sweep([1.0, 2.0, 4.0], [-0.2, 0.2, -0.2]), "forward_rate")
    assert found["n_crossings"] == 2
    assert found["sigma_w2"] == pytest.approx(math.sqrt(2), rel=1e-12)


def test_points_without_a_finite_rate_are_passed_over():
    values = [0.0, 1.0, math.e, math.e**2]
    found = crossing(sweep(values, [-math.inf, -1.0, math.nan, 1.0]), "forward_rate")
    assert found["sigma_w2"] == pytest.approx(math.e, rel=1e-12)


def test_only_sweeps_have_zeros():
    rates = reduce(cell({2.0: 0.3}))
    assert zeros_of(rates).num_rows == 0
    rates = reduce(cell({1.0: -0.3, 2.0: 0.3}))
    assert [row["direction"] for row in zeros_of(rates).to_pylist()] == ["forward", "backward"]
    assert RATES.grain


def test_half_widths_cover_the_truth_as_often_as_they_say():
    rng = np.random.default_rng(7)
    n, trials = 4, 20_000
    draws = rng.normal(size=(trials, n))
    error = draws.std(axis=1, ddof=1) / math.sqrt(n)
    covered = np.abs(draws.mean(axis=1)) <= half_width(error, np.full(trials, n))
    # 4 standard errors of a share of 0.95 in 20,000 trials.
    assert abs(covered.mean() - 0.95) < 4 * math.sqrt(0.95 * 0.05 / trials)


def test_means_without_a_difference_seldom_differ():
    rng = np.random.default_rng(8)
    n, trials = 6, 1000
    hits = 0
    for _ in range(trials):
        draws = rng.normal(size=(4, n))
        errors = draws.std(axis=1, ddof=1) / math.sqrt(n)
        hits += differ(draws.mean(axis=1), errors, np.full(4, n))
    # At most 5 %, plus 4 standard errors; Bonferroni keeps below it.
    assert hits / trials < 0.05 + 4 * math.sqrt(0.05 * 0.95 / trials)


def test_a_mean_that_scatters_more_is_not_judged_by_the_steadiness_of_the_other():
    rng = np.random.default_rng(9)
    n, trials, families = 6, 4000, 15
    draws = rng.normal(size=(trials, 2, n)) * np.array([1.0, 0.01])[:, None]
    means, errors = draws.mean(axis=2), draws.std(axis=2, ddof=1) / math.sqrt(n)
    pairs = zip(means, errors, strict=True)
    hits = sum(differ(*pair, np.full(2, n), families=families) for pair in pairs)
    level = 0.05 / families
    # Of 10 degrees of freedom, as if both scattered alike, Student's t finds 0.0123 here.
    assert hits / trials < level + 4 * math.sqrt(level / trials) < 0.0123


def test_a_difference_of_ten_errors_is_seen():
    assert differ(np.array([0.0, 10.0]), np.ones(2), np.full(2, 8))
    assert not differ(np.array([0.0, 10.0]), np.ones(2), np.full(2, 8), families=10**9)
    assert not differ(np.array([0.0]), np.ones(1), np.full(1, 8))
