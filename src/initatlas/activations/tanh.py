"""The hyperbolic tangent: odd, slope 1 at 0, saturating at ±1."""

import torch

from initatlas.activations.base import Activation

TANH = Activation(
    name="tanh",
    phi=torch.tanh,
    derivative=lambda z: 1 - torch.tanh(z).square(),
    forward_out=lambda z, out: torch.tanh(z, out=out),
    backward_out=lambda gradient, z, h, out: torch.ops.aten.tanh_backward.grad_input(
        gradient, h, grad_input=out
    ),
    bounds=(-1.0, 1.0),
    source="Glorot & Bengio 2010; Poole et al. 2016",
)
