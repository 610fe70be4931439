"""z clipped to [−1, 1]: exactly linear or exactly flat."""

import numpy as np
import torch
from scipy import special
from torch.nn import functional

from initatlas.activations.base import Activation, Array

TINY = 1e-80  # stands in for 0 in a denominator; small enough for every limit, its square exists


def _threshold(q: Array) -> Array:
    """Where the clipping starts, in standard deviations."""
    return 1 / np.sqrt(np.maximum(q, TINY))


def _correlation(q_a: Array, q_b: Array, q_ab: Array) -> tuple[Array, Array]:
    """C and √(1 − c²), the latter from 1 − |c|, which keeps its digits."""
    scale = np.maximum(np.sqrt(q_a * q_b), TINY)
    gap = np.clip((scale - np.abs(q_ab)) / scale, 0, 1)
    return np.sign(q_ab) * (1 - gap), np.sqrt(gap * (2 - gap))


def _quadrant(a: Array, b: Array, c: Array, s: Array) -> Array:
    """P(x > a, y > b) for a, b > 0 by two of Owen's T: Owen 1956, eq. (2.1)."""
    s = np.maximum(s, TINY)  # c = ±1 is the limit, with 0/s = 0
    marginals = (special.ndtr(-a) + special.ndtr(-b)) / 2
    return (
        marginals
        - special.owens_t(a, (b - c * a) / (a * s))
        - special.owens_t(b, (a - c * b) / (b * s))
    )


def _excess(a: Array, b: Array, c: Array, s: Array) -> Array:
    """E[(x − a)₊ (y − b)₊], the moment that a clipped tail takes away."""
    ratio_a, ratio_b = ((a - c * b) / np.maximum(s, TINY), (b - c * a) / np.maximum(s, TINY))
    density_a, density_b = (np.exp(-(t**2) / 2) / np.sqrt(2 * np.pi) for t in (a, b))
    return (
        (c + a * b) * _quadrant(a, b, c, s)
        - a * density_b * special.ndtr(-ratio_a)
        - b * density_a * special.ndtr(-ratio_b)
        + s * density_b * np.exp(-(ratio_a**2) / 2) / np.sqrt(2 * np.pi)
    )


def _mixed_moment(q_a: Array, q_b: Array, q_ab: Array) -> Array:
    """Gaussian moments of φ(z) = z − (z − 1)₊ + (−z − 1)₊, term by term.

    Exact; the rounding error grows to 1e-16 · q for large q, where the terms nearly cancel.
    """
    a, b = _threshold(q_a), _threshold(q_b)
    c, s = _correlation(q_a, q_b, q_ab)
    tails = _excess(a, b, c, s) - _excess(a, b, -c, s)
    unclipped = special.erf(a / np.sqrt(2)) - special.erfc(b / np.sqrt(2))
    return q_ab * unclipped + 2 * np.sqrt(q_a * q_b) * tails


def _mixed_derivative_moment(q_a: Array, q_b: Array, q_ab: Array) -> Array:
    """P(|u| < 1, |v| < 1)."""
    a, b = _threshold(q_a), _threshold(q_b)
    c, s = _correlation(q_a, q_b, q_ab)
    tails = _quadrant(a, b, c, s) + _quadrant(a, b, -c, s)
    return special.erf(a / np.sqrt(2)) - special.erfc(b / np.sqrt(2)) + 2 * tails


HARD_TANH = Activation(
    name="hard_tanh",
    phi=functional.hardtanh,
    derivative=lambda z: (z.abs() < 1).to(z.dtype),
    forward_out=lambda z, out: torch.clamp(z, -1, 1, out=out),
    backward_out=lambda gradient, z, h, out: torch.ops.aten.hardtanh_backward.grad_input(
        gradient, z, -1, 1, grad_input=out
    ),
    kinks=(-1.0, 1.0),
    bounds=(-1.0, 1.0),
    mixed_moment=_mixed_moment,
    mixed_derivative_moment=_mixed_derivative_moment,
    source="Pennington, Schoenholz & Ganguli 2017",
)
