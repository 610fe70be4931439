"""The identity matrix, padded with zeros where a layer is not square: nothing is random."""

import math

import numpy as np

from initatlas.distributions.base import Distribution, WeightLayer
from initatlas.distributions.kernels import at_the_centre


def _draw(rng: np.random.Generator, layer: WeightLayer) -> np.ndarray:
    """The mean square of the n² entries is 1: √n times the identity, n the longer side.

    Of a kernel it is the centre tap: a convolution with it is the identity, too.
    """
    channels = layer.fan_in // layer.kernel
    scale = math.sqrt(max(layer.fan_out, channels) * layer.kernel)
    return scale * at_the_centre(np.eye(layer.fan_out, channels), layer.kernel)


IDENTITY = Distribution(
    name="identity",
    draw=_draw,
    source="Le, Jaitly & Hinton 2015",
    mean_field=False,
)
