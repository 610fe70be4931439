"""Two-point Gaussian expectations against closed forms and against independent quadratures."""

import itertools
import math

import mpmath
import numpy as np
import pytest
import torch
from torch.nn import functional

from initatlas.activations import ACTIVATIONS, Activation
from initatlas.theory.bivariate import pair_moments_by_quadrature
from initatlas.theory.hermite import pair_moments_by_series
from initatlas.theory.moments import pair_moments, second_moment, slope_moment
from initatlas.theory.pointwise import phi, slope

# 1 − c: near 1, in between, and near −1.
GAPS = np.array([1e-6, 1e-4, 0.02, 0.5, 1.0, 1.3, 1.98, 2 - 1e-4, 2 - 1e-6])
PAIRS = [(1e-6, 1e-6), (1.0, 1.0), (30.0, 30.0), (1e4, 1e4), (1e-3, 5.0), (100.0, 2.0)]
CLOSED = [a for a in ACTIVATIONS.values() if a.mixed_moment is not None]
OPEN = [a for a in ACTIVATIONS.values() if a.mixed_moment is None]
SMOOTH = ["tanh", "sigmoid", "silu", "mish", "softplus"]
KINKED_AT_0 = ["elu", "selu", "softsign"]


def filled(q_a, q_b):
    return np.full(len(GAPS), q_a), np.full(len(GAPS), q_b)


def scales(activation, q_a, q_b):
    """√(E[φ(u)²] E[φ(v)²]) and the same of φ′: what an error is relative to where terms cancel."""
    second = np.sqrt(second_moment(activation, q_a) * second_moment(activation, q_b))
    return second, np.sqrt(slope_moment(activation, q_a) * slope_moment(activation, q_b))


def assert_agrees(activation, q_a, q_b, found, expected, rounding=0.0):
    """Within 1e-10 of the moments' scales; ½ E[(φ − φ)²] relative to itself.

    `rounding` is that of the expected values, in the same units.
    """
    second, slopes = scales(activation, q_a, q_b)
    assert np.all(np.abs(found.mixed - expected[0]) <= (1e-11 + rounding) * second)
    assert np.all(np.abs(found.mixed_slope - expected[1]) <= (1e-11 + rounding) * slopes)


@pytest.mark.parametrize("pair", PAIRS, ids=str)
@pytest.mark.parametrize("activation", CLOSED, ids=lambda a: a.name)
def test_quadrature_agrees_with_closed_forms(activation, pair):
    if activation.name == "sin" and pair == (1e4, 1e4):
        # 257 panels in each direction: a second a pair. Once is enough.
        q_a, q_b, gap = np.array([1e4]), np.array([1e4]), np.array([1e-4])
    else:
        (q_a, q_b), gap = filled(*pair), GAPS
    found = pair_moments_by_quadrature(activation, q_a, q_b, gap)
    q_ab = np.sqrt(q_a * q_b) * (1 - gap)
    expected = (
        activation.mixed_moment(q_a, q_b, q_ab),
        activation.mixed_derivative_moment(q_a, q_b, q_ab),
    )
    # q_ab itself has an error of 1e-16 q: with slopes of order 1 that is nothing, except in
    # hard_tanh's closed form, whose terms of order q cancel down to order 1.
    q = max(q_a.max(), q_b.max())
    rounding = 3e-14 * q if activation.name == "hard_tanh" else 0
    assert_agrees(activation, q_a, q_b, found, expected, rounding)


@pytest.mark.parametrize("name", ["relu", "leaky_relu", "gelu", "erf"])
def test_quadrature_is_relative_to_the_value_itself_even_at_c_near_minus_1(name):
    """ReLU's kernel at c = −0.999999 is 1e-9 of its scale, and still has 10 digits."""
    activation = ACTIVATIONS[name]
    q_a, q_b = filled(2.0, 2.0)
    found = pair_moments_by_quadrature(activation, q_a, q_b, GAPS).mixed
    expected = activation.mixed_moment(q_a, q_b, 2.0 * (1 - GAPS))
    # The closed form knows 1 − |c| only to 1e-16/(1 − |c|): 1e-10 at the ends, half as much again
    # because the kernel goes as (1 − |c|)^1.5 there.
    nonzero = expected != 0
    np.testing.assert_allclose(found[nonzero], expected[nonzero], rtol=5e-10, atol=1e-16)


