"""The mean correlation of many pairs over networks of finite width, against sampled networks.

Networks are drawn in plain numpy, pairs as the study draws them; at the end, both as it does.
"""

import itertools
import math

import numpy as np
import pytest

from initatlas import theory
from initatlas.activations import ACTIVATIONS
from initatlas.rng import generator
from initatlas.stages.evaluation import prescribed_pairs
from initatlas.stages.initialize import initialize
from initatlas.stages.predictions import PREDICTIONS
from initatlas.theory.pointwise import phi
from tests.statistics.test_finite_width import weights
from tests.unit.stages import small

C0, INPUTS = 0.5, 64


def sampled(name, sigma_w2, sigma_b2, *, sizes, nets, pairs, ensemble="gaussian"):
    """The mean over pairs of ĉ, by net and hidden layer."""
    rng = generator(1, "correlations", name, sigma_w2, sigma_b2, *sizes, pairs, ensemble)
    points = prescribed_pairs(rng, pairs, sizes[0], sizes[0], C0)
    h = np.broadcast_to(points.T, (nets, *points.T.shape))
    found = []
    for n_in, n in itertools.pairwise(sizes):
        w = math.sqrt(sigma_w2) * weights(rng, (nets, n, n_in), ensemble)
        z = w @ h + math.sqrt(sigma_b2) * rng.standard_normal((nets, n, 1))
        a, b = z[:, :, 0::2], z[:, :, 1::2]
        norms = np.sqrt(np.sum(a**2, axis=1) * np.sum(b**2, axis=1))
        found.append((np.sum(a * b, axis=1) / norms).mean(axis=1))
        h = phi(ACTIVATIONS[name], z.copy())
    return np.stack(found, axis=1)


def predicted(name, sigma_w2, sigma_b2, *, sizes, pairs, ensemble="gaussian"):
    ones = np.ones(len(sizes))
    layers = theory.Layers(
        sigma_w2=sigma_w2 * ones, sigma_b2=sigma_b2 * ones, fan_in=np.array(sizes)
    )
    return theory.correlation_scatter(name, layers, 1.0, C0, pairs=pairs, ensemble=ensemble)[1:-1]


CASES = {
    "ReLU He": ("relu", 2.0, 0.0, "gaussian"),
    "ReLU orthogonal": ("relu", 2.0, 0.1, "orthogonal"),
    "tanh ordered": ("tanh", 1.0, 0.05, "gaussian"),
    "tanh chaotic": ("tanh", 3.0, 0.05, "gaussian"),
    "tanh odd": ("tanh", 3.0, 0.0, "gaussian"),
    "tanh orthogonal": ("tanh", 2.5, 0.05, "orthogonal"),
    "GELU": ("gelu", 1.6, 0.1, "gaussian"),
    "hard tanh": ("hard_tanh", 1.3, 0.05, "gaussian"),
}


@pytest.mark.parametrize("pairs", [1, 16])
@pytest.mark.parametrize("sizes", [(INPUTS, *[96] * 5), (INPUTS, 128, 96, 64, 128, 96)], ids=str)
@pytest.mark.parametrize("case", CASES)
def test_correlations_scatter_as_first_order_says(case, sizes, pairs):
    name, sigma_w2, sigma_b2, ensemble = CASES[case]
    nets = 400
    settings = {"sizes": sizes, "pairs": pairs, "ensemble": ensemble}
    found = sampled(name, sigma_w2, sigma_b2, nets=nets, **settings)
    beta = predicted(name, sigma_w2, sigma_b2, **settings)
    # χ² of 399: √(2/399) = 7 %, a little more for tails: 8 %; 4 of these. The next order is that
    # of one input relative, at most (2 + 5 (l − 1))/width of ReLU in layer l; half of it is seen.
    order = np.cumsum([2.0, 5, 5, 5, 5]) / np.array(sizes[1:])
    variance = found.var(axis=0, ddof=1)
    assert np.all(np.abs(variance - beta) <= (4 * 0.08 + order / 2) * beta)


def test_pairs_are_neither_independent_nor_one():
    """Of 16 pairs deep in ReLU: far more than a 16th, far less than one pair's variance.

    Theory says 0.22; of two variances of 2,000 networks the ratio is known to 5 %, and a third is
    room for the next order, of either sign.
    """
    settings = {"sizes": (INPUTS, *[96] * 5), "nets": 2000}
    one, many = (sampled("relu", 2.0, 0.0, pairs=p, **settings)[:, -1].var() for p in (1, 16))
    said = [
        predicted("relu", 2.0, 0.0, sizes=settings["sizes"], pairs=p)[-1] for p in (1, 16, 10**9)
    ]
    assert 2 / 16 < many / one < 1 / 2
    assert said[1] / said[0] == pytest.approx(0.22, abs=0.01)
    assert many / one == pytest.approx(said[1] / said[0], rel=0.33)
    assert said[2] == pytest.approx((16 * said[1] - said[0]) / 15, rel=1e-6)


