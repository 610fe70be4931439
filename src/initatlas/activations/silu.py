"""z σ(z), σ the logistic function (also called swish)."""

import torch
from torch.nn import functional

from initatlas.activations.base import Activation


def _derivative(z: torch.Tensor) -> torch.Tensor:
    """σ(z) (1 + z (1 − σ(z)))."""
    gate = torch.sigmoid(z)
    return gate * (1 + z * (1 - gate))


SILU = Activation(
    name="silu",
    phi=functional.silu,
    derivative=_derivative,
    forward_out=lambda z, out: torch.ops.aten.silu.out(z, out=out),
    backward_out=lambda gradient, z, h, out: torch.ops.aten.silu_backward.grad_input(
        gradient, z, grad_input=out
    ),
    source="Elfwing, Uchibe & Doya 2018; Ramachandran, Zoph & Le 2017",
)
