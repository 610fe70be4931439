"""Haar-random orthogonal matrices: every singular value the same."""

import math

import numpy as np

from initatlas.distributions.base import Distribution, WeightLayer


def haar(rng: np.random.Generator, fan_out: int, fan_in: int) -> np.ndarray:
    """Orthonormal rows or columns, whichever are fewer, uniform over all such matrices."""
    longer, shorter = max(fan_out, fan_in), min(fan_out, fan_in)
    basis, triangle = np.linalg.qr(rng.standard_normal((longer, shorter)))
    # QR alone is not Haar: fixing the signs of R's diagonal makes it so (Mezzadri 2007).
    basis = basis * np.sign(np.diagonal(triangle))
    return basis if fan_out >= fan_in else basis.T


def _draw(rng: np.random.Generator, layer: WeightLayer) -> np.ndarray:
    """Orthonormal vectors of length n have entries of variance 1/n: scaled to 1."""
    scale = math.sqrt(max(layer.fan_out, layer.fan_in))
    return haar(rng, layer.fan_out, layer.fan_in) * scale


ORTHOGONAL = Distribution(
    name="orthogonal",
    draw=_draw,
    source="Saxe, McClelland & Ganguli 2014; Mezzadri 2007",
)
