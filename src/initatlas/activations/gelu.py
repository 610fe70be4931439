"""z Φ(z), Φ the standard normal distribution function (the exact form, not tanh's)."""

import math

import numpy as np
import torch
from torch.nn import functional

from initatlas.activations.base import Activation, Array


def _derivative(z: torch.Tensor) -> torch.Tensor:
    """Φ(z) + z Φ′(z)."""
    distribution = torch.special.ndtr(z)
    density = torch.exp(-z.square() / 2) / math.sqrt(2 * math.pi)
    return distribution + z * density


def _mixed_moment(q_a: Array, q_b: Array, q_ab: Array) -> Array:
    """k/4 + { [k² + q_a q_b D²]/(A D) + k arctan(k/D) }/2π; k = q_ab, A and D below."""
    area, root = _area_and_root(q_a, q_b, q_ab)
    algebraic = (q_ab**2 + q_a * q_b * root**2) / (area * root)
    return q_ab / 4 + (algebraic + q_ab * np.arctan2(q_ab, root)) / (2 * np.pi)


def _mixed_derivative_moment(q_a: Array, q_b: Array, q_ab: Array) -> Array:
    """The derivative of `_mixed_moment` with respect to q_ab (Price's theorem)."""
    area, root = _area_and_root(q_a, q_b, q_ab)
    numerator = q_ab**2 + q_a * q_b * root**2
    algebraic = (2 * q_ab * (1 - q_a * q_b) / root + numerator * q_ab / root**3) / area
    return 0.25 + (algebraic + np.arctan2(q_ab, root) + q_ab / root) / (2 * np.pi)


def _area_and_root(q_a: Array, q_b: Array, q_ab: Array) -> tuple[Array, Array]:
    """A = (1 + q_a)(1 + q_b) and D = √(A − q_ab²), the latter without cancellation."""
    root = np.sqrt(1 + q_a + q_b + np.maximum(q_a * q_b - q_ab**2, 0))
    return (1 + q_a) * (1 + q_b), root


GELU = Activation(
    name="gelu",
    phi=functional.gelu,
    derivative=_derivative,
    forward_out=lambda z, out: torch.ops.aten.gelu.out(z, out=out),
    backward_out=lambda gradient, z, h, out: torch.ops.aten.gelu_backward.grad_input(
        gradient, z, grad_input=out
    ),
    mixed_moment=_mixed_moment,
    mixed_derivative_moment=_mixed_derivative_moment,
    source="Hendrycks & Gimpel 2016",
)
