"""The error function: tanh's shape with every Gaussian integral in closed form."""

import math

import numpy as np
import torch

from initatlas.activations.base import Activation, Array


def _backward(
    gradient: torch.Tensor, z: torch.Tensor, h: torch.Tensor, out: torch.Tensor
) -> torch.Tensor:
    """Gradient · (2/√π) e^(−z²), with one buffer."""
    slope = torch.square(z).neg_().exp_().mul_(2 / math.sqrt(math.pi))
    return torch.mul(gradient, slope, out=out)


def _determinant(q_a: Array, q_b: Array, q_ab: Array) -> Array:
    """(1 + 2 q_a)(1 + 2 q_b) − 4 q_ab², without the cancellation of its two large terms."""
    return 1 + 2 * (q_a + q_b) + 4 * np.maximum(q_a * q_b - q_ab**2, 0)


def _mixed_moment(q_a: Array, q_b: Array, q_ab: Array) -> Array:
    """(2/π) arcsin(2 q_ab / √((1 + 2 q_a)(1 + 2 q_b))): Williams 1997, eq. (11)."""
    # The same angle by arctangent: the arcsine loses half its digits where its argument nears 1.
    return 2 / np.pi * np.arctan2(2 * q_ab, np.sqrt(_determinant(q_a, q_b, q_ab)))


def _mixed_derivative_moment(q_a: Array, q_b: Array, q_ab: Array) -> Array:
    """(4/π) / √((1 + 2 q_a)(1 + 2 q_b) − 4 q_ab²)."""
    return 4 / np.pi / np.sqrt(_determinant(q_a, q_b, q_ab))


ERF = Activation(
    name="erf",
    phi=torch.erf,
    derivative=lambda z: torch.exp(-z.square()) * (2 / math.sqrt(math.pi)),
    forward_out=lambda z, out: torch.erf(z, out=out),
    backward_out=_backward,
    bounds=(-1.0, 1.0),
    mixed_moment=_mixed_moment,
    mixed_derivative_moment=_mixed_derivative_moment,
    source="Williams 1997; Saad & Solla 1995",
)
