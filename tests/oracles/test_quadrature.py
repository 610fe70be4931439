"""One-point Gaussian expectations against closed forms and against mpmath."""

import mpmath
import numpy as np
import pytest
import torch

from initatlas.activations import ACTIVATIONS, Activation
from initatlas.theory.panels import panels_of
from initatlas.theory.pointwise import phi, slope
from initatlas.theory.quadrature import expectation

Q = np.logspace(-6, 4, 41)
CLOSED = [a for a in ACTIVATIONS.values() if a.mixed_moment is not None]
# Written again from their definitions, without torch. Each ends with the places of its kinks.
MPMATH = {
    "tanh": (mpmath.tanh, ()),
    "sigmoid": (lambda z: 1 / (1 + mpmath.exp(-z)), ()),
    "silu": (lambda z: z / (1 + mpmath.exp(-z)), ()),
    "mish": (lambda z: z * mpmath.tanh(mpmath.log1p(mpmath.exp(z))), ()),
    "softplus": (lambda z: mpmath.log1p(mpmath.exp(z)), ()),
    "softsign": (lambda z: z / (1 + abs(z)), (0,)),
    "elu": (lambda z: z if z > 0 else mpmath.expm1(z), (0,)),
    "selu": (
        lambda z: (
            mpmath.mpf("1.0507009873554804934193349852946")
            * (z if z > 0 else mpmath.mpf("1.6732632423543772848170429916717") * mpmath.expm1(z))
        ),
        (0,),
    ),
}


def square(activation):
    return lambda z: phi(activation, z) ** 2


def slope_square(activation):
    return lambda z: slope(activation, z) ** 2


@pytest.mark.parametrize("activation", CLOSED, ids=lambda a: a.name)
def test_second_moments_agree_with_closed_forms_from_q_1e_minus_6_to_1e4(activation):
    # 1e-11 is a tenth of what is promised; sin, resolved by 257 panels at q = 1e4, needs it. The
    # closed form of hard_tanh itself rounds to 1e-16 q.
    found = expectation(activation, square(activation), Q)
    np.testing.assert_allclose(found, activation.mixed_moment(Q, Q, Q), rtol=1e-11)


@pytest.mark.parametrize("activation", CLOSED, ids=lambda a: a.name)
def test_slope_moments_agree_with_closed_forms_from_q_1e_minus_6_to_1e4(activation):
    found = expectation(activation, slope_square(activation), Q)
    expected = activation.mixed_derivative_moment(Q, Q, Q)
    np.testing.assert_allclose(found, expected + 0 * Q, rtol=1e-11)


def by_mpmath(function, kinks, q):
    """E[f(z)²] with 30 digits: tanh–sinh between kinks and round multiples of both widths."""
    with mpmath.workdps(30):
        deviation = mpmath.sqrt(q)
        wide = [m * deviation for m in (-11, -6, -3, -1, 1, 3, 6, 11)]
        narrow = [m for m in (-30, -10, -3, -1, 0, 1, 3, 10, 30) if abs(m) < 11 * deviation]
        edges = sorted({*wide, *(mpmath.mpf(e) for e in (*narrow, *kinks))})
        density = 1 / (deviation * mpmath.sqrt(2 * mpmath.pi))
        return mpmath.quad(
            lambda z: function(z) ** 2 * mpmath.exp(-(z**2) / (2 * q)) * density, edges
        )


def test_every_activation_has_a_closed_form_or_is_compared_with_mpmath():
    assert {a.name for a in CLOSED} | set(MPMATH) == set(ACTIVATIONS)


@pytest.mark.parametrize("q", [1e-6, 1.0, 1e4])
@pytest.mark.parametrize("name", MPMATH)
def test_second_moments_agree_with_mpmath(name, q):
    activation = ACTIVATIONS[name]
    found = expectation(activation, square(activation), np.array(q))
    expected = float(by_mpmath(*MPMATH[name], q))
    assert found == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("q", [0.3, 40.0])
