"""The sine: periodic, so large pre-activations scramble instead of saturating."""

import torch

from initatlas.activations.base import Activation

SIN = Activation(
    name="sin",
    phi=torch.sin,
    derivative=torch.cos,
    forward_out=lambda z, out: torch.sin(z, out=out),
    source="Sitzmann et al. 2020",
)
