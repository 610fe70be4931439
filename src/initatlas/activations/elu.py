"""z where positive, eᶻ − 1 elsewhere (α = 1)."""

import torch
from torch.nn import functional

from initatlas.activations.base import Activation

ELU = Activation(
    name="elu",
    phi=functional.elu,
    derivative=lambda z: torch.exp(z.clamp_max(0)),
    forward_out=lambda z, out: torch.ops.aten.elu.out(z, 1, 1, 1, out=out),
    backward_out=lambda gradient, z, h, out: torch.ops.aten.elu_backward.grad_input(
        gradient, 1, 1, 1, False, z, grad_input=out
    ),
    kinks=(0.0,),
    bounds=(-1.0, float("inf")),
    source="Clevert, Unterthiner & Hochreiter 2016",
)
