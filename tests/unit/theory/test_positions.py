"""Theory of convolutions: of a plain network where positions are alike, and where none mix."""

import numpy as np
import pytest
from scipy import special

from initatlas.activations import ACTIVATIONS
from initatlas.theory import convolution_profile, depth_profile, uniform_layers
from initatlas.theory.moments import first_moment, second_moment, slope_moment
from initatlas.theory.positions import interpolated

POINTS, POSITIONS = 7, 30
SMOOTH = ("tanh", "relu", "gelu", "sigmoid")


def lengths() -> np.ndarray:
    return np.exp(np.random.default_rng(0).uniform(-2, 1, (POINTS, POSITIONS)))


def neighbours(q: np.ndarray) -> np.ndarray:
    """The average over three positions on a ring."""
    return (np.roll(q, 1, axis=1) + q + np.roll(q, -1, axis=1)) / 3


def alone(q: np.ndarray) -> np.ndarray:
    return q


@pytest.mark.parametrize("name", SMOOTH)
def test_where_all_positions_are_alike_it_is_a_plain_network(name):
    layers = uniform_layers(1.7, 0.1, depth=5, width=40, inputs=9)
    q0 = np.array([0.3, 1.0, 2.5])
    found = convolution_profile(name, layers, np.repeat(q0[:, None], POSITIONS, 1), neighbours)
    plain = depth_profile(name, layers, q0)
    for field in ("q", "activation_mean", "activation_square"):
        expected = getattr(plain, field).mean(axis=0)
        np.testing.assert_allclose(getattr(found, field), expected, rtol=1e-8, atol=1e-12)
    expected = special.logsumexp(plain.log_delta_norm2, axis=0) - np.log(3)
    np.testing.assert_allclose(found.log_delta_norm2, expected, rtol=1e-8, atol=1e-8)


@pytest.mark.parametrize("name", SMOOTH)
def test_where_none_mix_each_position_is_a_plain_network_and_gradients_add_up(name):
    layers = uniform_layers(1.7, 0.1, depth=5, width=40, inputs=9)
    q0 = lengths()
    found, plain = convolution_profile(name, layers, q0, alone), depth_profile(name, layers, q0)
    for field in ("q", "activation_mean", "activation_square"):
        expected = getattr(plain, field).mean(axis=(0, 1))
        np.testing.assert_allclose(getattr(found, field), expected, rtol=1e-8, atol=1e-12)
    expected = special.logsumexp(plain.log_delta_norm2, axis=(0, 1)) - np.log(q0.size)
    np.testing.assert_allclose(found.log_delta_norm2, expected, rtol=1e-8, atol=1e-8)


def test_relus_mean_length_follows_the_plain_map_whatever_the_positions():
    layers, q0 = uniform_layers(1.5, 0.1, depth=20, width=40), lengths()
    found = convolution_profile("relu", layers, q0, neighbours)
    expected = depth_profile("relu", layers, q0.mean())
    np.testing.assert_allclose(found.q, expected.q, rtol=1e-9)
    np.testing.assert_allclose(found.log_delta_norm2, expected.log_delta_norm2, atol=1e-9)


def test_a_saturating_activations_mean_length_does_not():
    """E φ² is concave in q: positions that differ are shorter on average."""
    layers, q0 = uniform_layers(1.7, 0.0, depth=3, width=40), lengths()
    apart = convolution_profile("tanh", layers, q0, alone)
    mixed = convolution_profile("tanh", layers, q0, neighbours)
    alike = depth_profile("tanh", layers, q0.mean())
    assert apart.q[2] < mixed.q[2] < alike.q[2]


def test_positions_without_signal_stay_without_it_until_it_reaches_them():
    layers = uniform_layers(2.0, 0.0, depth=4, width=40)
    q0 = np.zeros((1, 500))
    q0[0, 250] = 500.0
    alone_q = convolution_profile("relu", layers, q0, alone).q
    spread_q = convolution_profile("relu", layers, q0, neighbours).q
    np.testing.assert_allclose(alone_q, [1, 2, 2, 2, 2, 2], rtol=1e-9)
    np.testing.assert_allclose(spread_q, alone_q, rtol=1e-9)


@pytest.mark.parametrize("moment", [first_moment, second_moment, slope_moment])
@pytest.mark.parametrize("activation", ACTIVATIONS.values(), ids=lambda a: a.name)
def test_moments_between_nodes_are_within_a_billionth(activation, moment):
    q = np.exp(np.random.default_rng(0).uniform(-6, 2, (60, 40)))
    q[0, 0] = 0
    exact = moment(activation, q)
    # Of odd φ the first moment is 0 but for rounding, of numbers of the order of 1.
    error = np.abs(interpolated(activation, moment, q) - exact).max()
    assert error < 1e-9 * max(1.0, np.abs(exact).max())


def test_gradients_of_very_deep_networks_do_not_underflow():
    layers, q0 = uniform_layers(0.1, 0.1, depth=2000, width=40), lengths()
    found = convolution_profile("relu", layers, q0, neighbours)
    np.testing.assert_allclose(found.log_delta_norm2[1], 2000 * np.log(0.05), rtol=1e-9)