def test_relus_closed_form_keeps_its_digits_where_its_terms_cancel():
    """At c = −1 + 2⁻³⁰, exact in binary, the kernel is 1e-15: against 50 digits."""
    c = -1 + 2.0**-30
    with mpmath.workdps(50):
        theta = mpmath.acos(mpmath.mpf(c))
        kernel = (mpmath.sin(theta) + (mpmath.pi - theta) * mpmath.cos(theta)) / (2 * mpmath.pi)
    found = ACTIVATIONS["relu"].mixed_moment(np.float64(1), np.float64(1), np.float64(c))
    # ψ = π − angle is rounded at 1e-16 of π: 1e-11 of ψ = 4e-5, three times that of ψ³.
    assert found == pytest.approx(float(kernel), rel=1e-10)


@pytest.mark.parametrize("gap", [1e-13, 1e-9, 1e-4, 0.0198, 0.0202, 0.5, 1.0, 1.9, 2.0])
@pytest.mark.parametrize(("name", "slope"), [("relu", 0), ("leaky_relu", 0.01)])
def test_the_distance_of_rectified_inputs_has_every_digit(name, slope, gap):
    """½ E[(φ(u) − φ(v))²] from its moments, with 60 digits; q_a and q_b differ in one of them."""
    for q_a, q_b in ((2.0, 2.0), (1e-3, 5.0)):
        with mpmath.workdps(60):
            a, b, c = mpmath.mpf(q_a), mpmath.mpf(q_b), 1 - mpmath.mpf(gap)
            theta = mpmath.acos(c)
            kernel = mpmath.sin(theta) + (mpmath.pi - theta) * c
            rectified = (a + b) / 4 - mpmath.sqrt(a * b) * kernel / (2 * mpmath.pi)
            linear = (a + b) / 2 - mpmath.sqrt(a * b) * c
            expected = slope * linear + (1 - mpmath.mpf(slope)) ** 2 * rectified
        found = ACTIVATIONS[name].half_square_moment(np.float64(q_a), np.float64(q_b), gap)
        assert found == pytest.approx(float(expected), rel=1e-14)


@pytest.mark.parametrize("activation", ACTIVATIONS.values(), ids=lambda a: a.name)
def test_series_and_quadrature_agree_wherever_the_series_says_that_it_has_converged(activation):
    rng = np.random.default_rng(4)
    q_a = 10 ** rng.uniform(-4, 1, 30)
    q_b = np.where(rng.random(30) < 0.5, q_a, 10 ** rng.uniform(-3, 1, 30))
    gap = np.where(rng.random(30) < 0.5, 10 ** rng.uniform(-6, 0, 30), rng.uniform(0, 2, 30))
    squares_a, squares_b = (
        np.stack([second_moment(activation, q), slope_moment(activation, q) + 0 * q])
        for q in (q_a, q_b)
    )
    series, converged = pair_moments_by_series(activation, q_a, q_b, gap, squares_a, squares_b)
    integrated = pair_moments_by_quadrature(activation, q_a, q_b, gap)
    # All of them for smooth φ; with a kink at 0, those away from |c| = 1. The series' nodes are
    # not split at hard_tanh's kinks, so that it is resolved only where those are out of reach.
    assert converged.sum() >= (3 if activation.name == "hard_tanh" else 10)
    second, slopes = scales(activation, q_a, q_b)
    for found, expected, scale in (
        (series.mixed, integrated.mixed, second),
        (series.mixed_slope, integrated.mixed_slope, slopes),
        (series.half_square, integrated.half_square, integrated.half_square),
    ):
        assert np.all(np.abs(found - expected)[converged] <= (1e-11 * scale)[converged])


def trapezoid(activation, q_a, q_b, gap, function):
    """E[f(u) f(v)] by the trapezoidal rule, which converges exponentially for smooth f."""
    # Poles of φ lie at distance ≥ π/2: error e^(−2π · (π/2)/√q / h) = 1e-20 at q = 2, h = 0.15.
    t = np.arange(-10.05, 10.06, 0.15)
    density = 0.15 * np.exp(-(t**2) / 2) / math.sqrt(2 * math.pi)
    c, s = 1 - gap, math.sqrt(gap * (2 - gap))
    u = np.repeat(math.sqrt(q_a) * t[:, None], len(t), axis=1)
    v = math.sqrt(q_b) * (c * t[:, None] + s * t)
    return density @ (function(activation, u) * function(activation, v)) @ density


