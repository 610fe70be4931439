"""Finite-depth recursions: against direct iteration, published numbers and their limits."""

import math

import numpy as np
import pytest

from initatlas import theory
from initatlas.activations import ACTIVATIONS
from initatlas.theory import Layers, depth_profile, uniform_layers


def test_the_first_layer_is_linear_in_the_input():
    layers = uniform_layers(1.5, 0.2, depth=2, width=10)
    profile = depth_profile("tanh", layers, q0=0.7, c0=0.25)
    assert profile.q[:2] == pytest.approx([0.7, 1.5 * 0.7 + 0.2])
    covariance = 1.5 * 0.7 * 0.25 + 0.2
    assert profile.correlation[:2] == pytest.approx([0.25, covariance / profile.q[1]])


def test_each_layer_uses_its_own_variances_and_fan():
    layers = Layers(
        sigma_w2=np.array([1.446, 1.0, 1.9]),  # Glorot on 784 → 300 is 1.446, not 1
        sigma_b2=np.array([0.0, 0.1, 0.0]),
        fan_in=np.array([784, 300, 50]),
    )
    profile = depth_profile("relu", layers, q0=1.0, c0=1.0)
    q1 = 1.446
    q2 = 0.5 * q1 + 0.1
    assert profile.q == pytest.approx([1.0, q1, q2, 1.9 * q2 / 2])
    # ‖δ^l‖² = σ_w² E[φ′²] ‖δ^(l+1)‖², ‖δ⁰‖² = σ_w² ‖δ¹‖²; ‖∂C/∂W^l‖² = ‖δ^l‖² |h^(l−1)|².
    delta = np.array([1.446 * 0.5 * 0.95, 0.5 * 0.95, 0.95, 1.0])
    assert np.exp(profile.log_delta_norm2) == pytest.approx(delta)
    weights = delta[1:] * [784 * 1.0, 300 * q1 / 2, 50 * q2 / 2]
    assert np.exp(profile.log_weight_gradient_norm2[1:]) == pytest.approx(weights)
    assert math.isnan(profile.log_weight_gradient_norm2[0])


def test_activation_moments_are_those_of_the_layers_gaussian():
    profile = depth_profile("relu", uniform_layers(2.0, 0.0, depth=3, width=10), q0=0.5)
    assert profile.activation_mean[1:4] == pytest.approx(1 / math.sqrt(2 * math.pi))
    assert profile.activation_square[1:4] == pytest.approx(0.5)
    assert np.isnan(profile.activation_mean[[0, -1]]).all()


def test_hes_variance_starves_gelu():
    """SCIENCE: σ_w² = 2, q¹ = 1: q and gradient factor after 5, 10 and 20 layers."""
    layers = uniform_layers(2.0, 0.0, depth=21, width=10)
    profile = depth_profile("gelu", layers, q0=0.5)
    assert profile.q[[6, 11, 21]] == pytest.approx([0.327, 0.0293, 3.2e-5], rel=2e-2)
    factor = np.exp(profile.log_delta_norm2[1] - profile.log_delta_norm2[[6, 11, 21]])
    assert factor == pytest.approx([0.466, 0.0533, 6.02e-5], rel=2e-3)


def test_the_gradients_depth_scale_is_only_the_limit_of_the_finite_product():
    """Silu at its stable critical point settles over hundreds of layers: χ₁ᴸ = 1 says nothing."""
    point = theory.critical_point("silu", 0.6)
    layers = uniform_layers(point.sigma_w2, 0.6, depth=50, width=10)
    profile = depth_profile("silu", layers, q0=1.0)
    growth = profile.log_delta_norm2[1]
    slopes = theory.chi_1("silu", profile.q[1:-1], point.sigma_w2)
    assert growth == pytest.approx(np.log(slopes).sum(), rel=1e-12)
    assert abs(growth) > 1


def test_critical_tanh_without_bias_shrinks_as_1_over_2l():
    profile = depth_profile("tanh", uniform_layers(1.0, 0.0, depth=3000, width=10), q0=1.0)
    # q′ = q − 2 q² + …: 1/q grows by 2 a layer, with corrections of order ln l.
    assert 1 / (2 * 3000 * profile.q[3000]) == pytest.approx(1, abs=5e-3)


@pytest.mark.parametrize("name", ["erf", "tanh"])
def test_at_criticality_smooth_correlations_approach_1_as_beta_over_l(name):
    """1 − c_l → β/l, β = 2/C″(1) (Hayou et al. 2019); 5.7365 for erf, 6.1711 for tanh."""
    point = theory.critical_point(name, 0.05)
    beta = 2 / theory.correlation_curvature(name, point.q_star, point.sigma_w2)
    assert beta == pytest.approx({"erf": 5.7365, "tanh": 6.1711}[name], abs=6e-5)
    depth = 1000
    layers = uniform_layers(point.sigma_w2, 0.05, depth=depth, width=10)
    profile = depth_profile(name, layers, q0=1.0, c0=0.1)
    # Corrections are of relative order β ln l/l = 4 % at l = 1000.
    assert depth * profile.gap[depth] == pytest.approx(beta, rel=0.04)


def test_off_criticality_correlations_approach_c_star_at_the_rate_of_xi_c():
    scales = theory.depth_scales("tanh", 2.5, 0.05)
    layers = uniform_layers(2.5, 0.05, depth=150, width=10)
    profile = depth_profile("tanh", layers, q0=1.0, c0=0.9)
    distance = np.abs(profile.correlation - scales.c_star)
    rate = np.log(distance[100] / distance[140]) / 40
    assert 1 / rate == pytest.approx(scales.xi_c, rel=1e-3)


@pytest.mark.parametrize("activation", ACTIVATIONS.values(), ids=lambda a: a.name)
def test_profiles_broadcast_over_the_data(activation):
    layers = uniform_layers(1.2, 0.1, depth=3, width=10)
    q0, c0 = np.array([[0.5], [2.0]]), np.array([0.0, 0.5, 1.0])
    profile = depth_profile(activation, layers, q0, c0)
    one = depth_profile(activation, layers, 2.0, 0.5)
    for name in ("q", "gap", "log_delta_norm2", "log_weight_gradient_norm2"):
        value = getattr(profile, name)
        assert value.shape == (2, 3, 5)
        # The same quadrature in another block: panels differ, so rounding does.
        np.testing.assert_allclose(value[1, 1], getattr(one, name), rtol=1e-10)
    assert np.all(profile.gap[:, 2] == 0)  # equal inputs stay equal


def test_layers_that_do_not_line_up_are_refused():
    with pytest.raises(ValueError, match="got 2, 1 and 1"):
        Layers(sigma_w2=np.ones(2), sigma_b2=np.zeros(1), fan_in=np.ones(1))
    with pytest.raises(ValueError, match="sigma_b2 = -1"):
        Layers(sigma_w2=np.ones(1), sigma_b2=-np.ones(1), fan_in=np.ones(1))
    with pytest.raises(ValueError, match="depth counts hidden layers"):
        uniform_layers(1.0, 0.0, depth=0, width=5)
