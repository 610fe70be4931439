"""Orthogonal kernels that never mix positions: an orthogonal matrix at the centre, zero elsewhere.

They keep the norm of every Fourier mode of the image; Gaussian kernels average over neighbours,
layer after layer, until the constant mode alone is left.
"""

import math

import numpy as np

from initatlas.distributions.base import Distribution, WeightLayer
from initatlas.distributions.kernels import at_the_centre
from initatlas.distributions.orthogonal import haar


def _draw(rng: np.random.Generator, layer: WeightLayer) -> np.ndarray:
    """H at the centre tap, Haar with orthonormal columns, scaled to a mean square of 1.

    A layer that is no convolution has one tap: there, an orthogonal matrix.

    Raises:
        ValueError: more channels enter than leave: columns cannot be orthonormal.
    """
    channels = layer.fan_in // layer.kernel
    if layer.kernel > 1 and layer.fan_out < channels:
        raise ValueError(
            f"delta_orthogonal kernels need as many channels as enter; got {layer.fan_out} for "
            f"{channels}"
        )
    scale = math.sqrt(max(layer.fan_out, channels) * layer.kernel)
    return at_the_centre(haar(rng, layer.fan_out, channels), layer.kernel) * scale


DELTA_ORTHOGONAL = Distribution(
    name="delta_orthogonal",
    draw=_draw,
    source="Xiao et al. 2018, algorithm 1",
)
