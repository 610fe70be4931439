"""Convolutional networks, measured as studies measure them, against theory of many channels.

Tolerances: 4 standard errors over networks, and the relative O(layers/channels) by which few
channels bias a mean; a gradient's mean also by classes/channels, as it depends on the readout.
"""

import math
from pathlib import Path

import numpy as np
import pytest
import torch

from initatlas.activations import ACTIVATIONS
from initatlas.initializers import INITIALIZERS
from initatlas.networks import Network, sample
from initatlas.networks.circular import by_position
from initatlas.networks.cnn import CNN
from initatlas.stages.initialize import initialize
from initatlas.stages.predictions import PREDICTIONS
from initatlas.stages.prepare import prepare
from tests.unit.stages import small

DIGITS = prepare({"study": "s", "seed": 1, "dataset": {"name": "digits"}}, Path("no cache"))[0]
IMAGES = {"dataset": {"name": "digits"}, "input_shape": [1, 8, 8]}
MEASUREMENT = {"dtype": "float64", "points": 16, "pairs": 16, "pair_correlation": 0.5}
ARCHITECTURE = {"name": "cnn"}
CHANNELS, NETS, CLASSES = 48, 10, 10


def measured(activation, initializer, depth, nets=NETS, channels=CHANNELS):
    job = small.block(
        **IMAGES,
        architecture=ARCHITECTURE,
        initializer={"name": initializer},
        activation={"name": activation},
        depth=depth,
        widths=[channels],
        seeds=list(range(nets)),
        measurement=MEASUREMENT,
    )
    rows = initialize(job, DIGITS).to_pandas()
    readout = rows[rows.layer == depth + 1].set_index("seed").log_delta_norm2
    return rows.assign(log_delta_gain=rows.log_delta_norm2 - rows.seed.map(readout))


def predicted(activation, initializer, depth):
    job = small.block(**IMAGES, activation={"name": activation}, measurement=MEASUREMENT)
    axes = {
        "architectures": [ARCHITECTURE],
        "initializers": [{"name": initializer}],
        "depths": [depth],
        "widths": [CHANNELS],
    }
    return (
        PREDICTIONS["profiles"]
        .compute(job | {"grids": [axes]}, DIGITS)
        .to_pandas()
        .set_index("layer")
    )


CASES = [
    ("relu", "he_normal"),
    ("tanh", "critical"),
    ("tanh", "delta_orthogonal"),
    ("gelu", "critical_orthogonal"),
    ("sigmoid", "glorot_normal"),
]


@pytest.mark.parametrize(("activation", "initializer"), CASES)
def test_every_layer_of_many_channels_is_the_recursion_over_positions(activation, initializer):
    depth = 6
    rows = measured(activation, initializer, depth)
    expected = predicted(activation, initializer, depth)
    bias = (depth + CLASSES) / CHANNELS
    for name in ("q", "activation_mean", "activation_variance", "gradient"):
        values = np.exp(rows.log_delta_gain) if name == "gradient" else rows[name]
        theory = np.exp(expected.log_delta_gain) if name == "gradient" else expected[name]
        by_layer = values.groupby(rows.layer)
        scale = theory.abs()
        if name == "activation_mean":  # of as many units, with the scatter of a unit's own
            scale = np.sqrt(expected.activation_variance + theory**2)
        distance = (by_layer.mean() - theory).abs()
        known = theory.notna() & by_layer.mean().notna()
        assert known.sum() >= depth
        within = distance <= 4 * by_layer.std() / np.sqrt(NETS) + bias * scale
        assert within[known].all(), (name, distance[known & ~within])
    assert expected.correlation.isna().all()


def test_gaussian_kernels_lose_the_spatial_modes_and_delta_orthogonal_ones_keep_them():
    """tanh at criticality, 64 layers: what is left of them is the scatter of few channels.

    A squared distance is a sum over channels, of relative variance 2/channels where these are
    independent: a share of (2/C)/(1 + 2/C) even where the expected distance is the same at every
    position. That of the slowest mode has decayed by λ^(2·64) = 10⁻¹² with λ = (1 + √2)/3.
    """
    channels, depth, nets = 24, 64, 2
    floor = (2 / channels) / (1 + 2 / channels)
    shares = {
        name: measured("tanh", name, depth, nets, channels).groupby("layer").spatial_share.mean()
        for name in ("critical", "critical_orthogonal", "delta_orthogonal")
    }
    for name in ("critical", "critical_orthogonal"):
        # Pairs of one network share its kernels; between positions, neighbours are alike.
        assert shares[name][[32, 48, 64]].max() < 2 * floor
        assert shares[name][1] > 4 * floor
    kept = shares["delta_orthogonal"]
    assert kept[1] == pytest.approx(kept[0], rel=1e-9)
    assert kept[64] > 0.6 * kept[0]
    assert kept[64] > 4 * shares["critical"][64]


def profiles(initializer, depth, nets, channels):
    """D(p) of one pair of images in each layer of linear networks, (layer, net, position)."""
    shapes = CNN.shapes((1, 8, 8), channels, depth, CLASSES)
    facts = {"architecture": "cnn", "initializer": initializer, "activation": "linear"}
    networks = [
        Network(**facts, depth=depth, width=channels, seed=seed, sigma_w2=1.0, sigma_b2=0.0)
        for seed in range(nets)
    ]
    ensemble = sample(3, networks, INITIALIZERS[initializer], shapes, torch.float64)
    pair = torch.zeros(2, 64, dtype=torch.float64)
    pair[0, :27], pair[1, 40:45] = 1.0, 2.0
    space = CNN.workspace(ensemble, 2)
    CNN.forward(ensemble, ACTIVATIONS["linear"], pair, space)
    seen = [by_position(pair, (8, 8)).expand(nets, -1, -1), *space.preactivations[:-1]]
    z = [values.unflatten(2, (64, -1)) for values in seen]
    return torch.stack([(each[:, 0] - each[:, 1]).square().mean(dim=2) for each in z])


def test_mode_m_of_the_expected_squared_distance_decays_as_lambda_m_a_layer():
    """σ_w² = 1, φ = id: E D′ = A D at any number of channels, λ_m = Π (1 + 2 cos(2π m/8))/3."""
    nets, depth = 3000, 4
    found = profiles("gaussian", depth, nets, channels=6)
    modes = torch.fft.fft2(found.unflatten(2, (8, 8)))
    start = modes[0, 0]
    axis = (1 + 2 * torch.cos(2 * math.pi * torch.arange(8, dtype=torch.float64) / 8)) / 3
    decay = axis[:, None] * axis
    for layer in range(1, depth + 1):
        mean = modes[layer].mean(dim=0)
        error = modes[layer].std(dim=0) / math.sqrt(nets)
        # 64 modes in 4 layers: the largest of 256 Gaussian deviations stays below 4.5.
        assert ((mean - start * decay**layer).abs() <= 4.5 * error).all()
    # The test can tell: modes that stay as they are would not pass.
    last = modes[depth, :, 0, 1]
    assert (last.mean() - start[0, 1]).abs() > 20 * last.std() / math.sqrt(nets)


def test_delta_orthogonal_layers_keep_the_distance_at_every_position():
    found = profiles("delta_orthogonal", 30, 3, channels=5)
    for layer in found[1:]:
        torch.testing.assert_close(layer, found[0], rtol=1e-12, atol=1e-13)
