"""ln(1 + eᶻ): smooth, positive everywhere, so its mean is never 0."""

import torch
from torch.nn import functional

from initatlas.activations.base import Activation

SOFTPLUS = Activation(
    name="softplus",
    # The threshold beyond which torch returns z itself: at 40, e⁻⁴⁰ is below float64's last bit.
    phi=lambda z: functional.softplus(z, threshold=40),
    derivative=torch.sigmoid,
    forward_out=lambda z, out: torch.ops.aten.softplus.out(z, 1, 40, out=out),
    backward_out=lambda gradient, z, h, out: torch.ops.aten.softplus_backward.grad_input(
        gradient, z, 1, 40, grad_input=out
    ),
    bounds=(0.0, float("inf")),
    source="Dugas et al. 2001",
)
