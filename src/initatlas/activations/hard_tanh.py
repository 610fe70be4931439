"""z clipped to [−1, 1]: exactly linear or exactly flat."""

import torch
from torch.nn import functional

from initatlas.activations.base import Activation

HARD_TANH = Activation(
    name="hard_tanh",
    phi=functional.hardtanh,
    derivative=lambda z: (z.abs() < 1).to(z.dtype),
    forward_out=lambda z, out: torch.clamp(z, -1, 1, out=out),
    backward_out=lambda gradient, z, h, out: torch.ops.aten.hardtanh_backward.grad_input(
        gradient, z, -1, 1, grad_input=out
    ),
    kinks=(-1.0, 1.0),
    bounds=(-1.0, 1.0),
    source="Pennington, Schoenholz & Ganguli 2017",
)
