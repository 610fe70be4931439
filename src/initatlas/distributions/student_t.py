"""Independent heavy-tailed entries: Student's t, where single weights dominate a sum."""

import math

import numpy as np

from initatlas.distributions.base import Distribution, WeightLayer

DEGREES = 3.0  # the fewest whole degrees of freedom with a finite variance; the 4th moment is not


def _draw(rng: np.random.Generator, layer: WeightLayer) -> np.ndarray:
    """Student's t has variance ν/(ν − 2)."""
    draws = rng.standard_t(DEGREES, (layer.fan_out, layer.fan_in))
    return draws / math.sqrt(DEGREES / (DEGREES - 2))


STUDENT_T = Distribution(
    name="student_t",
    draw=_draw,
    source="heavy-tailed weights: Favaro, Fortini & Peluchetti 2020",
)
