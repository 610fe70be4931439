"""z where positive, a z elsewhere, with a = 0.01 as in PyTorch."""

import torch
from torch.nn import functional

from initatlas.activations.base import Activation

NEGATIVE_SLOPE = 0.01

LEAKY_RELU = Activation(
    name="leaky_relu",
    phi=lambda z: functional.leaky_relu(z, NEGATIVE_SLOPE),
    derivative=lambda z: torch.where(z > 0, torch.ones_like(z), NEGATIVE_SLOPE),
    forward_out=lambda z, out: torch.ops.aten.leaky_relu.out(z, NEGATIVE_SLOPE, out=out),
    backward_out=lambda gradient, z, h, out: torch.ops.aten.leaky_relu_backward.grad_input(
        gradient, z, NEGATIVE_SLOPE, False, grad_input=out
    ),
    kinks=(0.0,),
    source="Maas, Hannun & Ng 2013",
)
