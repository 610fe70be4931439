"""Depth scales and phases: published tables and limits."""

import math

import numpy as np
import pytest

from initatlas import theory

# Poole et al. 2016's networks (σ_w, σ_b = 0.3), computed elsewhere: q*, c*, V′, ξ_q, ξ_c, ξ_grad.
POOLE = [
    (1.3, 0.607047, 1.0, 0.473516, 1.338, 16.108, 16.108),
    (2.5, 4.079124, 0.122104, 0.233922, 0.688, 5.109, 2.171),
]


@pytest.mark.parametrize("row", POOLE, ids=lambda r: f"sigma_w={r[0]}")
def test_pooles_networks(row):
    sigma_w, q_star, c_star, slope, xi_q, xi_c, xi_grad = row
    scales = theory.depth_scales("tanh", sigma_w**2, 0.09)
    assert scales.q_star == pytest.approx(q_star, abs=6e-7)
    assert scales.c_star == pytest.approx(c_star, abs=6e-7)
    assert scales.length_slope == pytest.approx(slope, abs=6e-7)
    assert (scales.xi_q, scales.xi_c, scales.xi_grad) == pytest.approx(
        (xi_q, xi_c, xi_grad), abs=6e-4
    )


# Schoenholz et al. 2017's networks, tanh at σ_b² = 0.05: σ_w², ξ_q, ξ_c, ξ_grad.
SCHOENHOLZ = [
    (1.00, 1.748, 3.627, 3.627),
    (1.25, 1.800, 6.800, 6.800),
    (1.70, 1.558, 74.92, 74.92),
    (2.00, 1.388, 25.21, 21.48),
    (3.00, 1.042, 9.05, 5.27),
    (4.00, 0.873, 6.98, 3.40),
]


def test_schoenholzs_networks_all_at_once():
    sigma_w2, *expected = np.array(SCHOENHOLZ).T
    scales = theory.depth_scales("tanh", sigma_w2, 0.05)
    for found, column in zip((scales.xi_q, scales.xi_c, scales.xi_grad), expected, strict=True):
        np.testing.assert_allclose(found, column, atol=6e-3)  # two decimals are given


def test_xiaos_chaotic_network_has_its_generalisation_scale():
    """erf at (1.5, 0.05): ξ_* = 15.38 (Xiao et al. 2020's notebook, recomputed)."""
    scales = theory.depth_scales("erf", 1.5, 0.05)
    assert scales.c_star == pytest.approx(0.820530, abs=6e-7)
    assert scales.xi_c == pytest.approx(32.34, abs=6e-3)
    assert scales.xi_gen == pytest.approx(15.38, abs=6e-3)
    assert theory.depth_scales("erf", 1.25, 0.05).xi_gen == math.inf


def test_at_criticality_scales_are_infinite_and_lengths_settle_all_the_same():
    point = theory.critical_point("tanh", 0.05)
    scales = theory.depth_scales("tanh", point.sigma_w2, 0.05)
    assert scales.xi_grad > 1e9
    assert scales.xi_q == pytest.approx(1.521, abs=6e-4)
    relu = theory.depth_scales("relu", 2.0, 0.0)
    assert relu.xi_q == relu.xi_c == relu.xi_grad == math.inf


@pytest.mark.parametrize(
    ("name", "sigma_w2", "xi_grad"),
    [("tanh", 1 / 3, 0.91), ("gelu", 1 / 3, 0.40), ("gelu", 1.0, 0.72), ("tanh", 2.0, 9.97)],
)
def test_library_defaults_without_bias(name, sigma_w2, xi_grad):
    """Torch's default is σ_w² = 1/3: everything but the signal's direction dies in a layer."""
    assert theory.depth_scales(name, sigma_w2, 0.0).xi_grad == pytest.approx(xi_grad, abs=6e-3)


def test_a_vanishing_signal_keeps_its_correlations():
    """φ is linear for vanishing signals, and a linear network leaves c alone: ξ_c = ∞."""
    scales = theory.depth_scales("tanh", 0.5, 0.0)
    assert (scales.q_star, scales.xi_c) == (0, math.inf)
    profile = theory.depth_profile(
        "tanh", theory.uniform_layers(0.5, 0.0, depth=40, width=10), q0=1e-4, c0=0.3
    )
    assert profile.correlation[-1] == pytest.approx(0.3, abs=1e-3)


@pytest.mark.parametrize(
    ("name", "sigma_w2", "limit"),
    # Long vectors feel the slopes at ±∞ alone: σ_w² (φ'(∞)² + φ'(−∞)²) / 2; λ of SELU is 1.0507.
    [
        ("elu", 2.0, 1.0),
        ("softplus", 2.0, 1.0),
        ("leaky_relu", 2.0, 1.0001),
        ("selu", 2.0, 1.0507009873554805**2),
        ("gelu", 3.0, 1.5),
    ],
)
def test_slopes_at_infinite_length_are_the_limit_itself(name, sigma_w2, limit):
    scales = theory.depth_scales(name, sigma_w2, 0.0)
    assert scales.q_star == math.inf
    # The next order, q^(−3/2) = 1e-9 of the longest vectors, times slopes and curvatures.
    assert scales.chi_1 == pytest.approx(limit, abs=1e-7)
    assert (scales.xi_grad == math.inf) == (limit == 1)


def test_every_phase_has_its_name():
    assert theory.phase("tanh", [1.5, 2.0], 0.05).tolist() == ["ordered", "chaotic"]
    assert theory.phase("tanh", 1.760955, 0.05) == "critical"  # six published digits are enough
    assert theory.phase("tanh", 1 / 3, 0.0) == "collapsing"
    assert theory.phase("relu", [1.0, 2.0, 2.1], 0.0).tolist() == [
        "collapsing",
        "critical",
        "divergent",
    ]
    assert theory.phase("relu", 2.0, 0.1) == "divergent"
    assert theory.phase("softplus", 2.0, 0.0) == "divergent"
    assert theory.phase("gelu", 2.0, 0.0) == "collapsing"


def test_a_phase_diagram_agrees_with_the_edge_of_chaos():
    """Each grid point is chaotic where σ_w² exceeds the curve's at that σ_b²."""
    diagram = theory.phase_diagram("tanh", np.linspace(0.5, 4, 29), np.linspace(0.02, 1, 20))
    assert diagram.phase.shape == diagram.q_star.shape == (20, 29)
    for sigma_b2, row in zip(diagram.sigma_b2, diagram.phase, strict=True):
        edge = theory.critical_point("tanh", sigma_b2).sigma_w2
        expected = np.where(diagram.sigma_w2 > edge, "chaotic", "ordered")
        assert row.tolist() == expected.tolist()
