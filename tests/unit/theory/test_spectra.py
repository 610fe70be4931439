"""Jacobian spectra: moments, densities that integrate to them, known laws, sampled matrices."""

import math

import numpy as np
import pytest

from initatlas import theory
from initatlas.activations import ACTIVATIONS
from initatlas.theory import jacobian_density, jacobian_moments

# activation, σ_b²: μ₂/μ₁² − 1 at the critical point, computed elsewhere to six decimals.
SPREAD = [
    ("tanh", 0.05, 0.342256),
    ("tanh", 0.10, 0.479012),
    ("erf", 0.05, 0.353889),
    ("hard_tanh", 0.05, 0.165545),
    ("hard_tanh", 0.10, 0.263406),
    ("sin", 0.05, 0.223449),
    ("selu", 0.05, 0.293929),
    ("elu", 0.05, 0.373120),
    ("relu", 0.00, 1.0),
    ("softsign", 0.05, 0.646867),
    ("sigmoid", 0.00, 3.448765),
]


@pytest.mark.parametrize(("name", "sigma_b2", "spread"), SPREAD)
def test_the_variance_grows_by_mu_2_over_mu_1_squared_minus_1_minus_s_1(name, sigma_b2, spread):
    point = theory.critical_point(name, sigma_b2)
    for ensemble, extra in (("orthogonal", 0), ("gaussian", 1)):
        moments = jacobian_moments(name, point.q_star, point.sigma_w2, 10, ensemble=ensemble)
        assert moments.mean == pytest.approx(1, abs=1e-12)
        assert moments.relative_variance == pytest.approx(10 * (spread + extra), abs=1e-5)


DENSITIES = [
    ("linear", 1.0, 1.0, 3, "gaussian"),
    ("relu", 1.0, 2.0, 1, "gaussian"),
    ("relu", 1.0, 2.0, 10, "gaussian"),
    ("relu", 1.0, 2.0, 3, "orthogonal"),
    ("relu", 1.0, 2.0, 10, "orthogonal"),
    ("hard_tanh", 0.463864, 1.165545, 4, "orthogonal"),
    ("hard_tanh", 0.463864, 1.165545, 20, "orthogonal"),
    ("hard_tanh", 0.463864, 1.165545, 20, "gaussian"),
]


@pytest.mark.parametrize(("name", "q", "sigma_w2", "depth", "ensemble"), DENSITIES)
def test_densities_integrate_to_1_and_to_the_two_moments(name, q, sigma_w2, depth, ensemble):
    found = jacobian_density(name, q, sigma_w2, depth, ensemble=ensemble, points=6000)
    moments = jacobian_moments(name, q, sigma_w2, depth, ensemble=ensemble)
    powers = [
        np.trapezoid(found.density * np.exp(k * found.log_squared), found.log_squared)
        + found.mass_at_top * math.exp(k * found.log_top)
        for k in range(3)
    ]
    # Trapezoidal in 6,000 points crowded at the edges: 1e-4 is what it resolves of the mass, a
    # part of which lies at ln λ → −∞; the moments, weighted by λ, are better known.
    # Linear φ has a density ~ λ^(1/(L+1)) over ln λ near 0: the last points cut off some mass.
    assert powers[0] + found.mass_at_zero == pytest.approx(1, abs=3e-3)
    assert powers[1] == pytest.approx(float(moments.mean), rel=1e-4)
    relative = powers[2] / powers[1] ** 2 - 1
    assert relative == pytest.approx(float(moments.relative_variance), rel=1e-3)


def test_one_gaussian_layer_has_the_marchenko_pastur_law():
    found = jacobian_density("linear", 1.0, 1.0, 1)
    squared = np.exp(found.log_squared)
    expected = np.sqrt(np.maximum(squared * (4 - squared), 0)) / (2 * np.pi)  # over ln λ
    np.testing.assert_allclose(found.density, expected, atol=1e-9)


def test_two_projections_have_the_arcsine_law():
    """Free projections of trace ½: density 1/(π √(λ(1 − λ))) on (0, 1), half of the mass."""
    found = jacobian_density("relu", 1.0, 1.0, 2, ensemble="orthogonal")
    squared = np.exp(found.log_squared)
    inner = (squared > 0.01) & (squared < 0.99)
    squared, density = squared[inner], found.density[inner]
    expected = np.sqrt(squared / (1 - squared)) / (2 * np.pi)
    np.testing.assert_allclose(density, expected, rtol=1e-8)
    assert inner.sum() > 50


@pytest.mark.parametrize("depth", [2, 5, 20])
def test_the_largest_singular_value_is_that_of_fuss_and_catalan(depth):
    """Support ends at (L + 1)^(L+1)/Lᴸ for products of L Gaussian matrices: about e L."""
    found = jacobian_density("linear", 1.0, 1.0, depth)
    edge = (depth + 1) * math.log(depth + 1) - depth * math.log(depth)
    # The last point is short of the edge by the squared angle of its ray, 1e-5 of it.
    assert found.log_squared[-1] == pytest.approx(edge, abs=1e-3)


def test_orthogonal_linear_networks_are_isometries():
    found = jacobian_density("linear", 1.0, 1.0, 7, ensemble="orthogonal")
    assert (found.mass_at_top, found.log_top, found.mass_at_zero) == (1.0, 0.0, 0.0)
    assert found.log_squared.size == 0


