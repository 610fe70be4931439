"""Critical points: published and analytic values, stability, and why some do not exist."""

import math

import numpy as np
import pytest
import torch

from initatlas import theory
from initatlas.activations import Activation

# activation, σ_b², σ_w², q*, V′: computed elsewhere, six decimals.
TABLE = [
    ("tanh", 0.05, 1.760955, 0.570048, 0.518186),
    ("tanh", 0.10, 1.986073, 0.805799, 0.439453),
    ("erf", 0.05, 1.375839, 0.517177, 0.491557),
    ("erf", 0.10, 1.552118, 0.726359, 0.407711),
    ("hard_tanh", 0.05, 1.165545, 0.463864, 0.535328),
    ("hard_tanh", 0.10, 1.263406, 0.632155, 0.425132),
    ("sigmoid", 0.00, 103.007554, 45.624278, 0.060250),
    ("sigmoid", 0.10, 103.249125, 45.844531, 0.059984),
    ("elu", 0.05, 1.533718, 1.300913, 0.859789),
    ("elu", 0.10, 1.606744, 2.212778, 0.864176),
    ("selu", 0.05, 0.901766, 0.827302, 0.737050),
    ("gelu", 0.05, 2.302520, 0.722036, 1.085113),
    ("gelu", 0.20, 1.970672, 4.470950, 0.993160),
    ("gelu", 0.25, 1.959631, 6.434102, 0.985870),
    ("silu", 0.05, 2.728612, 0.826576, 1.099872),
    ("silu", 0.60, 1.982335, 16.264873, 0.997060),
    ("silu", 1.00, 1.967041, 39.394591, 0.986680),
    ("mish", 0.05, 2.104798, 0.905400, 1.019211),
    ("mish", 0.10, 2.006855, 1.771591, 0.998164),
]
SIX_DECIMALS = 6e-7


@pytest.mark.parametrize(("name", "sigma_b2", "sigma_w2", "q_star", "slope"), TABLE)
def test_critical_points_of_the_table(name, sigma_b2, sigma_w2, q_star, slope):
    point = theory.critical_point(name, sigma_b2)
    assert point.sigma_w2 == pytest.approx(sigma_w2, abs=SIX_DECIMALS)
    assert point.q_star == pytest.approx(q_star, abs=SIX_DECIMALS)
    assert point.length_slope == pytest.approx(slope, abs=6e-6)
    assert point.stable == (slope <= 1)
    assert point.sigma_b2 == sigma_b2


@pytest.mark.parametrize("name", ["tanh", "erf", "gelu", "selu", "softsign", "sin", "mish"])
def test_a_critical_point_is_a_fixed_point_with_chi_1_of_1(name):
    point = theory.critical_point(name, 0.07)
    q = theory.length_map(name, point.q_star, point.sigma_w2, point.sigma_b2)
    assert q == pytest.approx(point.q_star, rel=1e-13)
    assert theory.chi_1(name, point.q_star, point.sigma_w2) == pytest.approx(1, abs=1e-14)


def test_without_bias_saturating_activations_are_critical_at_1_over_their_squared_slope():
    for name, sigma_w2 in [("tanh", 1.0), ("erf", math.pi / 4), ("hard_tanh", 1.0), ("sin", 1.0)]:
        point = theory.critical_point(name, 0.0)
        assert point.sigma_w2 == pytest.approx(sigma_w2, rel=1e-13)
        assert (point.q_star, point.stable) == (0.0, True)
    scale, alpha = 1.0507009873554805, 1.6732632423543772
    selu = theory.critical_point("selu", 0.0)
    assert selu.sigma_w2 == pytest.approx(2 / (scale**2 * (1 + alpha**2)), rel=1e-12)


def test_erfs_edge_of_chaos_is_the_analytic_one():
    """σ_w² = (π/4) √(1 + 4q), as E[φ′²] = (4/π)/√(1 + 4q)."""
    q = np.logspace(-3, 2, 11)
    edge = theory.edge_of_chaos("erf", q)
    np.testing.assert_allclose(edge.sigma_w2, np.pi / 4 * np.sqrt(1 + 4 * q), rtol=1e-14)
    expected = q - edge.sigma_w2 * 2 / np.pi * np.arcsin(2 * q / (1 + 2 * q))
    # σ_b² ~ q³ is a difference of numbers of size q: 1e-15 of these.
    np.testing.assert_allclose(edge.sigma_b2, expected, atol=1e-15 * q.max(), rtol=1e-9)
    assert edge.usable.all()


