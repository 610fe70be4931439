"""Theory of the cells of the fair protocol: closed forms, and NaN where it has no say."""

import math

import numpy as np
import pytest

from initatlas.stages.predictions import PREDICTIONS
from tests.unit.stages.test_predictions import DATA, job

NUMBERS = [
    field.name
    for field in PREDICTIONS["trainability_theory"].table.columns
    if field.name != "phase"
][9:]


def cells(activation, *initializers, prediction="trainability_theory", **changes):
    named = [{"name": i} if isinstance(i, str) else i for i in initializers]
    whole = job(activation, initializers=named, **changes)
    return PREDICTIONS[prediction].compute(whole, DATA).to_pandas()


def gaussian(*sigma_w2):
    return {"name": "gaussian", "sigma_w2": list(sigma_w2), "sigma_b2": [0.0]}


@pytest.mark.parametrize("prediction", ["trainability_theory", "map_theory"])
def test_he_keeps_relu_stable_and_scatters_as_hanin_and_nica_say(prediction):
    rows = cells("relu", "he_normal", prediction=prediction, depths=[2, 12]).set_index("depth")
    for name in ("forward_stability", "gradient_stability"):
        np.testing.assert_allclose(rows[name], 0, atol=1e-12)
    assert (rows.phase == "critical").all()
    assert np.isinf(rows.xi_grad).all()
    for depth in (2, 12):
        # κ = 5 a layer behind the first, which adds its own 2/n; s² of each layer has variance 2.
        assert rows.beta[depth] == pytest.approx((5 * (depth - 1) + 2) / 24, abs=1 / 24)
        assert rows.jacobian_variance[depth] == pytest.approx(2 * (depth - 1))


@pytest.mark.parametrize("sigma_w2", [0.5, 1.0, 3.0])
def test_relu_changes_signal_and_gradient_by_half_its_variance_a_layer(sigma_w2):
    (row,) = cells("relu", gaussian(sigma_w2), depths=[9]).itertuples()
    expected = 8 * abs(math.log(sigma_w2 / 2))
    assert row.forward_stability == pytest.approx(expected)
    assert row.gradient_stability == pytest.approx(expected)
    assert row.chi_1 == pytest.approx(sigma_w2 / 2)
    assert row.xi_grad == pytest.approx(1 / abs(math.log(sigma_w2 / 2)))


def test_orthogonal_linear_networks_have_an_isometry_and_gaussian_ones_do_not():
    orthogonal = {
        "name": "turned", "distribution": "orthogonal", "mode": "fan_in",
        "sigma_w2": [1.0], "sigma_b2": [0.0],
    }  # fmt: skip
    rows = cells("linear", orthogonal, gaussian(1.0), depths=[7]).set_index("initializer")
    assert rows.jacobian_variance["turned"] == pytest.approx(0, abs=1e-12)
    assert rows.jacobian_variance["gaussian"] == pytest.approx(6)
    assert rows.forward_stability["turned"] == pytest.approx(0, abs=1e-12)


def test_one_hidden_layer_has_nothing_to_lose():
    (row,) = cells("tanh", gaussian(4.0), depths=[1]).itertuples()
    assert row.forward_stability == row.gradient_stability == row.jacobian_variance == 0
    assert row.phase == "chaotic"


def test_the_kernels_condition_is_that_of_each_depth_though_computed_once():
    both = cells("relu", "he_normal", depths=[2, 6]).set_index("depth")
    for depth in (2, 6):
        (alone,) = cells("relu", "he_normal", depths=[depth]).itertuples()
        assert both.log_ntk_condition_number[depth] == alone.log_ntk_condition_number
    assert both.log_ntk_condition_number[2] != both.log_ntk_condition_number[6]


def test_where_the_data_decides_theory_has_no_say():
    (row,) = cells("relu", "lsuv", depths=[3]).to_dict("records")
    assert row["phase"] == ""
    assert all(math.isnan(row[name]) for name in NUMBERS)


def test_normalized_networks_have_rows_without_numbers_and_residual_ones_their_recursion():
    normalized = {"name": "mlp_ln", "base": "mlp", "normalization": "layer_norm"}
    kinds = [{"name": "mlp"}, normalized, {"name": "resmlp"}]
    rows = cells("tanh", gaussian(1.5), depths=[4], architectures=kinds).set_index("architecture")
    assert rows.loc["mlp", NUMBERS].notna().all()
    assert rows.loc["mlp_ln", NUMBERS].isna().all()
    residual = rows.loc["resmlp"]
    assert residual.forward_stability > 0
    assert residual.gradient_stability > 0
    assert math.isnan(residual.xi_c)
    assert residual.phase == ""


def test_every_cell_has_a_row_once():
    rows = cells("tanh", "he_normal", gaussian(0.5, 2.0), "lsuv", depths=[2, 5], widths=[8, 24])
    assert len(rows) == (1 + 2 + 1) * 2 * 2
    keys = list(PREDICTIONS["trainability_theory"].table.grain)
    assert not rows.duplicated(keys).any()
