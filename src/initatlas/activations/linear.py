"""The identity: a deep linear network, where products of random matrices are all there is."""

import numpy as np
import torch

from initatlas.activations.base import Activation

LINEAR = Activation(
    name="linear",
    phi=lambda z: z,
    derivative=torch.ones_like,
    forward_out=lambda z, out: out.copy_(z),
    backward_out=lambda gradient, z, h, out: out if out is gradient else out.copy_(gradient),
    mixed_moment=lambda q_a, q_b, q_ab: q_ab,
    mixed_derivative_moment=lambda q_a, q_b, q_ab: np.ones_like(q_ab),
    source="Saxe, McClelland & Ganguli 2014",
)