@pytest.mark.parametrize("ensemble", ["gaussian", "orthogonal"])
@pytest.mark.parametrize("lengths", [[2.0, 0.8], [1.3, 0.9, 0.7, 0.6, 0.55], [0.2] + [0.01] * 14])
def test_layers_of_different_lengths_multiply_their_moments(ensemble, lengths):
    """Mean Π σ_w² p_l, relative variance Σ (1/p_l − 1 − s₁), rank that of the least p_l."""
    q, depth = np.array(lengths), len(lengths)
    found = jacobian_density("hard_tanh", q, 1.2, depth, ensemble=ensemble, points=4000)
    one = jacobian_moments("hard_tanh", q, 1.2, 1, ensemble=ensemble)
    top = found.mass_at_top * np.exp(found.log_top * np.arange(3))
    inner = [np.trapezoid(found.density * np.exp(k * found.log_squared), found.log_squared)
             for k in range(3)]  # fmt: skip
    powers = np.array(inner) + top
    # As above, the ends of the support cut off some mass.
    assert powers[0] + found.mass_at_zero == pytest.approx(1, abs=3e-3)
    assert powers[1] == pytest.approx(one.mean.prod(), rel=1e-4)
    relative = powers[2] / powers[1] ** 2 - 1
    assert relative == pytest.approx(one.relative_variance.sum(), rel=1e-3)
    least = one.mean.min() / 1.2
    assert found.mass_at_zero == pytest.approx(1 - least, rel=1e-12)


def test_one_length_for_every_layer_is_that_length():
    args = {"ensemble": "gaussian", "points": 50}
    one = jacobian_density("hard_tanh", 0.5, 1.2, 6, **args)
    same = jacobian_density("hard_tanh", np.full(6, 0.5), 1.2, 6, **args)
    np.testing.assert_array_equal(one.density, same.density)


def test_very_deep_densities_stay_finite():
    found = jacobian_density("relu", 1.0, 2.0, 300)
    assert np.isfinite(found.log_squared).all()
    assert np.isfinite(found.density).all()


def test_a_density_is_refused_where_the_slope_takes_other_values():
    for name in ("tanh", "leaky_relu", "gelu"):
        with pytest.raises(ValueError, match=f"{name}: the Jacobian's density"):
            jacobian_density(name, 1.0, 2.0, 3)
    with pytest.raises(ValueError, match="Unknown ensemble 'uniform'"):
        jacobian_moments("relu", 1.0, 2.0, 3, ensemble="uniform")


def haar(rng, n):
    basis, triangle = np.linalg.qr(rng.standard_normal((n, n)))
    return basis * np.sign(np.diagonal(triangle))


def sampled_spectrum(rng, name, lengths, sigma_w2, n, ensemble):
    """Squared singular values of Π D W with independent Gaussian pre-activations in D."""
    from initatlas.theory.pointwise import slope

    product = np.eye(n)
    for q in lengths:
        weight = haar(rng, n) if ensemble == "orthogonal" else rng.standard_normal((n, n)) / n**0.5
        gate = slope(ACTIVATIONS[name], math.sqrt(q) * rng.standard_normal(n))
        product = gate[:, None] * (math.sqrt(sigma_w2) * weight @ product)
    return np.linalg.svd(product, compute_uv=False) ** 2


@pytest.mark.parametrize(
    ("name", "ensemble", "lengths", "sigma_w2"),
    [
        ("relu", "gaussian", [1.0] * 4, 2.0),
        ("relu", "orthogonal", [1.0] * 4, 2.0),
        ("hard_tanh", "orthogonal", [0.463864] * 8, 1.165545),
        ("hard_tanh", "orthogonal", [1.2, 0.7, 0.6, 0.5], 1.165545),
        ("hard_tanh", "gaussian", [1.2, 0.7, 0.6, 0.5], 1.165545),
    ],
)
def test_sampled_jacobians_follow_the_density(name, ensemble, lengths, sigma_w2):
    """Shares of singular values between quartiles of the predicted density, n = 300."""
    rng = np.random.default_rng(8)
    n, depth = 300, len(lengths)
    found = jacobian_density(name, lengths, sigma_w2, depth, ensemble=ensemble, points=4000)
    steps = np.diff(found.log_squared) * (found.density[1:] + found.density[:-1]) / 2
    cumulative = np.concatenate([[0], np.cumsum(steps)])
    inner = cumulative[-1]
    cuts = np.exp(np.interp(inner * np.array([0.25, 0.5, 0.75]), cumulative, found.log_squared))
    samples = np.concatenate(
        [sampled_spectrum(rng, name, lengths, sigma_w2, n, ensemble) for _ in range(4)]
    )
    zero = found.mass_at_zero
    for cut, share in zip(cuts, (0.25, 0.5, 0.75), strict=True):
        # Eigenvalues are rigid, their counts scatter by O(1/n); D's own share of ones scatters by
        # √(p(1 − p)/(n L · 4)) and finite n biases by O(L/n) = 3 %.
        assert np.mean(samples < cut) == pytest.approx(zero + share * inner, abs=0.03)


def test_lyapunov_exponents_of_gaussian_products_are_newmans():
    """QR of 3,000 sampled factors of width 4, against digamma; 4 standard errors."""
    rng, n, steps = np.random.default_rng(5), 4, 3000
    basis, logs = np.eye(n), np.empty((steps, n))
    for i in range(steps):
        factor = rng.standard_normal((n, n)) * math.sqrt(1.3 / n)
        basis, triangle = np.linalg.qr(factor @ basis)
        logs[i] = np.log(np.abs(np.diagonal(triangle)))
    expected = theory.lyapunov_exponents(n, 1.3)
    error = logs.std(axis=0, ddof=1) / math.sqrt(steps)
    assert np.all(np.abs(logs.mean(axis=0) - expected) <= 4 * error)
    assert np.all(np.diff(expected) < 0)
