"""Fixed points of the maps: published tables, several of them, none of them, all of them."""

import math

import numpy as np
import pytest

from initatlas import theory
from initatlas.activations import ACTIVATIONS

# σ_w², q*, c*, χ₁ of tanh at σ_b² = 0.05 (Schoenholz et al. 2017's setting), computed elsewhere
# with Gauss–Legendre panels and Brent's method, six decimals.
TANH = [
    (1.00, 0.193593, 1.0, 0.759032),
    (1.50, 0.418037, 1.0, 0.938636),
    (1.70, 0.533076, 1.0, 0.986741),
    (1.80, 0.594132, 0.950411, 1.008223),
    (2.00, 0.721762, 0.744082, 1.047666),
    (2.50, 1.063958, 0.446804, 1.133516),
    (4.00, 2.195494, 0.165065, 1.342402),
]
SIX_DECIMALS = 6e-7


@pytest.mark.parametrize(("sigma_w2", "q_star", "c_star", "chi_1"), TANH)
def test_tanh_at_sigma_b2_of_a_twentieth(sigma_w2, q_star, c_star, chi_1):
    q = theory.fixed_point("tanh", sigma_w2, 0.05)
    assert q == pytest.approx(q_star, abs=SIX_DECIMALS)
    gap = theory.correlation_fixed_point("tanh", q, sigma_w2)
    assert 1 - gap == pytest.approx(c_star, abs=SIX_DECIMALS)
    assert theory.chi_1("tanh", q, sigma_w2) == pytest.approx(chi_1, abs=SIX_DECIMALS)


@pytest.mark.parametrize("activation", ACTIVATIONS.values(), ids=lambda a: a.name)
def test_a_fixed_point_is_one_and_iteration_from_q0_arrives_there(activation):
    sigma_w2, sigma_b2 = np.meshgrid([0.3, 1.1, 1.9, 4.0], [0.0, 0.05, 0.5])
    q_star = theory.fixed_point(activation, sigma_w2, sigma_b2)
    finite = np.isfinite(q_star) & (q_star > 0)
    after = theory.length_map(activation, q_star[finite], sigma_w2[finite], sigma_b2[finite])
    np.testing.assert_allclose(after, q_star[finite], rtol=1e-13)
    q = np.ones_like(sigma_w2)
    for _ in range(400):
        q = theory.length_map(activation, np.minimum(q, 1e5), sigma_w2, sigma_b2)
    # 400 layers shrink a distance by V′⁴⁰⁰ < 1e-3 wherever V′ < 0.98.
    arrived = finite & (
        theory.length_slope(activation, np.where(finite, q_star, 1), sigma_w2) < 0.98
    )
    np.testing.assert_allclose(q[arrived], q_star[arrived], rtol=1e-3)
    assert np.all(q[np.isinf(q_star)] > 10)
    assert np.all(q[q_star == 0] < 1e-2)


def test_selus_own_fixed_point_is_variance_1():
    """Klambauer et al. 2017: σ_w² = 1 maps variance 1 to itself; but χ₁ is not 1 there."""
    zero, one = theory.fixed_points("selu", 1.0, 0.0)
    assert (zero.q_star, zero.stable) == (0.0, False)
    assert one.q_star == pytest.approx(1, abs=1e-13)
    assert one.stable
    assert one.chi_1 == pytest.approx(1.071575, abs=SIX_DECIMALS)
    assert one.length_slope == pytest.approx(0.782648, abs=SIX_DECIMALS)


def test_gelu_has_a_stable_and_an_unstable_fixed_point_and_beyond_it_diverges():
    low, high, infinite = theory.fixed_points("gelu", 2.0767, 0.1)
    assert low.stable
    assert not high.stable
    assert low.length_slope < 1 < high.length_slope
    assert (infinite.q_star, infinite.stable) == (math.inf, True)
    assert theory.fixed_point("gelu", 2.0767, 0.1, q0=1.0) == low.q_star
    assert theory.fixed_point("gelu", 2.0767, 0.1, q0=3.0) == math.inf


def test_a_close_pair_between_two_nodes_of_the_grid_is_not_overlooked():
    """GELU just below its fold: both roots lie within a few percent of each other."""
    low, high = 1.9, 2.5
    for _ in range(45):  # bisect σ_w² to where the pair merges, at σ_b² = 0.1
        middle = (low + high) / 2
        finite = [p for p in theory.fixed_points("gelu", middle, 0.1) if p.q_star < math.inf]
        low, high = (middle, high) if finite else (low, middle)
    pair = [p for p in theory.fixed_points("gelu", low - 1e-7, 0.1) if p.q_star < math.inf]
    assert [p.stable for p in pair] == [True, False]
    assert 1 < pair[1].q_star / pair[0].q_star < 1.02
    assert pair[0].length_slope == pytest.approx(1, abs=2e-3)


def test_where_every_q_is_a_fixed_point_the_data_decides():
    assert theory.fixed_points("relu", 2.0, 0.0) == ()
    assert theory.fixed_point("relu", 2.0, 0.0) == 1
    assert theory.fixed_point("relu", 2.0, 0.0, q0=0.3) == 0.3
    assert theory.fixed_point("leaky_relu", 2 / (1 + 0.01**2), 0.0, q0=0.3) == 0.3


def test_collapse_and_divergence_are_reported_as_what_they_are():
    assert theory.fixed_point("gelu", 2.0, 0.0) == 0  # He's variance, in GELU
    assert theory.fixed_point("tanh", 1.0, 0.0) == 0  # LeCun's: slowly, as 1/(2 l)
    assert theory.fixed_point("relu", 2.0, 0.01) == math.inf
    assert theory.fixed_point("relu", 4.0, 0.0) == math.inf


@pytest.mark.parametrize(("sigma_w2", "sigma_b2"), [(1.76, 0.05), (2.5, 0.3), (6.0, 0.0)])
def test_the_correlation_fixed_point_is_one(sigma_w2, sigma_b2):
    q = theory.fixed_point("tanh", sigma_w2, sigma_b2)
    c = 1 - theory.correlation_fixed_point("tanh", q, sigma_w2)
    after = theory.correlation_map("tanh", c, q, sigma_w2, sigma_b2)
    assert after == pytest.approx(c, abs=1e-13)


def test_just_above_criticality_c_star_keeps_its_digits():
    """1 − c* ≈ 2 (χ₁ − 1)/C″(1), where c* itself has hardly any digits left."""
    critical = theory.critical_point("tanh", 0.05)
    sigma_w2 = critical.sigma_w2 * (1 + 1e-9)
    q = theory.fixed_point("tanh", sigma_w2, 0.05)
    gap = theory.correlation_fixed_point("tanh", q, sigma_w2)
    excess = theory.chi_1("tanh", q, sigma_w2) - 1
    expected = 2 * excess / theory.correlation_curvature("tanh", q, sigma_w2)
    # χ₁ − 1 ≈ 2e-10 is known to 1e-15/2e-10 = 5e-6, with a few ulps more from q*.
    assert gap == pytest.approx(float(expected), rel=1e-4)


def test_gridded_parameters_keep_their_shape():
    assert theory.fixed_point("tanh", np.ones((2, 1)), np.full(3, 0.1)).shape == (2, 3)
    assert np.ndim(theory.fixed_point("tanh", 1.0, 0.1)) == 0
