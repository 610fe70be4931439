"""Gaussian entries cut at two standard deviations, their variance restored to 1."""

import math

import numpy as np

from initatlas.distributions.base import Distribution, WeightLayer

CUT = 2.0  # in standard deviations of the Gaussian before it is cut: Keras' and Flax's choice


def truncated_variance(cut: float) -> float:
    """Variance of a standard normal cut at ±cut: 1 − 2 cut φ(cut) / P(|z| < cut)."""
    density = math.exp(-(cut**2) / 2) / math.sqrt(2 * math.pi)
    return 1 - 2 * cut * density / math.erf(cut / math.sqrt(2))


VARIANCE = truncated_variance(CUT)


def _draw(rng: np.random.Generator, layer: WeightLayer) -> np.ndarray:
    draws = rng.standard_normal((layer.fan_out, layer.fan_in))
    while (outside := np.abs(draws) > CUT).any():
        draws[outside] = rng.standard_normal(np.count_nonzero(outside))
    # Without this division every layer loses 22.6 % of its variance: 0.774ᴸ over L layers.
    return draws / math.sqrt(VARIANCE)


TRUNCATED_NORMAL = Distribution(
    name="truncated_normal",
    draw=_draw,
    source="Keras and Flax variance scaling: truncation at ±2, corrected by 0.8796",
)
