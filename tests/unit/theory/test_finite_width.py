"""Scatter at finite width: known constants, exact sums, and how the recursion adds them up."""

import math

import numpy as np
import pytest
from scipy import special

from initatlas import theory
from initatlas.activations import Activation
from initatlas.theory import depth_profile, gradient_scatter, length_scatter, uniform_layers

LEAKY = Activation(name="leaky", phi=lambda z: z.clamp_min(0) + 0.2 * z.clamp_max(0))


@pytest.mark.parametrize(
    ("activation", "gaussian", "orthogonal"),
    [("relu", 5, 3), ("linear", 2, 0), (LEAKY, 4.556213, 2.556213)],
    ids=["relu", "linear", "leaky"],
)
def test_scale_free_activations_scatter_by_their_known_constant(activation, gaussian, orthogonal):
    """5 and 2: Hanin & Nica; leaky: 6 (1 + a⁴)/(1 + a²)² − 1 by hand. Any q, both directions."""
    for kappa in (theory.forward_kappa, theory.backward_kappa):
        for q in (0.1, 3.0):
            assert kappa(activation, q) == pytest.approx(gaussian, abs=1e-6)
            found = kappa(activation, q, ensemble="orthogonal")
            assert found == pytest.approx(orthogonal, abs=1e-6)


def test_betas_add_over_layers_and_shift_the_mean_by_half():
    layers = uniform_layers(2.0, 0.0, depth=8, width=50)
    q = depth_profile("relu", layers, 1.0).q
    lengths, gradients = (f("relu", layers, q) for f in (length_scatter, gradient_scatter))
    # |z^l|² has seen l − 1 hidden layers and its own sampling, 2/n; δ^l has l … depth above it.
    assert lengths.beta[1:9] == pytest.approx((np.arange(8) * 5 + 2) / 50)
    assert gradients.beta[1:9] == pytest.approx((8 - np.arange(8)) * 5 / 50)
    assert gradients.mean_shift == pytest.approx(-gradients.beta / 2)
    assert gradients.standard_deviation[1] == pytest.approx(math.sqrt(0.8))


def test_layers_of_different_width_add_their_own_share():
    layers = theory.Layers(
        sigma_w2=2 * np.ones(3), sigma_b2=np.zeros(3), fan_in=np.array([784, 100, 25])
    )
    q = depth_profile("relu", layers, 1.0).q
    assert gradient_scatter("relu", layers, q).beta[1] == pytest.approx(5 / 100 + 5 / 25)


def test_saturating_activations_forget_a_deviation_of_length():
    """Far from critical V′ < 1 damps it: the scatter of q stays, that of gradients grows."""
    layers = uniform_layers(2.5**2, 0.09, depth=60, width=100)
    q = depth_profile("tanh", layers, 1.0).q
    lengths, gradients = (f("tanh", layers, q).beta for f in (length_scatter, gradient_scatter))
    assert lengths[60] == pytest.approx(lengths[30], rel=1e-6)
    assert gradients[21] - gradients[31] == pytest.approx(gradients[41] - gradients[51])


def test_orthogonal_linear_networks_do_not_scatter_at_all():
    layers = uniform_layers(1.0, 0.0, depth=20, width=10)
    q = depth_profile("linear", layers, 1.0).q
    for scatter in (length_scatter, gradient_scatter):
        beta = scatter("linear", layers, q, ensemble="orthogonal").beta[1:21]
        np.testing.assert_allclose(beta, 0, atol=1e-12)


@pytest.mark.parametrize(
    ("n", "mean", "variance"),
    [(50, -0.05174, 0.10817), (100, -0.02542, 0.05194), (300, -0.00838, 0.01688)],
)
def test_the_exact_step_of_a_he_relu_layer(n, mean, variance):
    assert theory.relu_log_norm_step(n) == pytest.approx((mean, variance), abs=6e-6)
    # To first order −β/2 and β with β = 5/n; the next order is a few times 1/n.
    assert mean == pytest.approx(-2.5 / n, rel=6 / n)
    assert variance == pytest.approx(5 / n, rel=6 / n)


def test_the_exact_step_of_width_1_is_a_log_chi_square():
    mean, variance = theory.relu_log_norm_step(1)
    assert mean == pytest.approx(math.log(4) + special.digamma(0.5))
    assert variance == pytest.approx(math.pi**2 / 2)


def test_dead_networks():
    assert theory.dead_probability(1, 1) == 0.5
    assert theory.dead_probability(2, 3) == pytest.approx(1 - 0.75**3)
    assert theory.dead_probability(50, 10) == pytest.approx(10 * 2.0**-50, rel=1e-12)


@pytest.mark.parametrize("ensemble", ["gaussian", "orthogonal"])
@pytest.mark.parametrize("name", ["relu", "tanh", "hard_tanh"])
def test_the_mean_over_one_point_scatters_as_that_point(name, ensemble):
    """Hermite coefficients of φ² against its moments; of gradients where φ′² has one mean."""
    layers = uniform_layers(1.7, 0.05, depth=10, width=60)
    q = depth_profile(name, layers, 1.0).q
    one = theory.Pairs(share=np.ones(1), c0=np.ones(1), cosine=np.ones(1))
    found = theory.mean_scatter(name, layers, q, one, ensemble=ensemble)
    expected = length_scatter(name, layers, q, ensemble=ensemble)
    np.testing.assert_allclose(found.q_beta[:-1], expected.beta[:-1], rtol=1e-8, atol=1e-14)
    np.testing.assert_array_equal(found.q_beta, found.point_q_beta)
    if name == "relu":
        expected = gradient_scatter(name, layers, q, ensemble=ensemble)
        np.testing.assert_allclose(found.log_delta_gain_beta[:-1], expected.beta[:-1], rtol=1e-8)


def test_pairs_are_refused_that_are_not_all_of_them():
    for share, c0 in (([0.5, 0.4], [1.0, 0.3]), ([0.5, 0.5], [0.9, 0.3])):
        with pytest.raises(ValueError, match="add up to 1"):
            theory.Pairs(share=np.array(share), c0=np.array(c0), cosine=np.array([1.0, 0.1]))
