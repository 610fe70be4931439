"""Haar-random orthogonal matrices: every singular value the same."""

import math

import numpy as np

from initatlas.distributions.base import Distribution


def _draw(rng: np.random.Generator, fan_out: int, fan_in: int) -> np.ndarray:
    longer, shorter = max(fan_out, fan_in), min(fan_out, fan_in)
    basis, triangle = np.linalg.qr(rng.standard_normal((longer, shorter)))
    # QR alone is not Haar: fixing the signs of R's diagonal makes it so (Mezzadri 2007).
    basis = basis * np.sign(np.diagonal(triangle))
    # Orthonormal columns of length `longer` have entries of variance 1/longer.
    basis = basis * math.sqrt(longer)
    return basis if fan_out >= fan_in else basis.T


ORTHOGONAL = Distribution(
    name="orthogonal",
    draw=_draw,
    kurtosis=0.0,
    source="Saxe, McClelland & Ganguli 2014; Mezzadri 2007",
)