def test_the_first_layer_is_fishers():
    """Var ĉ = (1 − c²)²/n of n Gaussian pairs, and of pairs apart a share."""
    for pairs in (1, 32):
        found = predicted("tanh", 2.0, 0.0, sizes=(INPUTS, 50, 50), pairs=pairs)[0]
        assert found == pytest.approx((1 - C0**2) ** 2 / 50 / pairs)


@pytest.mark.parametrize("scale", [0.2, 1.0])
def test_pairs_that_merge_have_no_scatter_left_but_a_sound_one(scale):
    """Relative to 1 − c it neither vanishes nor becomes noise, down to 1 − c = 1e-26."""
    depth, width = 40, 100
    layers = theory.uniform_layers(scale, 0.1, depth=depth, width=width)
    beta = theory.correlation_scatter("tanh", layers, 1.0, C0, pairs=1)[1:-1]
    gap = theory.depth_profile("tanh", layers, 1.0, C0).gap[1:-1]
    relative = beta / gap**2
    growth = np.diff(relative)
    assert np.all(relative > 0)
    # Once lengths have settled every layer multiplies 1 − c by a factor of the same scatter.
    np.testing.assert_allclose(growth[20:], growth[-1], rtol=0.05)


def test_points_without_length_have_no_correlation_to_scatter():
    layers = theory.uniform_layers(2.0, 0.0, depth=2, width=10)
    assert np.isnan(theory.correlation_scatter("relu", layers, 0.0, C0, pairs=2)[1:]).all()


def test_what_first_order_leaves_out_shrinks_as_1_over_width():
    """Relative errors of β in GELU's sixth layer: of three times the width a third."""
    errors = []
    for n in (24, 72):
        settings = {"sizes": (INPUTS, *[n] * 6), "pairs": 8}
        variance = sampled("gelu", 1.6, 0.1, nets=4000, **settings)[:, -1].var(ddof=1)
        errors.append(variance / predicted("gelu", 1.6, 0.1, **settings)[-1] - 1)
    # Of 4,000 networks a variance is known to 2.2 %.
    assert errors[0] < -0.12
    assert errors[1] == pytest.approx(errors[0] / 3, abs=4 * 0.022)


DATA, NETS = small.dataset(), 300  # in 12 dimensions
MEASUREMENT = {"dtype": "float64", "points": 4, "pairs": 24, "pair_correlation": C0}


def cell(activation, initializer, architecture="mlp"):
    return small.block(
        activation={"name": activation},
        architecture={"name": architecture},
        initializer={"name": initializer},
        depth=4,
        widths=[64],
        seeds=list(range(NETS)),
        measurement=MEASUREMENT,
    )


def profile(job):
    axes = {"architectures": [job["architecture"]], "initializers": [job["initializer"]]}
    grid = axes | {"depths": [job["depth"]], "widths": job["widths"]}
    table = PREDICTIONS["profiles"].compute(job | {"grids": [grid]}, DATA)
    return table.to_pandas().set_index("layer")


@pytest.mark.parametrize(
    ("activation", "initializer"),
    [("relu", "he_normal"), ("tanh", "glorot_uniform"), ("gelu", "torch_default")],
)
def test_bands_hold_95_percent_of_the_networks_that_a_study_measures(activation, initializer):
    job = cell(activation, initializer)
    rows, theory_says = initialize(job, DATA).to_pandas(), profile(job)
    assert theory_says.correlation_beta[0] == 0
    assert np.isnan(theory_says.correlation_beta[5])
    for layer in range(1, 5):
        found, said = rows[rows.layer == layer].correlation, theory_says.loc[layer]
        spread = 1.96 * math.sqrt(said.correlation_beta)
        inside = (found - said.correlation).abs() <= spread
        # Of 300 the binomial gives 1.3 %, 3 of these; a band that is 1.1 times too narrow, as the
        # next order may leave it, holds 92 %.
        assert inside.mean() >= 0.92 - 3 * 0.013, layer
        # χ² of 299: 8 %; 12 dimensions are few, above all for uniform weights, which vary less.
        ratio = found.var() / said.correlation_beta
        assert abs(ratio - 1) <= 4 * 0.08 + (2 + 5 * (layer - 1)) / 64 / 2, layer


def test_of_residual_networks_the_scatter_of_correlations_is_not_known():
    found = profile(cell("relu", "he_normal", "resmlp"))
    assert found.correlation.notna().any()
    assert found.correlation_beta.isna().all()
