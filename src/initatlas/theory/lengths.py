"""Must every variance q have integrals of its own? Not where a few Chebyshev nodes in ln q say all.

φ(√q t) is analytic in ln q if φ is smooth but for kinks at 0, and so is what is integrated from it.
"""

from collections.abc import Callable
from functools import cache

import numpy as np
from numpy.polynomial import chebyshev

from initatlas.theory.arguments import Array

COUNTS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32)  # nodes that are tried
MANY = 64  # values of q: fewer are as fast one by one
ACCURACY = 1e-13  # relative, where the interpolation is furthest off


@cache
def nodes(count: int) -> Array:
    """Chebyshev's nodes of the first kind in (−1, 1)."""
    return np.cos(np.pi * (np.arange(count) + 0.5) / count)


@cache
def extrema(count: int) -> Array:
    """Where the error of an interpolation from so many nodes has its extrema."""
    return np.cos(np.pi * np.arange(count + 1) / count)


@cache
def transform(count: int) -> Array:
    """Values at the nodes → Chebyshev coefficients (axes order, node)."""
    inverse = chebyshev.chebvander(nodes(count), count - 1).T * 2 / count
    inverse[0] /= 2
    return inverse


def weights(x: Array, count: int) -> Array:
    """How the value at each x follows from those at the nodes (axes x, node)."""
    return chebyshev.chebvander(x, count - 1) @ transform(count)


@cache
def at_extrema(count: int) -> Array:
    """How the values at the extrema follow from those at the nodes."""
    return weights(extrema(count), count)


def over_lengths(moments: Callable[[Array], Array], q: Array) -> Array:
    """moments(q), a row for each q; of very many q from few of them, where a check allows it."""
    q = np.asarray(q, dtype=float)
    low, high = (q.min(), q.max()) if q.size >= MANY else (0.0, 0.0)
    if low <= 0 or not np.isfinite(high):
        return moments(q)
    middle, half = np.sqrt(low * high), np.log(high / low) / 2
    for count in COUNTS:
        known, actual = (
            moments(middle * np.exp(half * x)).reshape(len(x), -1)
            for x in (nodes(count), extrema(count))
        )
        error = np.linalg.norm(at_extrema(count) @ known - actual, axis=1)
        if (error <= ACCURACY * np.linalg.norm(actual, axis=1)).all():
            x = np.clip(np.log(q / middle) / (half or 1.0), -1, 1)
            found = weights(x.ravel(), count) @ known
            return found.reshape(q.shape if found.shape[1] == 1 else (*q.shape, -1))
    return moments(q)
