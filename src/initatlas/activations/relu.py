"""max(0, z): scale-free, half of it linear."""

import torch

from initatlas.activations.base import Activation

RELU = Activation(
    name="relu",
    phi=torch.relu,
    derivative=lambda z: (z > 0).to(z.dtype),
    forward_out=lambda z, out: torch.clamp_min(z, 0, out=out),
    backward_out=lambda gradient, z, h, out: torch.ops.aten.threshold_backward.grad_input(
        gradient, h, 0, grad_input=out
    ),
    kinks=(0.0,),
    bounds=(0.0, float("inf")),
    source="Nair & Hinton 2010; arc-cosine kernels: Cho & Saul 2009",
)
