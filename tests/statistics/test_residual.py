"""Residual MLPs, measured as studies measure them, against the recursion of wide ones.

Tolerances: 4 standard errors over networks, and the relative O(blocks/width) by which finite width
biases a mean; a gradient's mean also by classes/width, as it depends on the readout that it passes.
"""

import numpy as np
import pytest

from initatlas.stages.initialize import initialize
from initatlas.stages.predictions import PREDICTIONS
from tests.unit.stages import small

WIDTH, NETS, CLASSES = 128, 24, 3
DATA = small.dataset()
# Theory summarizes lengths by 16 means: of as many points each, to be compared exactly.
MEASUREMENT = {"dtype": "float64", "points": 32, "pairs": 4, "pair_correlation": 0.5}
RESMLP = {"name": "resmlp"}
CASES = [
    ("relu", "he_normal", 8),
    ("relu", "scaled_branch", 33),
    ("tanh", "lecun_normal", 33),
    ("tanh", "scaled_branch", 33),
    ("tanh", "critical", 16),
    ("gelu", "orthogonal", 6),
]


def measured(activation, initializer, depth, nets=NETS):
    job = small.block(
        architecture=RESMLP,
        initializer={"name": initializer},
        activation={"name": activation},
        depth=depth,
        widths=[WIDTH],
        seeds=list(range(nets)),
        measurement=MEASUREMENT,
    )
    rows = initialize(job, DATA).to_pandas()
    readout = rows[rows.layer == depth + 1].set_index("seed").log_delta_norm2
    return rows.assign(log_delta_gain=rows.log_delta_norm2 - rows.seed.map(readout))


def predicted(activation, initializer, depth):
    job = small.block(activation={"name": activation}, measurement=MEASUREMENT)
    grid = {
        "architectures": [RESMLP],
        "initializers": [{"name": initializer}],
        "depths": [depth],
        "widths": [WIDTH],
    }
    return (
        PREDICTIONS["profiles"]
        .compute(job | {"grids": [grid]}, DATA)
        .to_pandas()
        .set_index("layer")
    )


@pytest.mark.parametrize(("activation", "initializer", "depth"), CASES)
def test_every_row_of_wide_networks_is_the_recursions(activation, initializer, depth):
    rows = measured(activation, initializer, depth)
    expected = predicted(activation, initializer, depth)
    bias = (depth + CLASSES) / WIDTH
    for name in ("q", "correlation", "activation_mean", "activation_variance", "gradient"):
        values = np.exp(rows.log_delta_gain) if name == "gradient" else rows[name]
        theory = np.exp(expected.log_delta_gain) if name == "gradient" else expected[name]
        by_layer = values.groupby(rows.layer)
        error = by_layer.std() / np.sqrt(NETS)
        scale = theory.abs()
        if name == "correlation":
            scale = 1.0
        elif name == "activation_mean":  # of as many units, with the scatter of a unit's own
            scale = np.sqrt(expected.activation_variance + theory**2)
        distance = (by_layer.mean() - theory).abs()
        known = theory.notna() & by_layer.mean().notna()
        assert known.sum() >= depth - 1
        within = distance <= 4 * error + bias * scale
        assert within[known].all(), (name, distance[known & ~within])


def growth(activation, initializer, depth):
    """Mean over networks of ln ‖δ‖² at row 1 … depth, less that at row depth, and its error."""
    rows = measured(activation, initializer, depth)
    table = rows.pivot(index="seed", columns="layer", values="log_delta_norm2")
    table = table.loc[:, 1:depth].sub(table[depth], axis=0)
    return table.mean().to_numpy(), (table.std() / np.sqrt(NETS)).to_numpy()


def test_relus_gradients_grow_exponentially():
    """By 1 + σ_v² σ_w²/2 = 3 a block with He's variances."""
    depth = 9
    mean, error = growth("relu", "he_normal", depth)
    blocks = np.arange(depth - 1, -1, -1)
    # ln of a mean and the mean of ln differ by half the variance, O(1/width) a block.
    assert np.all(np.abs(mean - blocks * np.log(3)) <= 4 * error + 4 * blocks / WIDTH)
    assert np.log(3) - 2 * (4 / WIDTH) > 1  # so that a factor of e could be told apart


def test_tanhs_gradients_grow_as_the_exponential_of_the_square_root_of_depth():
    """Ln growth from row l to row l' goes as (8/(3 √(2π))) (√l' − √l) where the stream is long."""
    depth = 64
    mean, error = growth("tanh", "lecun_normal", depth)
    rows = np.arange(1, depth + 1)
    late = rows >= 16
    slope, _ = np.polyfit(-np.sqrt(rows[late]), mean[late], 1)
    recursion = predicted("tanh", "lecun_normal", depth).log_delta_gain[rows].to_numpy()
    theirs, _ = np.polyfit(-np.sqrt(rows[late]), recursion[late], 1)
    # Over the fit's span √64 − √16 = 4: what the mean scatters by, and by which the mean of ln is
    # below ln of the mean, half the variance over networks.
    error, variance = error[15], NETS * error[15] ** 2
    assert abs(slope - theirs) <= (4 * error + variance / 2) / 4
    # The stream starts at p = 1 and not at 0, and its φ² falls short of 1 by a power of 1/√l.
    assert theirs == pytest.approx(8 / (3 * np.sqrt(2 * np.pi)), rel=0.15)
    # An exponential would make the second half's growth as large as 48/15 of the first's.
    assert (mean[15] - mean[63]) / (mean[0] - mean[15]) < 1.6


@pytest.mark.parametrize("activation", ["relu", "tanh"])
def test_branches_scaled_by_depth_keep_stream_and_gradients_finite(activation):
    """(1 + σ_v² σ_w² E[φ′²]/L)^L < e² for He's variances of 2 and slopes of at most 1/2, as ReLU's.

    Of tanh E[φ′²] <= 1: e⁴ at most.
    """
    bound = {"relu": 2.0, "tanh": 4.0}[activation]
    at = {}
    for depth in (17, 65):
        mean, error = growth(activation, "scaled_branch", depth)
        assert mean[0] <= bound + 4 * error[0]
        at[depth] = mean[0], error[0]
    scatter = np.hypot(at[17][1], at[65][1])
    # Four times the depth changes (1 + x/L)^L by x²/2L at most: 16/(2 · 16).
    assert abs(at[65][0] - at[17][0]) <= bound**2 / 32 + 4 * scatter


@pytest.mark.parametrize("initializer", ["zero_branch", "skip_init", "fixup"])
def test_where_branches_are_zero_the_network_is_the_stream_unchanged(initializer):
    rows = measured("relu", initializer, 12, nets=2).set_index(["seed", "layer"])
    stream = rows.loc[(slice(None), slice(1, 12)), :]
    for name in ("q", "correlation", "preactivation_kurtosis"):
        assert (stream[name].groupby("seed").nunique() == 1).all()
    if initializer == "fixup":
        assert (rows.q.xs(13, level="layer") == 0).all()
        assert np.isneginf(stream.log_delta_norm2).all()
    else:
        # Every row divides δ by its largest entry, and adds the logarithm back: ε a row.
        spread = stream.log_delta_norm2.groupby("seed").agg(np.ptp)
        assert (spread < 1e-12).all()
        assert np.isfinite(spread).all()
