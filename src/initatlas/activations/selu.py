"""λ ELU_α(z), with λ and α such that mean 0 and variance 1 are a fixed point at σ_w² = 1."""

import torch
from torch.nn import functional

from initatlas.activations.base import Activation

# torch.nn.functional.selu's own constants: Klambauer et al. 2017, eq. (14), to double precision.
ALPHA = 1.6732632423543772848170429916717
SCALE = 1.0507009873554804934193349852946

SELU = Activation(
    name="selu",
    phi=functional.selu,
    derivative=lambda z: SCALE * torch.where(z > 0, 1.0, ALPHA * torch.exp(z.clamp_max(0))),
    forward_out=lambda z, out: torch.ops.aten.elu.out(z, ALPHA, SCALE, 1, out=out),
    backward_out=lambda gradient, z, h, out: torch.ops.aten.elu_backward.grad_input(
        gradient, ALPHA, SCALE, 1, False, z, grad_input=out
    ),
    kinks=(0.0,),
    bounds=(-SCALE * ALPHA, float("inf")),
    source="Klambauer, Unterthiner, Mayr & Hochreiter 2017",
)
