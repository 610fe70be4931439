"""Every activation: its record's parts agree with its φ and with one another."""

import numpy as np
import pytest
import torch

from initatlas.activations import ACTIVATIONS, Activation
from initatlas.theory.panels import panels_of

ALL = list(ACTIVATIONS.values())
CLOSED = [a for a in ALL if a.mixed_moment is not None]


def points(dtype=torch.float64):
    """A grid that no kink lies on, wide enough to reach every saturated end."""
    return torch.linspace(-30, 30, 4000, dtype=dtype)


@pytest.mark.parametrize("activation", ALL, ids=lambda a: a.name)
def test_the_derivative_is_that_of_phi(activation):
    by_autograd = Activation(name="same", phi=activation.phi).slope(points())
    # Both are exact formulas: rounding of values up to 1, with cancellation in 1 − tanh².
    torch.testing.assert_close(activation.slope(points()), by_autograd, atol=1e-14, rtol=1e-12)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("activation", ALL, ids=lambda a: a.name)
def test_fused_forms_are_phi_and_its_backward_pass(activation, dtype):
    z = points(dtype)
    gradient = torch.linspace(2, -1, len(z), dtype=dtype)
    h, out = torch.empty_like(z), torch.empty_like(z)
    activation.forward(z, h)
    torch.testing.assert_close(h, activation.phi(z))
    activation.backward(gradient, z, h, out)
    # A few roundings of φ′ ≤ about 1.8, where h is itself rounded.
    atol = 16 * torch.finfo(dtype).eps
    torch.testing.assert_close(out, gradient * activation.slope(z), atol=atol, rtol=atol)
    activation.backward(gradient, z, h, gradient)  # in place
    torch.testing.assert_close(gradient, out)


@pytest.mark.parametrize("activation", ALL, ids=lambda a: a.name)
def test_declared_kinks_are_those_that_phi_has(activation):
    """What panels find in φ alone is what the record says: nothing more, nothing less."""
    found = panels_of(Activation(name="silent", phi=activation.phi), 20.0)
    # A jump of φ′ is found to 2⁻⁴⁴ ≈ 6e-14. One of φ″ alone (ELU, softsign) is resolved by panels
    # that shrink toward it to 1e-9, and not called a kink.
    for kink in activation.kinks:
        assert np.abs(found.edges - kink).min() < 1e-8
    for kink in found.kinks:
        assert np.abs(np.array(activation.kinks) - kink).min() < 1e-12
    if not activation.kinks:
        assert np.diff(found.edges).min() > 0.05  # nothing to shrink toward


@pytest.mark.parametrize("activation", ALL, ids=lambda a: a.name)
def test_phi_stays_within_its_bounds_and_comes_near_them(activation):
    values = activation.phi(torch.linspace(-1e4, 1e4, 20_001, dtype=torch.float64))
    low, high = activation.bounds
    assert low <= values.min()
    assert values.max() <= high
    # Softsign is the slowest: 1 − |φ| = 1e-4 at 10⁴. sin passes its ends every 2π.
    for bound, extreme in ((low, values.min()), (high, values.max())):
        if np.isfinite(bound):
            assert float(extreme) == pytest.approx(bound, abs=2e-4)


@pytest.mark.parametrize("activation", ALL, ids=lambda a: a.name)
def test_float32_and_float64_agree(activation):
    single, double = (activation.phi(points(t)).double() for t in (torch.float32, torch.float64))
    # The grid itself differs by 30 · 6e-8 in float32, slopes are at most about 1.8.
    torch.testing.assert_close(single, double, atol=1e-5, rtol=1e-6)


def pairs():
    rng = np.random.default_rng(1)
    q_a, q_b = 10 ** rng.uniform(-3, 2, (2, 200))
    return q_a, q_b, rng.uniform(-0.99, 0.99, 200) * np.sqrt(q_a * q_b)


@pytest.mark.parametrize("activation", CLOSED, ids=lambda a: a.name)
def test_closed_forms_are_symmetric_and_obey_cauchy_and_schwarz(activation):
    q_a, q_b, q_ab = pairs()
    for moment in (activation.mixed_moment, activation.mixed_derivative_moment):
        np.testing.assert_allclose(moment(q_a, q_b, q_ab), moment(q_b, q_a, q_ab), rtol=1e-10)
        bound = np.sqrt(moment(q_a, q_a, q_a) * moment(q_b, q_b, q_b))
        assert np.all(np.abs(moment(q_a, q_b, q_ab)) <= bound * (1 + 1e-12))


@pytest.mark.parametrize("activation", CLOSED, ids=lambda a: a.name)
def test_the_derivative_kernel_is_the_derivative_of_the_kernel(activation):
    """Price's theorem: ∂E[φ(u)φ(v)]/∂q_ab = E[φ′(u)φ′(v)]."""
    q_a, q_b, q_ab = pairs()
    h = 1e-4 * (np.sqrt(q_a * q_b) - np.abs(q_ab))
    kernel = [activation.mixed_moment(q_a, q_b, q_ab + k * h) for k in (-2, -1, 1, 2)]
    difference = (kernel[0] - 8 * kernel[1] + 8 * kernel[2] - kernel[3]) / (12 * h)
    # Fourth order: h⁴ = 1e-16; rounding 1e-15 of the kernel over h, h ≥ 1e-6 √(q_a q_b).
    scale = np.sqrt(q_a * q_b) * 1e-15 / h * 10
    found = activation.mixed_derivative_moment(q_a, q_b, q_ab)
    assert np.all(np.abs(found - difference) <= 1e-9 + 10 * scale)


@pytest.mark.parametrize("activation", CLOSED, ids=lambda a: a.name)
def test_closed_forms_broadcast_and_stay_finite_where_signals_vanish(activation):
    q = np.array([[0.0], [1e-200], [1.0]])
    c = np.array([-1.0, 0.0, 1.0])
    for moment in (activation.mixed_moment, activation.mixed_derivative_moment):
        values = moment(*np.broadcast_arrays(q, q, c * q))
        assert values.shape == (3, 3)
        assert np.isfinite(values).all()
