"""z Φ(z), Φ the standard normal distribution function (the exact form, not tanh's)."""

import math

import torch
from torch.nn import functional

from initatlas.activations.base import Activation


def _derivative(z: torch.Tensor) -> torch.Tensor:
    """Φ(z) + z Φ′(z)."""
    distribution = torch.special.ndtr(z)
    density = torch.exp(-z.square() / 2) / math.sqrt(2 * math.pi)
    return distribution + z * density


GELU = Activation(
    name="gelu",
    phi=functional.gelu,
    derivative=_derivative,
    forward_out=lambda z, out: torch.ops.aten.gelu.out(z, out=out),
    backward_out=lambda gradient, z, h, out: torch.ops.aten.gelu_backward.grad_input(
        gradient, z, grad_input=out
    ),
    source="Hendrycks & Gimpel 2016",
)