@pytest.mark.parametrize("name", MPMATH)
def test_slope_moments_agree_with_mpmaths_derivative(name, q):
    function, kinks = MPMATH[name]
    activation = ACTIVATIONS[name]
    found = expectation(activation, slope_square(activation), np.array(q))
    with mpmath.workdps(15):
        # 2nd-order difference of 30-digit values: error h² ≈ 1e-16 relative, away from kinks.
        h = mpmath.mpf("1e-8")

        def derivative(z):
            with mpmath.workdps(30):
                return (function(z + h) - function(z - h)) / (2 * h)

        expected = float(by_mpmath(derivative, kinks, q))
    # The difference straddles a kink over a share 1e-8 of the density, where it is off by ≤ 1.
    assert found == pytest.approx(expected, rel=1e-8 if kinks else 1e-12)


def test_a_fixed_gauss_hermite_rule_fails_where_the_panels_do_not():
    """The trap that panels avoid: 51 nodes, one of them on ReLU's kink."""
    t, w = np.polynomial.hermite_e.hermegauss(51)
    relu = ACTIVATIONS["relu"]
    blind = (w / w.sum()) @ (t > 0)
    assert abs(blind - 0.5) > 0.05
    assert expectation(relu, slope_square(relu), np.array(1.0)) == pytest.approx(0.5, abs=1e-14)


def test_undeclared_kinks_are_found_and_cost_no_accuracy():
    def function(z):
        return torch.relu(z - 0.5) + torch.tanh(7 * z) + 0.1 * z.abs()

    silent = Activation(name="silent", phi=function)
    declared = Activation(name="declared", phi=function, kinks=(0.0, 0.5))
    np.testing.assert_allclose(panels_of(silent, 10.0).kinks, [0, 0.5], atol=1e-12)
    for integrand in (square, slope_square):
        found = expectation(silent, integrand(silent), Q)
        expected = expectation(declared, integrand(declared), Q)
        # A kink is found to 2⁻⁴⁴, over which the density at q = 1e-6 has a share of 2e-11.
        np.testing.assert_allclose(found, expected, rtol=1e-10)


def test_a_jump_of_phi_itself_is_found():
    step = Activation(name="step", phi=lambda z: torch.where(z > 0.3, 1.0, -0.5).to(z.dtype))
    found = expectation(step, lambda z: phi(step, z), np.array(1.0))
    assert found == pytest.approx(-0.5 + 1.5 * float(mpmath.ncdf(-0.3)), abs=1e-12)


def test_what_cannot_be_resolved_is_refused_by_name_and_with_the_likely_fix():
    noisy = Activation(name="noisy", phi=lambda z: z.to(torch.float32).to(torch.float64).tanh())
    with pytest.raises(ValueError, match=r"noisy.*kinks"):
        expectation(noisy, square(noisy), np.array(1.0))


def test_a_negative_variance_is_refused_and_one_that_is_no_number_gives_none():
    relu = ACTIVATIONS["relu"]
    with pytest.raises(ValueError, match="relu: a variance q"):
        expectation(relu, square(relu), np.array([1.0, -1.0]))
    found = expectation(relu, square(relu), np.array([np.nan, 1.0, np.inf]))
    np.testing.assert_allclose(found, [np.nan, 0.5, np.nan], rtol=1e-12)


def test_at_q_0_an_expectation_is_the_value_at_0():
    sigmoid = ACTIVATIONS["sigmoid"]
    assert expectation(sigmoid, square(sigmoid), np.array(0.0)) == pytest.approx(0.25, rel=1e-14)


def test_narrow_and_distant_features_are_seen_at_large_reach():
    """A bump of width 0.1 at 3 inside a window of ±10⁴."""
    bump = Activation(name="bump", phi=lambda z: torch.exp(-((z - 3) ** 2) / 0.02))
    q = 1e6
    found = expectation(bump, lambda z: phi(bump, z), np.array(q))
    # E e^(−(z − m)²/2s²) = s/√(s² + q) e^(−m²/2(s² + q)), s² = 0.01.
    expected = 0.1 / np.sqrt(0.01 + q) * np.exp(-9 / (2 * (0.01 + q)))
    assert found == pytest.approx(expected, rel=1e-10)
