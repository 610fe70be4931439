"""Sampled networks do what the variance rules say, within the scatter that their width allows."""

import math

import numpy as np
import pytest

from initatlas.stages.initialize import initialize
from tests.unit.stages.small import block, dataset

WIDTH, DEPTH, SEEDS = 100, 12, 60


def rows(sigma_w2, activation="relu"):
    job = block(
        initializer={"name": "gaussian", "sigma_w2": [sigma_w2], "sigma_b2": [0.0]},
        activation={"name": activation},
        depth=DEPTH,
        widths=[WIDTH],
        seeds=list(range(SEEDS)),
    )
    return initialize(job, dataset()).to_pandas()


def by_layer(frame, name):
    return frame.pivot_table(index="seed", columns="layer", values=name)


@pytest.mark.parametrize(("sigma_w2", "factor"), [(2.0, 1.0), (1.0, 0.5), (3.0, 1.5)])
def test_relu_multiplies_its_second_moment_by_half_of_sigma_w2_per_layer(sigma_w2, factor):
    """E q_l = (σ_w²/2)^(l−1) E q_1 holds at any width: W is independent of what enters it."""
    q = by_layer(rows(sigma_w2), "q")
    ratios = q.div(q[1], axis=0)
    for layer in (2, 4, 8, DEPTH):
        # Var ln(q_l/q_1) = 5 (l − 1)/n for one input (Hanin & Nica); its points are alike, so
        # averaging over them takes little away. 4 standard errors of the mean of SEEDS.
        beta = 5 * (layer - 1) / WIDTH
        error = math.sqrt(math.expm1(beta) / SEEDS)
        assert ratios[layer].mean() / factor ** (layer - 1) == pytest.approx(1, abs=4 * error)


def test_the_logarithm_of_a_relu_networks_length_scatters_by_5_per_width():
    """Var ln(|z^L|²/|z^1|²) ≈ 5 (L − 1)/n for one input (Hanin & Nica 2020)."""
    frame = rows(2.0)
    q = by_layer(frame, "q")
    variance = np.log(q[DEPTH] / q[1]).var(ddof=1)
    beta = 5 * (DEPTH - 1) / WIDTH
    # A variance from SEEDS draws scatters by √(2/(SEEDS − 1)) = 18 %; 3 of these, and averaging
    # over 20 points of different direction can only lower it.
    assert 0.25 * beta < variance < beta * (1 + 3 * math.sqrt(2 / (SEEDS - 1)))


@pytest.mark.parametrize(("sigma_w2", "factor"), [(2.0, 1.0), (1.0, 0.5)])
def test_relu_gradients_change_by_half_of_sigma_w2_per_layer(sigma_w2, factor):
    frame = rows(sigma_w2)
    logs = by_layer(frame, "log_delta_norm2")
    ratios = np.exp(logs[1] - logs[DEPTH])
    beta = 5 * (DEPTH - 1) / WIDTH
    # The gradient arriving at the top depends on the signal (the gradient-independence
    # assumption): a relative bias of order (L/n), beside 4 standard errors of the mean.
    width_bias = DEPTH / WIDTH
    error = 4 * math.sqrt(math.expm1(beta) / SEEDS) + width_bias
    assert ratios.mean() / factor ** (DEPTH - 1) == pytest.approx(1, abs=error)


def test_a_linear_network_keeps_directions_and_relu_draws_them_together():
    """Correlation of two inputs with c⁰ = 0.5: unchanged, and ReLU's arc-cosine recursion."""
    linear = by_layer(rows(1.0, "linear"), "correlation").mean()
    # One linear layer moves a cosine by (1 − c²)/√n at random; its mean by O(1/n) a layer.
    assert linear[DEPTH] == pytest.approx(0.5, abs=4 / math.sqrt(SEEDS * WIDTH) + DEPTH / WIDTH)
    c, relu = 0.5, by_layer(rows(2.0), "correlation").mean()
    for layer in range(2, DEPTH + 1):
        c = (math.sqrt(1 - c * c) + (math.pi - math.acos(c)) * c) / math.pi
        assert relu[layer] == pytest.approx(c, abs=4 / math.sqrt(SEEDS * WIDTH) + 2 / WIDTH)


def test_orthogonal_linear_networks_keep_every_length_exactly():
    recipe = {
        "name": "isometry",
        "distribution": "orthogonal",
        "mode": "fan_in",
        "sigma_w2": [1.0],
        "sigma_b2": [0.0],
    }
    job = block(initializer=recipe, activation={"name": "linear"}, depth=40, widths=[32])
    frame = initialize(job, dataset()).to_pandas()
    hidden = frame[(frame.layer >= 1) & (frame.layer <= 40)]
    assert (hidden.groupby("seed").q.std() / hidden.groupby("seed").q.mean() < 1e-12).all()
    logs = hidden.groupby("seed").log_delta_norm2
    assert (logs.max() - logs.min() < 1e-10).all()