def polar(activation, q_a, q_b, gap, function):
    """E[f(u) f(v)] in polar coordinates, where kinks at 0 are four rays: no bend at |c| → 1."""
    angle = math.atan2(math.sqrt(gap * (2 - gap)), 1 - gap)
    rays = np.array([-math.pi / 2, angle - math.pi / 2, math.pi / 2, angle + math.pi / 2])
    rays = np.append(rays, rays[0] + 2 * math.pi)
    nodes, weights = np.polynomial.legendre.leggauss(40)
    total = 0.0
    for first, last in itertools.pairwise(rays):
        theta = first + (last - first) * (nodes + 1) / 2
        for inner, outer in ((0, 1), (1, 3), (3, 6), (6, 10)):
            r = inner + (outer - inner) * (nodes + 1) / 2
            density = r * np.exp(-(r**2) / 2) / (2 * math.pi) * weights * (outer - inner) / 2
            u = math.sqrt(q_a) * np.cos(theta)[:, None] * r
            v = math.sqrt(q_b) * np.cos(theta - angle)[:, None] * r
            values = function(activation, u) * function(activation, v)
            total += (weights * (last - first) / 2) @ values @ density
    return total


@pytest.mark.parametrize("q_b", [2.0, 0.1])
@pytest.mark.parametrize("name", SMOOTH + KINKED_AT_0)
def test_activations_without_closed_form_agree_with_an_independent_rule(name, q_b):
    activation, rule = ACTIVATIONS[name], trapezoid if name in SMOOTH else polar
    q_a, q_b = filled(2.0, q_b)
    found = pair_moments(activation, q_a, q_b, GAPS)
    expected = [
        [rule(activation, *point, function) for point in zip(q_a, q_b, GAPS, strict=True)]
        for function in (phi, slope)
    ]
    assert_agrees(activation, q_a, q_b, found, np.array(expected))


def test_every_activation_without_closed_form_was_compared():
    assert set(SMOOTH + KINKED_AT_0) == {a.name for a in OPEN}


@pytest.mark.parametrize("activation", ACTIVATIONS.values(), ids=lambda a: a.name)
def test_the_squared_difference_keeps_its_digits_where_c_goes_to_1(activation):
    """½ E[(φ(u) − φ(v))²] → gap · q E[φ′²], with a next term of order √gap at the kinks."""
    gap = np.array([1e-8, 1e-12, 1e-15])
    q = np.ones(3)
    found = pair_moments(activation, q, q, gap).half_square
    expected = gap * slope_moment(activation, q)
    # Next order: ReLU's is (2√2/3π) gap^1.5 = 0.3 · 2 √gap relative; 3 √gap bounds the others
    # too, and rounding has 1e-10 of room.
    assert np.all(np.abs(found / expected - 1) <= 3 * np.sqrt(gap) + 1e-10)


@pytest.mark.parametrize("activation", ACTIVATIONS.values(), ids=lambda a: a.name)
def test_at_c_1_a_pair_is_a_point(activation):
    q = np.array([0.01, 1.0, 20.0])
    found = pair_moments(activation, q, q, np.zeros(3))
    np.testing.assert_allclose(found.mixed, second_moment(activation, q), rtol=1e-11)
    np.testing.assert_allclose(found.mixed_slope, slope_moment(activation, q) + 0 * q, rtol=1e-11)
    assert np.all(np.abs(found.half_square) <= 1e-13 * found.mixed)


def test_undeclared_kinks_cost_no_accuracy_in_two_dimensions():
    """One jump of φ′ at 0.4 and one of φ″ at −1, neither of them declared."""

    def function(z):
        return torch.relu(z - 0.4) + functional.elu(z + 1)

    silent = Activation(name="silent", phi=function)
    declared = Activation(name="declared", phi=function, kinks=(-1.0, 0.4))
    for pair in PAIRS[1:3]:
        q_a, q_b = filled(*pair)
        found = pair_moments(silent, q_a, q_b, GAPS)
        expected = pair_moments_by_quadrature(declared, q_a, q_b, GAPS)
        assert_agrees(declared, q_a, q_b, found, expected)
        np.testing.assert_allclose(found.half_square, expected.half_square, rtol=1e-9)


def test_in_float32_relus_correlation_freezes_and_in_ours_it_does_not():
    """1 − c of ReLU at σ_w² = 2 decays as 9π²/(2 l²); arccos in float32 stops at 4e-5."""
    c, gap = np.float32(0.1), np.array([0.9])
    relu = ACTIVATIONS["relu"]
    one = np.ones(1)
    for _ in range(3000):
        theta = np.arccos(c)
        c = (np.sin(theta) + (np.float32(np.pi) - theta) * np.cos(theta)) / np.float32(np.pi)
        gap = 2 * pair_moments(relu, one, one, gap).half_square
    assert 1 - c > 2e-5
    # 9π²/2 = 44.41, less (1 + O(ln l/l)) at l = 3000: 43.93 by an independent float64 recursion.
    assert 3000**2 * gap[0] == pytest.approx(43.93, abs=0.05)
