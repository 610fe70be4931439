"""Gaussian entries cut at two standard deviations, their variance restored to 1."""

import math

import numpy as np

from initatlas.distributions.base import Distribution

CUT = 2.0  # in standard deviations of the Gaussian before it is cut: Keras' and Flax's choice


def truncated_moments(cut: float) -> tuple[float, float]:
    """Variance and fourth moment of a standard normal cut at ±cut, by parts.

    Var = 1 − 2 cut φ(cut)/m and E z⁴ = 3 Var − 2 cut³ φ(cut)/m, with m = P(|z| < cut).
    """
    mass = math.erf(cut / math.sqrt(2))
    edge = 2 * cut * math.exp(-(cut**2) / 2) / math.sqrt(2 * math.pi) / mass
    variance = 1 - edge
    return variance, 3 * variance - cut**2 * edge


VARIANCE, FOURTH_MOMENT = truncated_moments(CUT)


def _draw(rng: np.random.Generator, fan_out: int, fan_in: int) -> np.ndarray:
    draws = rng.standard_normal((fan_out, fan_in))
    while (outside := np.abs(draws) > CUT).any():
        draws[outside] = rng.standard_normal(np.count_nonzero(outside))
    # Without this division every layer loses 22.6 % of its variance: 0.774ᴸ over L layers.
    return draws / math.sqrt(VARIANCE)


TRUNCATED_NORMAL = Distribution(
    name="truncated_normal",
    draw=_draw,
    kurtosis=FOURTH_MOMENT / VARIANCE**2 - 3,
    source="Keras and Flax variance scaling: truncation at ±2, corrected by 0.8796",
)
