"""Responses and noises of a pair, against other ways to the same numbers, and near c = 1."""

import numpy as np
import pytest

from initatlas import theory
from initatlas.activations import ACTIVATIONS
from initatlas.rng import generator
from initatlas.theory.chaos import chaos
from initatlas.theory.pair_noise import pair_noise
from initatlas.theory.pointwise import phi

EVERY = sorted(ACTIVATIONS)
KINKED = ("relu", "leaky_relu", "hard_tanh")


def mean_of_difference(name: str, q: float, gap: float) -> float:
    """½ E[(φ_a − φ_b)²] by the map of correlations."""
    after = theory.pair_map(name, theory.PairState(q, q, gap), 1.0, 0.0)
    return float(after.gap * after.q_a)


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("gap", [0.5, 0.03, 1e-5])
def test_responses_are_derivatives_of_the_maps(name, gap):
    q, step = 1.7, 1e-3
    found = pair_noise(ACTIVATIONS[name], q, gap, 0.2)
    square = theory.length_map(name, q, 1.0, 0.0)
    assert found.square == pytest.approx(square, rel=1e-3)
    grown = q * theory.length_slope(name, q, 1.0) / square
    np.testing.assert_allclose(found.response[0], [grown, 0], atol=5e-3)
    # By ln p at fixed D = q γ, and by ln D at fixed p.
    by_p = [mean_of_difference(name, q * s, gap / s) for s in (1 + step, 1 - step)]
    by_d = [mean_of_difference(name, q, gap * s) for s in (1 + step, 1 - step)]
    expected = [np.log(up / down) / (2 * step) for up, down in (by_p, by_d)]
    np.testing.assert_allclose(found.response[1], expected, atol=1e-2)


@pytest.mark.parametrize("name", EVERY)
def test_noise_of_lengths_is_that_of_single_points_at_their_correlations(name):
    q, gap, apart = 1.3, 0.4, 0.35
    found, series = (
        pair_noise(ACTIVATIONS[name], q, gap, apart),
        chaos(ACTIVATIONS[name], np.array([q])),
    )
    at = np.array([[1.0], [1 - gap], [apart]])
    alone, within, between = (
        series.covariance("square", "square", at)[:, 0] / series.mean("square") ** 2
    )
    assert found.own[0, 0] == pytest.approx((alone + within) / 2, rel=1e-2)
    assert found.other[0, 0] == pytest.approx(between, rel=1e-2, abs=1e-3)


@pytest.mark.parametrize("name", ["relu", "tanh", "gelu", "hard_tanh", "sin"])
@pytest.mark.parametrize(("gap", "apart"), [(0.5, 0.3), (0.05, 0.6), (0.02, 0.97)])
def test_noises_are_those_of_drawn_units(name, gap, apart):
    q, draws = 1.5, 1_000_000
    gram = np.full((4, 4), apart)
    gram[:2, :2] = gram[2:, 2:] = 1 - gap
    np.fill_diagonal(gram, 1)
    rng = generator(3, "pair noise", name, gap, apart)
    z = np.sqrt(q) * np.linalg.cholesky(gram) @ rng.standard_normal((4, draws))
    a, b, c, d = phi(ACTIVATIONS[name], z)
    drawn = np.stack([(a**2 + b**2) / 2, (a - b) ** 2 / 2, (c**2 + d**2) / 2, (c - d) ** 2 / 2])
    drawn /= drawn.mean(axis=1, keepdims=True)
    found = pair_noise(ACTIVATIONS[name], q, gap, apart)
    for expected, other in ((found.own, 0), (found.other, 2)):
        for i in range(2):
            for j in range(2):
                products = (drawn[i] - 1) * (drawn[j + other] - 1)
                error = products.std() / np.sqrt(draws)
                # 1 % of the scale of the entry, and what the draws leave open.
                room = 0.01 * np.sqrt(found.own[i, i] * found.own[j, j]) + 4 * error
                assert abs(products.mean() - expected[i, j]) < room, (i, j, other)


@pytest.mark.parametrize("name", KINKED)
def test_near_1_what_a_kink_adds_shrinks_with_the_distance(name):
    """Of ReLU half of all pairs are on its straight part: ½(φ_a − φ_b)² has noise 3 · 2 − 1."""
    noises = [pair_noise(ACTIVATIONS[name], 1.0, gap, 0.3).own[1, 1] for gap in (1e-4, 1e-8, 0.0)]
    limit = {"relu": 5.0}.get(name, noises[2])
    assert abs(noises[0] - limit) < 0.1
    assert abs(noises[1] - limit) < 1e-3
    assert noises[2] == pytest.approx(limit, abs=1e-4)


def test_where_nothing_is_left_there_is_no_noise_to_speak_of():
    assert np.isnan(pair_noise(ACTIVATIONS["relu"], 0.0, np.nan, np.nan).own).all()
