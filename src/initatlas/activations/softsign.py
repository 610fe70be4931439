"""z / (1 + |z|): saturates polynomially, where tanh does so exponentially."""

import torch
from torch.nn import functional

from initatlas.activations.base import Activation

SOFTSIGN = Activation(
    name="softsign",
    phi=functional.softsign,
    derivative=lambda z: (1 + z.abs()).square().reciprocal(),
    forward_out=lambda z, out: torch.div(z, z.abs().add_(1), out=out),
    kinks=(0.0,),  # φ″ jumps from 2 to −2
    bounds=(-1.0, 1.0),
    source="Bergstra et al. 2009; Glorot & Bengio 2010",
)
