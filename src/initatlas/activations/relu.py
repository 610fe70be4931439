"""max(0, z): scale-free, half of it linear."""

import numpy as np
import torch

from initatlas.activations.base import Activation, Array


def angle_complement(q_a: Array, q_b: Array, q_ab: Array) -> Array:
    """ψ = π − arccos c, from the arctangent: arccos alone loses half its digits at |c| → 1."""
    scale = np.sqrt(q_a * q_b)  # not √q_a √q_b: at q_a = q_b = q_ab the difference must be 0
    sine = np.sqrt(np.maximum(scale - q_ab, 0)) * np.sqrt(np.maximum(scale + q_ab, 0))
    return np.pi - np.arctan2(sine, q_ab)


def mixed_moment(q_a: Array, q_b: Array, q_ab: Array) -> Array:
    """√(q_a q_b) (sin ψ − ψ cos ψ) / 2π: Cho & Saul 2009, eq. (6), with n = 1."""
    psi = angle_complement(q_a, q_b, q_ab)
    # Both terms are ψ at c → −1, where what is left is ψ³/3: below 0.2 the series has every digit.
    series = psi**3 * (1 / 3 - psi**2 * (1 / 30 - psi**2 * (1 / 840 - psi**2 / 45360)))
    kernel = np.where(psi < 0.2, series, np.sin(psi) - psi * np.cos(psi))
    return np.sqrt(q_a * q_b) * kernel / (2 * np.pi)


def mixed_derivative_moment(q_a: Array, q_b: Array, q_ab: Array) -> Array:
    """ψ / 2π: the share of directions that both sides let through."""
    return angle_complement(q_a, q_b, q_ab) / (2 * np.pi)


def half_square_moment(q_a: Array, q_b: Array, gap: Array) -> Array:
    """(√q_a − √q_b)²/4 + √(q_a q_b) (π gap − (sin θ − θ cos θ)) / 2π, with cos θ = 1 − gap."""
    theta = 2 * np.arcsin(np.sqrt(gap / 2))
    # θ³/3 at θ → 0, beside π θ²/2: below 0.2 the series has every digit.
    series = theta**3 * (1 / 3 - theta**2 * (1 / 30 - theta**2 * (1 / 840 - theta**2 / 45360)))
    turned = np.where(theta < 0.2, series, np.sin(theta) - theta * (1 - gap))
    apart = (np.sqrt(q_a) - np.sqrt(q_b)) ** 2 / 4
    return apart + np.sqrt(q_a * q_b) * (np.pi * gap - turned) / (2 * np.pi)


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
    mixed_moment=mixed_moment,
    mixed_derivative_moment=mixed_derivative_moment,
    half_square_moment=half_square_moment,
    source="Nair & Hinton 2010; arc-cosine kernels: Cho & Saul 2009",
)
