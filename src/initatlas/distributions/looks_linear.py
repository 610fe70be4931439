"""Mirrored orthogonal blocks: a deep ReLU network that starts as a linear isometry.

Units come in pairs of opposite sign, and relu(a) − relu(−a) = a: with W = [[A, −A], [−A, A]]
each layer passes A a on as the pair (A a, −A a), so that the network is exactly the linear map
of the A's. (The formula has all first units before all second ones; here pairs stand together.)
"""

import math

import numpy as np

from initatlas.distributions.base import Distribution, WeightLayer
from initatlas.distributions.orthogonal import haar


def _draw(rng: np.random.Generator, layer: WeightLayer) -> np.ndarray:
    """The first layer only splits its output in pairs, the readout only joins its input.

    Raises:
        ValueError: the width is odd, so that units cannot be paired.
    """
    outputs = layer.fan_out if layer.last else _half(layer.fan_out)
    inputs = layer.fan_in if layer.first else _half(layer.fan_in)
    block = haar(rng, outputs, inputs)
    # A pair's units are neighbours: then those of one position of an image are so, too.
    rows = block if layer.last else _mirrored(block)
    weight = rows if layer.first else _mirrored(rows.T).T
    return weight * math.sqrt(max(outputs, inputs))


def _mirrored(rows: np.ndarray) -> np.ndarray:
    """Behind each row its opposite."""
    return np.stack([rows, -rows], axis=1).reshape(-1, rows.shape[1])


def _half(units: int) -> int:
    if units % 2:
        raise ValueError(f"looks_linear pairs units, so widths must be even; got {units}")
    return units // 2


LOOKS_LINEAR = Distribution(
    name="looks_linear",
    draw=_draw,
    source="Balduzzi et al. 2017 (looks-linear); Pennington, Schoenholz & Ganguli 2017",
    mean_field=False,
)
