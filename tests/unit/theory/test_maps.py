"""Length, correlation and slope maps: identities between them, published values, refusals."""

import math

import numpy as np
import pytest
import torch

from initatlas import theory
from initatlas.activations import ACTIVATIONS, Activation

ALL = list(ACTIVATIONS.values())
SWISH = Activation(name="my_swish", phi=lambda z: z * torch.sigmoid(1.5 * z))


@pytest.mark.parametrize("activation", [*ALL, SWISH], ids=lambda a: a.name)
def test_the_length_slope_is_the_derivative_of_the_length_map(activation):
    q = np.array([0.05, 1.0, 9.0])
    h = 1e-4 * q
    # Richardson's fourth-order difference: error h⁴ ≈ 1e-16 relative, rounding 1e-15/1e-4.
    v = [theory.length_map(activation, q + k * h, 1.7, 0.1) for k in (-2, -1, 1, 2)]
    difference = (v[0] - 8 * v[1] + 8 * v[2] - v[3]) / (12 * h)
    found = theory.length_slope(activation, q, 1.7)
    # sin's slope at q = 9 is e^(−18), below the difference's absolute error.
    np.testing.assert_allclose(found, difference, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("activation", [*ALL, SWISH], ids=lambda a: a.name)
def test_chi_c_is_the_derivative_of_the_correlation_map(activation):
    q, c = 0.8, np.array([-0.6, 0.0, 0.5, 0.9])
    h = 1e-4
    values = [theory.correlation_map(activation, c + k * h, q, 1.7, 0.1) for k in (-2, -1, 1, 2)]
    difference = (values[0] - 8 * values[1] + 8 * values[2] - values[3]) / (12 * h)
    # C is normalised by V(q), which is q only at the fixed point.
    scale = q / theory.length_map(activation, q, 1.7, 0.1)
    expected = theory.chi_c(activation, c, q, 1.7) * scale
    np.testing.assert_allclose(difference, expected, rtol=1e-9, atol=1e-10)


@pytest.mark.parametrize("activation", ALL, ids=lambda a: a.name)
def test_at_c_1_the_correlation_map_is_1_and_its_slope_is_chi_1(activation):
    q = np.array([0.01, 1.0, 30.0])
    assert np.all(theory.correlation_map(activation, 1.0, q, 1.3, 0.2) == 1)
    np.testing.assert_allclose(
        theory.chi_c(activation, 1.0, q, 1.3), theory.chi_1(activation, q, 1.3) + 0 * q, rtol=1e-11
    )


@pytest.mark.parametrize("name", ["relu", "leaky_relu", "linear"])
def test_for_scale_free_activations_length_slope_and_chi_1_are_the_same(name):
    q = np.array([0.1, 3.0])
    np.testing.assert_allclose(
        theory.length_slope(name, q, 1.9), theory.chi_1(name, q, 1.9) + 0 * q, rtol=1e-13
    )


@pytest.mark.parametrize("name", ["tanh", "gelu", "silu", "mish", "erf", "sin"])
def test_curvature_is_the_second_derivative_of_the_correlation_map_at_1(name):
    """1 − C(c) = χ₁ gap − C″(1) gap²/2 at a fixed point of the length map."""
    gap = np.array([1e-3])
    q = float(theory.fixed_point(name, 1.5, 0.1))
    state = theory.pair_map(name, theory.PairState(np.array([q]), np.array([q]), gap), 1.5, 0.1)
    curvature = 2 * (theory.chi_1(name, q, 1.5) * gap - state.gap) / gap**2
    # The next term is of relative order gap · C‴/C″, a few times 1e-3 here.
    assert curvature == pytest.approx(theory.correlation_curvature(name, q, 1.5), rel=2e-2)


def test_curvature_is_infinite_where_the_slope_jumps_and_finite_where_only_phi_2_does():
    curvature = {n: theory.correlation_curvature(n, 1.0, 1.0) for n in ("relu", "selu", "elu")}
    assert curvature["relu"] == curvature["selu"] == math.inf
    assert 0 < curvature["elu"] < math.inf


def test_relus_correlation_map_is_that_of_cho_and_saul():
    c = np.linspace(-1, 1, 21)
    expected = (np.sqrt(1 - c**2) + (np.pi - np.arccos(c)) * c) / np.pi
    np.testing.assert_allclose(theory.correlation_map("relu", c, 3.0, 2.0, 0), expected, atol=1e-15)


def test_unequal_variances_agree_with_erfs_closed_form_near_c_1():
    q_a, q_b, gap = np.array([0.3]), np.array([0.9]), np.array([1e-5])
    after = theory.pair_map("erf", theory.PairState(q_a, q_b, gap), 1.4, 0.05)
    q_ab = np.sqrt(q_a * q_b) * (1 - gap)
    covariance = (
        1.4 * 2 / np.pi * np.arcsin(2 * q_ab / np.sqrt((1 + 2 * q_a) * (1 + 2 * q_b))) + 0.05
    )
    assert 1 - after.gap == pytest.approx(covariance / np.sqrt(after.q_a * after.q_b), abs=1e-14)


def test_arguments_broadcast_and_scalars_give_scalars():
    q, sigma_w2 = np.ones((3, 1)), np.linspace(1, 2, 4)
    assert theory.length_map("tanh", q, sigma_w2, 0.1).shape == (3, 4)
    assert theory.chi_1("tanh", q, sigma_w2).shape == (3, 4)
    assert theory.correlation_map("tanh", np.zeros(4), q, sigma_w2, 0.1).shape == (3, 4)
    assert np.ndim(theory.length_map("tanh", 1.0, 1.0, 0.0)) == 0


def test_an_activation_may_be_a_name_or_a_record_and_a_misspelt_name_is_corrected():
    assert theory.chi_1("tanh", 1.0, 1.0) == theory.chi_1(ACTIVATIONS["tanh"], 1.0, 1.0)
    with pytest.raises(KeyError, match="Did you mean 'tanh'"):
        theory.chi_1("tahn", 1.0, 1.0)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: theory.length_map("relu", -1.0, 2.0, 0.0), "q = -1.0"),
        (lambda: theory.length_map("relu", 1.0, -2.0, np.nan), "sigma_w2 = -2.0, sigma_b2 = nan"),
        (lambda: theory.chi_1("relu", 1.0, np.inf), "sigma_w2 = inf"),
        (lambda: theory.correlation_map("relu", 1.1, 1.0, 2.0, 0.0), "c = 1.1"),
    ],
)
def test_what_is_no_variance_or_correlation_is_refused_all_at_once(call, message):
    with pytest.raises(ValueError, match=message):
        call()
