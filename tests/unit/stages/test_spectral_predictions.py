"""What theory says of Jacobians and tangent kernels, for the data as it is fed in."""

import math

import numpy as np
import pytest
import torch

from initatlas import theory
from initatlas.stages.evaluation import data_of, evaluation_batch
from initatlas.stages.predictions.jacobian_density import JACOBIAN_DENSITY, TAIL, averaged
from initatlas.stages.predictions.kernel_condition import KERNEL_CONDITION, log_spectrum, spread
from tests.unit.stages.small import block, dataset, gridded

GAUSSIAN = {"name": "gaussian", "sigma_w2": [1.0, 3.0], "sigma_b2": [0.0]}


def job(activation, **changes):
    values = {
        "activation": {"name": activation},
        "architectures": [{"name": "mlp"}],
        "initializers": [{"name": "he_normal"}, {"name": "critical_orthogonal"}, GAUSSIAN],
        "depths": [1, 5],
        "widths": [24],
        "spectra": {"points": 2, "kernel_points": 6},
    }
    return gridded(block() | values | changes)


def inputs(settings, points):
    batch = evaluation_batch(settings, data_of(dataset(), torch.float64), 20)
    return batch.inputs[:points].numpy()


def densities(activation, **changes):
    return JACOBIAN_DENSITY.compute(job(activation, **changes), dataset()).to_pandas()


@pytest.mark.parametrize("name", ["linear", "relu", "hard_tanh"])
def test_a_density_and_its_masses_make_1(name):
    rows = densities(name)
    assert len(rows) == 2 * 4
    for row in rows.itertuples():
        inner = np.trapezoid(row.density, row.log_squared) if len(row.density) else 0.0
        # Where the tail goes on below the points that are kept, it falls as λ to the power of
        # 1/(depth + 1) at least, from TAIL of the peak: (depth + 1) · TAIL · peak of it are left.
        lost = 6 * TAIL * row.density.max() if len(row.density) else 0.0
        whole = inner + row.mass_at_zero + row.mass_at_top
        assert 1 - lost - 0.01 <= whole <= 1 + 0.01, row


@pytest.mark.parametrize("name", ["relu", "tanh"])
def test_moments_are_those_of_each_layers_own_lengths(name):
    settings = job(name)
    rows = densities(name)
    row = rows[(rows.initializer == "he_normal") & (rows.depth == 5)].iloc[0]
    q0 = (inputs(settings, 2) ** 2).mean(axis=1)
    layers = theory.uniform_layers(2.0, 0.0, depth=5, width=24, inputs=12)
    means, variances = [], []
    for q in theory.depth_profile(name, layers, q0).q:
        each = [theory.jacobian_moments(name, q[layer], 2.0, 1) for layer in range(1, 5)]
        means.append(math.prod(float(one.mean) for one in each))
        variances.append(sum(float(one.relative_variance) for one in each))
    assert row.log_mean == pytest.approx(math.log(np.mean(means)), rel=1e-10)
    assert row.relative_variance == pytest.approx(np.mean(variances), rel=1e-10)


def test_where_the_slope_is_not_0_or_1_there_are_moments_alone():
    rows = densities("tanh")
    deep = rows[rows.depth == 5]
    assert deep.density.isna().all()
    assert deep.mass_at_zero.isna().all()
    assert np.isfinite(deep[["log_mean", "relative_variance", "log_top"]]).all().all()


@pytest.mark.parametrize("name", ["linear", "tanh"])
def test_one_hidden_layer_is_an_isometry(name):
    rows = densities(name)
    one = rows[rows.depth == 1]
    assert (one.mass_at_top == 1).all()
    assert (one.log_top == 0).all()
    assert (one.relative_variance == 0).all()


def test_networks_without_weights_pass_nothing_on():
    dead = {"name": "gaussian", "sigma_w2": [0.0], "sigma_b2": [0.1]}
    rows = densities("relu", initializers=[dead], depths=[5])
    assert rows.log_mean.tolist() == [-math.inf]
    assert rows.density.isna().all()


def test_the_density_over_points_is_the_mean_of_theirs():
    one = theory.jacobian_density("relu", 1.0, 2.0, 3)
    two = theory.jacobian_density("relu", 1.0, 8.0, 3)  # the same, 3 ln 4 to the right
    found = averaged([one, two])
    places, density = np.array(found["log_squared"]), np.array(found["density"])
    parts = [np.interp(places, p.log_squared, p.density, left=0, right=0) for p in (one, two)]
    np.testing.assert_allclose(density, np.mean(parts, axis=0), rtol=1e-12)
    assert places[0] < one.log_squared.max() < two.log_squared.max()
    assert places[-1] == pytest.approx(two.log_squared.max())
    assert found["mass_at_zero"] == 0.5


def kernels(activation, **changes):
    return KERNEL_CONDITION.compute(job(activation, **changes), dataset()).to_pandas()


def test_condition_numbers_are_those_of_the_kernels_of_the_data():
    settings = job("tanh")
    rows = kernels("tanh")
    points = inputs(settings, 6)
    gram = points @ points.T / points.shape[1]
    for name, sigma_w2 in (("he_normal", 2.0), ("gaussian", 3.0)):
        chosen = rows[(rows.initializer == name) & (rows.sigma_w2 == sigma_w2)]
        assert set(chosen.depth) == {1, 2, 3, 4, 5}
        for row in chosen.itertuples():
            ntk = theory.kernel_matrices("tanh", sigma_w2, 0.0, row.depth, gram).ntk
            kappa = theory.condition_number(ntk)
            assert row.log_condition_number == pytest.approx(math.log(kappa), rel=1e-9)


def test_a_readout_that_is_not_square_has_its_own_variance():
    """Linear, glorot_normal, depth 1: K = w q and Θ = w₂ (K + K), with w₂ of 24 → 3 units."""
    rows = kernels("linear", initializers=[{"name": "glorot_normal"}], depths=[1])
    points = inputs(job("linear"), 6)
    first, readout = 2 / (12 + 24) * 12, 2 / (24 + 3) * 24
    largest = np.linalg.eigvalsh(2 * readout * first * points @ points.T / 12)[-1]
    assert rows.log_largest_eigenvalue[0] == pytest.approx(math.log(largest), rel=1e-10)


def test_phases_are_told_and_data_dependent_recipes_left_out():
    torch_default, lsuv = {"name": "torch_default"}, {"name": "lsuv"}
    rows = kernels("erf", initializers=[{"name": "critical"}, torch_default, lsuv, GAUSSIAN])
    assert set(rows.initializer) == {"critical", "torch_default", "gaussian"}
    phases = rows.groupby(["initializer", "sigma_w2"]).phase.unique()
    assert phases["critical"].iloc[0].tolist() == ["critical"]
    # At width 24 its biases have a variance; in wide layers they have none.
    assert phases["torch_default"].iloc[0].tolist() == ["collapsing"]
    assert phases["gaussian", 3.0].tolist() == ["chaotic"]


def test_kernels_out_of_range_have_no_condition_number():
    assert math.isnan(log_spectrum(np.zeros((3, 3)))[0])
    assert math.isnan(log_spectrum(np.full((3, 3), np.inf))[0])
    assert log_spectrum(np.ones((3, 3)))[0] == math.inf


def test_depths_are_spread_and_hold_those_that_are_measured():
    depths = spread([4, 17, 64])
    assert {1, 4, 17, 64} <= set(depths)
    assert depths == sorted(set(depths))
    assert len(depths) < 30
    assert spread([1]) == [1]
