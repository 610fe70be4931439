"""A few Gaussian connections into each unit, the others zero."""

import math

import numpy as np

from initatlas.distributions.base import Distribution, WeightLayer

CONNECTIONS = 15  # into each unit, at most: Martens 2010, section 5


def _draw(rng: np.random.Generator, layer: WeightLayer) -> np.ndarray:
    """`CONNECTIONS` of the fan_in entries of each row, of variance fan_in / CONNECTIONS."""
    kept = min(CONNECTIONS, layer.fan_in)
    rank = rng.random((layer.fan_out, layer.fan_in)).argsort(axis=1)
    values = rng.standard_normal((layer.fan_out, layer.fan_in))
    return np.where(rank < kept, values, 0.0) * math.sqrt(layer.fan_in / kept)


SPARSE = Distribution(
    name="sparse",
    draw=_draw,
    source="Martens 2010, section 5",
    mean_field=False,
)
