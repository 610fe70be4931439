"""The logistic function 1/(1 + e⁻ᶻ): slope 1/4 at 0, and a mean of 1/2."""

import torch

from initatlas.activations.base import Activation


def _derivative(z: torch.Tensor) -> torch.Tensor:
    """σ(z) σ(−z): the form that keeps its digits where σ(z) rounds to 1."""
    return torch.sigmoid(z) * torch.sigmoid(-z)


SIGMOID = Activation(
    name="sigmoid",
    phi=torch.sigmoid,
    derivative=_derivative,
    forward_out=lambda z, out: torch.sigmoid(z, out=out),
    backward_out=lambda gradient, z, h, out: torch.ops.aten.sigmoid_backward.grad_input(
        gradient, h, grad_input=out
    ),
    bounds=(0.0, 1.0),
    source="Glorot & Bengio 2010",
)
