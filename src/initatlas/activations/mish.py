"""z tanh(ln(1 + eᶻ))."""

import torch
from torch.nn import functional

from initatlas.activations.base import Activation


def _derivative(z: torch.Tensor) -> torch.Tensor:
    """T + z (1 − T²) σ(z), with T = tanh(softplus(z))."""
    squashed = torch.tanh(functional.softplus(z))
    return squashed + z * (1 - squashed.square()) * torch.sigmoid(z)


MISH = Activation(
    name="mish",
    phi=functional.mish,
    derivative=_derivative,
    forward_out=lambda z, out: torch.ops.aten.mish.out(z, out=out),
    source="Misra 2019",
)
