"""Claims about what is no number: it stays NaN in theory, and spoils nothing that is one."""

import numpy as np
import pytest
import torch

from initatlas import theory
from initatlas.activations import Activation
from initatlas.theory.recursion import uniform_layers

LOST = Activation(name="lost", phi=lambda z: z * float("nan"))
ROOT = Activation(name="root", phi=torch.sqrt)  # of negative z there is none
NOTHING = pytest.mark.parametrize("activation", [LOST, ROOT], ids=lambda a: a.name)


@NOTHING
def test_moments_and_fixed_points_of_no_number_are_nan(activation):
    q = np.array([0.1, 1.0, 40.0])
    assert np.isnan(theory.length_map(activation, q, 2.0, 0.1)).all()
    assert np.isnan(theory.chi_1(activation, q, 2.0)).all()
    assert np.isnan(theory.correlation_map(activation, 0.5, q, 2.0, 0.1)).all()
    assert np.isnan(theory.fixed_point(activation, [0.5, 2.0], 0.1)).all()
    scales = theory.depth_scales(activation, [0.5, 2.0], 0.1)
    for name in ("q_star", "c_star", "chi_1", "xi_q", "xi_c", "xi_grad", "xi_gen"):
        assert np.isnan(getattr(scales, name)).all(), name


@NOTHING
@pytest.mark.parametrize("sigma_b2", [0.0, 0.05])
def test_there_is_no_critical_point_of_no_number_and_it_is_said_why(activation, sigma_b2):
    with pytest.raises(theory.NoCriticalPointError, match="its values are no numbers"):
        theory.critical_point(activation, sigma_b2)


def test_lengths_beyond_float64_are_nan_and_those_before_are_exact():
    """ReLU halves q, σ_w² multiplies it: 10³⁰ᵏ/2ᵏ⁻¹ in layer k, whose square is too much at 6."""
    with np.errstate(all="ignore"):
        layers = uniform_layers(1e30, 0.0, depth=12, width=8)
        profile = theory.depth_profile("relu", layers, 1.0, 0.5)
    k = np.arange(1, 7)
    np.testing.assert_allclose(profile.q[1:7], 1e30**k / 2.0 ** (k - 1), rtol=1e-12)
    assert np.isnan(profile.q[7:]).all()
    within = theory.depth_profile("relu", uniform_layers(2.0, 0.0, depth=4, width=8), 1.0, 0.5)
    np.testing.assert_allclose(profile.correlation[:5], within.correlation[:5], rtol=1e-12)


def test_a_length_is_not_negative_whatever_else_it_is():
    with pytest.raises(ValueError, match="A variance must be finite and at least 0; got q = -1"):
        theory.length_map("relu", [np.inf, -1.0], 2.0, 0.0)
    assert np.isnan(theory.length_map("tanh", np.inf, 2.0, 0.0))