def test_tanh_near_zero_follows_its_expansion():
    """σ_w² = 1 + 2 q + O(q²) and σ_b² = (4/3) q³ + O(q⁴) on the edge of chaos."""
    q = np.array([1e-3, 1e-2])
    edge = theory.edge_of_chaos("tanh", q)
    np.testing.assert_allclose(edge.sigma_w2, 1 + 2 * q, atol=5 * q.max() ** 2)
    np.testing.assert_allclose(edge.sigma_b2, 4 / 3 * q**3, rtol=0.06)
    # At q* = 1e-3 and 1e-2, computed elsewhere to five digits.
    np.testing.assert_allclose(edge.sigma_w2, [1.0019970, 1.0197108], rtol=1e-7)
    np.testing.assert_allclose(edge.sigma_b2, [1.3254e-9, 1.258e-6], rtol=4e-4)


DOUBLY_CRITICAL = [
    ("gelu", 1.98305826, 0.17292239, 3.56155281),
    ("silu", 1.98800468, 0.55514317, 14.32017362),
]


@pytest.mark.parametrize(("name", "sigma_w2", "sigma_b2", "q_star"), DOUBLY_CRITICAL)
def test_gelu_and_silu_become_stable_at_the_published_half_stable_point(
    name, sigma_w2, sigma_b2, q_star
):
    """χ₁ = V′ = 1 together: Roberts, Yaida & Hanin's half-stable criticality, eight decimals."""
    edge = theory.edge_of_chaos(name, q_star)
    assert edge.sigma_w2 == pytest.approx(sigma_w2, abs=6e-9)
    assert edge.sigma_b2 == pytest.approx(sigma_b2, abs=6e-9)
    # V′ moves by about 0.01 per unit of q*, whose ninth digit is unknown.
    assert edge.length_slope == pytest.approx(1, abs=1e-9)
    below = theory.critical_point(name, sigma_b2 - 1e-4)
    above = theory.critical_point(name, sigma_b2 + 1e-4)
    assert not below.stable
    assert above.stable
    assert "V′ = 1.0" in below.verdict


@pytest.mark.parametrize("name", ["gelu", "silu", "mish"])
def test_without_bias_the_critical_point_of_gated_units_repels(name):
    point = theory.critical_point(name, 0.0)
    assert point.q_star == 0
    assert not point.stable
    assert "unstable" in point.verdict


@pytest.mark.parametrize(("name", "sigma_w2"), [("linear", 1.0), ("relu", 2.0)])
def test_scale_free_activations_are_critical_at_every_q_and_only_without_bias(name, sigma_w2):
    point = theory.critical_point(name, 0.0)
    assert point.sigma_w2 == pytest.approx(sigma_w2, rel=1e-14)
    assert (point.q_star, point.stable) == (1.0, True)
    with pytest.raises(theory.NoCriticalPointError, match=r"scale-free.*only σ_b² = 0"):
        theory.critical_point(name, 0.1)


def test_softplus_has_none_and_the_error_says_why():
    for sigma_b2 in (0.0, 0.1, 2.0):
        with pytest.raises(theory.NoCriticalPointError, match=r"softplus.*σ_b² < 0"):
            theory.critical_point("softplus", sigma_b2)


def test_an_activation_that_is_flat_at_zero_has_no_critical_point_there():
    """z³ needs σ_w² = 1/(27 q²) and σ_b² = (4/9) q: any σ_b² > 0 will do, but not 0."""
    cube = Activation(name="cube", phi=lambda z: z**3)
    with pytest.raises(
        theory.NoCriticalPointError, match=r"cube has no critical point at σ_b² = 0"
    ):
        theory.critical_point(cube, 0.0)
    point = theory.critical_point(cube, 0.1)
    assert point.q_star == pytest.approx(0.225)
    assert point.sigma_w2 == pytest.approx(1 / (27 * 0.225**2))
    assert not point.stable
    constant = Activation(name="constant", phi=torch.ones_like)
    with pytest.raises(theory.NoCriticalPointError, match=r"constant .* its slope is 0"):
        theory.critical_point(constant, 0.1)


def test_a_negative_sigma_b2_is_refused():
    with pytest.raises(ValueError, match="sigma_b2 is a variance"):
        theory.critical_point("tanh", -0.1)


def test_a_users_activation_gets_everything_from_phi_alone():
    mine = Activation(name="mine", phi=lambda z: torch.where(z > 0, z, 0.2 * z))
    point = theory.critical_point(mine, 0.0)
    # Leaky ReLU with slope 0.2: 2/(1 + 0.04), computed by hand.
    assert point.sigma_w2 == pytest.approx(1.923077, abs=SIX_DECIMALS)
    smooth = Activation(name="smooth", phi=lambda z: z / torch.sqrt(1 + z**2))
    point = theory.critical_point(smooth, 0.05)
    assert theory.chi_1(smooth, point.q_star, point.sigma_w2) == pytest.approx(1, abs=1e-13)
    assert point.stable
    assert theory.phase(smooth, [0.5, point.sigma_w2, 8.0], 0.05).tolist() == [
        "ordered",
        "critical",
        "chaotic",
    ]
