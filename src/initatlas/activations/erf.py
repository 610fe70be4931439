"""The error function: tanh's shape with every Gaussian integral in closed form."""

import math

import torch

from initatlas.activations.base import Activation


def _backward(
    gradient: torch.Tensor, z: torch.Tensor, h: torch.Tensor, out: torch.Tensor
) -> torch.Tensor:
    """Gradient · (2/√π) e^(−z²), with one buffer."""
    slope = torch.square(z).neg_().exp_().mul_(2 / math.sqrt(math.pi))
    return torch.mul(gradient, slope, out=out)


ERF = Activation(
    name="erf",
    phi=torch.erf,
    derivative=lambda z: torch.exp(-z.square()) * (2 / math.sqrt(math.pi)),
    forward_out=lambda z, out: torch.erf(z, out=out),
    backward_out=_backward,
    bounds=(-1.0, 1.0),
    source="Williams 1997; Saad & Solla 1995",
)
