"""The sine: periodic, so large pre-activations scramble instead of saturating."""

import numpy as np
import torch

from initatlas.activations.base import Activation, Array


def _mixed_moment(q_a: Array, q_b: Array, q_ab: Array) -> Array:
    """e^(−(q_a + q_b)/2) sinh q_ab, in the form that neither overflows nor cancels."""
    size = np.abs(q_ab)
    return -np.sign(q_ab) * np.exp(size - (q_a + q_b) / 2) * np.expm1(-2 * size) / 2


def _mixed_derivative_moment(q_a: Array, q_b: Array, q_ab: Array) -> Array:
    """e^(−(q_a + q_b)/2) cosh q_ab."""
    size = np.abs(q_ab)
    return np.exp(size - (q_a + q_b) / 2) * (1 + np.exp(-2 * size)) / 2


SIN = Activation(
    name="sin",
    phi=torch.sin,
    derivative=torch.cos,
    forward_out=lambda z, out: torch.sin(z, out=out),
    bounds=(-1.0, 1.0),
    mixed_moment=_mixed_moment,
    mixed_derivative_moment=_mixed_derivative_moment,
    source="Sitzmann et al. 2020",
)
