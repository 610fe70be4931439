"""z where positive, a z elsewhere, with a = 0.01 as in PyTorch."""

import numpy as np
import torch
from torch.nn import functional

from initatlas.activations import relu
from initatlas.activations.base import Activation, Array

NEGATIVE_SLOPE = 0.01


def _mixed_moment(q_a: Array, q_b: Array, q_ab: Array) -> Array:
    """A q_ab + (1 − a)² ReLU's, as φ(z) = a z + (1 − a) max(0, z)."""
    rectified = relu.mixed_moment(q_a, q_b, q_ab)
    return NEGATIVE_SLOPE * q_ab + (1 - NEGATIVE_SLOPE) ** 2 * rectified


def _mixed_derivative_moment(q_a: Array, q_b: Array, q_ab: Array) -> Array:
    """A + (1 − a)² ReLU's."""
    rectified = relu.mixed_derivative_moment(q_a, q_b, q_ab)
    return NEGATIVE_SLOPE + (1 - NEGATIVE_SLOPE) ** 2 * rectified


def _half_square_moment(q_a: Array, q_b: Array, gap: Array) -> Array:
    """A D + (1 − a)² ReLU's, with D = ½ E[(u − v)²]: half of D is ReLU's product with it."""
    apart = (np.sqrt(q_a) - np.sqrt(q_b)) ** 2 / 2 + np.sqrt(q_a * q_b) * gap
    rectified = relu.half_square_moment(q_a, q_b, gap)
    return NEGATIVE_SLOPE * apart + (1 - NEGATIVE_SLOPE) ** 2 * rectified


LEAKY_RELU = Activation(
    name="leaky_relu",
    phi=lambda z: functional.leaky_relu(z, NEGATIVE_SLOPE),
    derivative=lambda z: torch.where(z > 0, torch.ones_like(z), NEGATIVE_SLOPE),
    forward_out=lambda z, out: torch.ops.aten.leaky_relu.out(z, NEGATIVE_SLOPE, out=out),
    backward_out=lambda gradient, z, h, out: torch.ops.aten.leaky_relu_backward.grad_input(
        gradient, z, NEGATIVE_SLOPE, False, grad_input=out
    ),
    kinks=(0.0,),
    mixed_moment=_mixed_moment,
    mixed_derivative_moment=_mixed_derivative_moment,
    half_square_moment=_half_square_moment,
    source="Maas, Hannun & Ng 2013",
)
