"""The identity matrix, padded with zeros where a layer is not square: nothing is random."""

import math

import numpy as np

from initatlas.distributions.base import Distribution, WeightLayer


def _draw(rng: np.random.Generator, layer: WeightLayer) -> np.ndarray:
    """The mean square of the n² entries is 1: √n times the identity, n the longer side."""
    scale = math.sqrt(max(layer.fan_out, layer.fan_in))
    return scale * np.eye(layer.fan_out, layer.fan_in)


IDENTITY = Distribution(
    name="identity",
    draw=_draw,
    source="Le, Jaitly & Hinton 2015",
    mean_field=False,
)
