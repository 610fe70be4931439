"""Means, errors, and what was not finite: against numpy, and at the edges of floating point."""

import math

import numpy as np
import pyarrow as pa
import pytest

from initatlas.reducers.over_seeds import Groups, summarize, summary_fields
from initatlas.tables import column


def field(name: str) -> pa.Field:
    return column(name, pa.float64(), "1", "a test")


def summary(values: list, name: str = "q", groups: list | None = None) -> dict:
    """The summary of one statistic, one list a column."""
    keys = groups or ["a"] * len(values)
    rows = pa.table({"cell": keys, name: pa.array(values, pa.float64())})
    return summarize(rows, ["cell"], [field(name)]).to_pydict()


def test_mean_and_error_are_numpys():
    values = [1.0, 2.5, 4.0, 0.5]
    found = summary(values)
    assert found["n_seeds"] == [4]
    assert found["q_mean"][0] == pytest.approx(np.mean(values), rel=1e-15)
    # Two ways to add four numbers: a few roundings apart.
    assert found["q_se"][0] == pytest.approx(np.std(values, ddof=1) / 2, rel=1e-14)
    assert found["q_geomean"][0] == pytest.approx(np.exp(np.mean(np.log(values))), rel=1e-14)
    assert found["q_log_se"][0] == pytest.approx(np.std(np.log(values), ddof=1) / 2, rel=1e-14)


def test_what_is_not_finite_is_counted_and_the_rest_summed_up():
    found = summary([1.0, 3.0, math.nan, math.inf])
    assert found["q_n_finite"] == [2]
    assert found["n_seeds"] == [4]
    assert found["q_mean"] == [2.0]
    assert found["q_se"] == [1.0]


@pytest.mark.parametrize(
    ("values", "mean"),
    [([math.inf] * 2, math.inf), ([-math.inf], -math.inf), ([math.nan, math.inf], math.nan)],
)
def test_a_cell_without_a_finite_value_says_what_became_of_it(values, mean):
    found = summary(values, "correlation")
    assert found["correlation_n_finite"] == [0]
    assert found["correlation_mean"] == pytest.approx([mean], nan_ok=True)
    assert math.isnan(found["correlation_se"][0])


def test_one_network_has_a_mean_but_no_error():
    found = summary([7.0])
    assert found["q_mean"] == [7.0]
    assert math.isnan(found["q_se"][0])


def test_a_statistic_that_a_layer_does_not_have_is_null_throughout():
    found = summary([None, None, 1.0, 2.0], groups=["input", "input", "hidden", "hidden"])
    for name in ("q_mean", "q_se", "q_n_finite", "q_geomean", "q_log_se"):
        assert found[name][0] is None
        assert found[name][1] is not None


def test_a_zero_makes_the_geometric_mean_zero():
    found = summary([0.0, 1.0, 2.0])
    assert found["q_geomean"] == [0.0]
    assert math.isnan(found["q_log_se"][0])
    assert found["q_mean"] == [1.0]


@pytest.mark.parametrize("size", [1e-300, 1e300])
def test_values_at_the_ends_of_floating_point_do_not_overflow(size):
    found = summary([1.0 * size, 2.0 * size, 3.0 * size])
    # 1 / √3, the standard error of 1, 2, 3, at any scale.
    assert found["q_mean"][0] / size == pytest.approx(2, rel=1e-14)
    assert found["q_se"][0] / size == pytest.approx(1 / math.sqrt(3), rel=1e-14)
    assert found["q_geomean"][0] / size == pytest.approx(6 ** (1 / 3), rel=1e-12)


@pytest.mark.parametrize("shift", [-2000.0, 0.0, 2000.0])
def test_log_mean_exp_is_the_logarithm_of_the_mean_and_does_not_overflow(shift):
    values = [0.0, math.log(3.0)]  # e⁰ and 3: mean 2
    found = summary([v + shift for v in values], "log_delta_norm2")
    assert found["log_delta_norm2_logmeanexp"][0] - shift == pytest.approx(math.log(2), abs=1e-12)


def test_log_mean_exp_takes_a_zero_for_a_zero_and_passes_an_explosion_on():
    zero = summary([-math.inf, math.log(4.0)], "log_delta_norm2")
    assert zero["log_delta_norm2_logmeanexp"][0] == pytest.approx(math.log(2), abs=1e-15)
    assert zero["log_delta_norm2_n_finite"] == [1]
    assert summary([-math.inf] * 2, "log_x")["log_x_logmeanexp"] == [-math.inf]
    assert summary([0.0, math.inf], "log_x")["log_x_logmeanexp"] == [math.inf]
    assert math.isnan(summary([math.nan], "log_x")["log_x_logmeanexp"][0])


def test_rows_that_agree_in_nan_are_one_group_and_groups_keep_their_order():
    rows = pa.table({"a": ["y", "x", "y", "x"], "b": [math.nan, 1.0, math.nan, 2.0]})
    groups = Groups.by(rows, ["a", "b"])
    assert groups.sizes.tolist() == [2, 1, 1]
    assert groups.firsts.tolist() == [0, 1, 3]


def test_the_order_of_networks_does_not_matter():
    values = np.random.default_rng(0).lognormal(size=9).tolist()
    one, other = summary(values), summary(values[::-1])
    for name in set(one) - {"cell"}:
        # Sums in another order differ in the last bits.
        assert one[name] == pytest.approx(other[name], rel=1e-13)


def test_every_summary_has_a_field_with_unit_and_definition():
    for name in ("q", "correlation", "log_delta_norm2"):
        fields = summary_fields(field(name))
        produced = set(summary([1.0, 2.0], name)) - {"cell", "n_seeds"}
        assert {f.name for f in fields} == produced
        assert all(f.metadata[b"unit"] and f.metadata[b"definition"] for f in fields)
