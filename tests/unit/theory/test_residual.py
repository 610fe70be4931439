"""Residual recursion: Yang & Schoenholz' growth laws."""

import math

import numpy as np
import pytest

from initatlas.theory import ResidualBlock, residual_profile


def test_relus_stream_and_gradients_grow_exponentially():
    block = ResidualBlock(sigma_w2=1.5, sigma_b2=0.0, sigma_v2=0.8, branch_scale2=0.5)
    profile = residual_profile("relu", block, 30, p0=2.0, c0=0.5)
    growth = math.log1p(0.5 * 0.8 * 1.5 / 2)
    assert np.log(profile.p / 2.0) == pytest.approx(growth * np.arange(31))
    assert profile.log_gradient_norm2 == pytest.approx(growth * np.arange(30, -1, -1))


def test_tanhs_stream_grows_linearly_and_its_gradients_as_exp_of_the_square_root_of_depth():
    """ln growth → (8/(3 √(2π))) √l = 1.0638 √l; the recursion itself gives 1.0836 at l = 1000."""
    block = ResidualBlock(sigma_w2=1.0, sigma_b2=0.0, sigma_v2=1.0)
    growth = {
        depth: residual_profile("tanh", block, depth, p0=1.0).log_gradient_norm2[0]
        for depth in (250, 1000)
    }
    assert growth[1000] / math.sqrt(1000) == pytest.approx(1.0836, abs=6e-5)
    # The local slope in √l is closer to the asymptotic constant than the ratio itself.
    slope = (growth[1000] - growth[250]) / (math.sqrt(1000) - math.sqrt(250))
    assert slope == pytest.approx(8 / (3 * math.sqrt(2 * math.pi)), rel=0.03)


def test_branches_scaled_by_depth_keep_everything_of_order_1():
    """a² = 1/100 over 1,000 tanh blocks: p = 6.99, gradients e^2.867."""
    block = ResidualBlock(sigma_w2=1.0, sigma_b2=0.0, sigma_v2=1.0, branch_scale2=0.01)
    profile = residual_profile("tanh", block, 1000, p0=1.0)
    assert profile.p[-1] == pytest.approx(6.99, abs=6e-3)
    assert profile.log_gradient_norm2[0] == pytest.approx(2.867, abs=6e-4)


def test_correlations_move_polynomially_not_exponentially():
    block = ResidualBlock(sigma_w2=1.0, sigma_b2=0.0, sigma_v2=1.0)
    gap = residual_profile("tanh", block, 320, p0=1.0, c0=0.5).gap
    # The distance to c = 0 (odd φ, no bias) falls as a power: each doubling of depth takes the
    # same factor, where an exponential would square it.
    distance = 1 - gap[[40, 80, 160, 320]]
    factors = distance[1:] / distance[:-1]
    assert np.ptp(factors) < 0.1 * factors.mean()
    assert np.all(factors < 1)


def test_biases_of_stream_and_branch_enter_where_they_should():
    block = ResidualBlock(sigma_w2=1.0, sigma_b2=0.3, sigma_v2=0.5, sigma_a2=0.2)
    profile = residual_profile("linear", block, 1, p0=1.0, c0=0.0)
    assert profile.q[0] == pytest.approx(1.3)
    assert profile.p[1] == pytest.approx(1.0 + 0.5 * 1.3 + 0.2)
    # Biases are shared: only the weights' part of the distance grows.
    assert profile.gap[1] * profile.p[1] == pytest.approx(1.0 + 0.5 * 1.0)


def test_what_is_no_variance_is_refused():
    with pytest.raises(ValueError, match="sigma_v2 = -1"):
        ResidualBlock(sigma_w2=1.0, sigma_b2=0.0, sigma_v2=-1.0)
