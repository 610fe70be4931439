"""What is E[φ′(u)φ′(v)] at one angle, for every two of some lengths? Integrals over the plane.

u = √q_i r cos(β + θ/2), v = √q_j r cos(β − θ/2), cos θ = c: a kink of φ at 0 is four rays of β, and
between them everything is smooth, at any c. The same points of the plane serve all lengths, so all
their integrals are one product of matrices.
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.polynomial import legendre

from initatlas.activations import Activation
from initatlas.theory.pointwise import slope
from initatlas.theory.quadrature import REACH

ACCURACY = 1e-12  # with which points must give E[φ′²]
LEVELS = (1, 2, 4, 6)  # halvings of a sector toward its rays, where φ(√q r cos β) bends
RADIAL = np.array([0.0, 0.6, 1.8, 4.2, REACH])

_X, _W = legendre.leggauss(16)


class Plane(NamedTuple):
    """Points of the plane (axes β, r): r cos(β + θ/2), the weight, and which β is −β of each."""

    x: np.ndarray
    weights: np.ndarray
    mirrored: np.ndarray


def slopes_by_plane(
    activation: Activation, q: np.ndarray, squares: np.ndarray, level: int, theta: float
) -> np.ndarray | None:
    """E[φ′_i(u)φ′_j(v)] of every two lengths; None where the points miss E[φ′²], `squares`."""
    plane = _plane(theta, level)
    at_u = slope(activation, np.sqrt(q)[:, None, None] * plane.x)
    at_u = np.broadcast_to(at_u, (len(q), *plane.x.shape))
    weighted = at_u * plane.weights
    given = np.einsum("nbr,nbr->n", at_u, weighted)
    if (np.abs(given - squares) > ACCURACY * squares).any():
        return None
    at_v = at_u[:, plane.mirrored]
    return weighted.reshape(len(q), -1) @ at_v.reshape(len(q), -1).T


@lru_cache(maxsize=256)
def _plane(theta: float, level: int) -> Plane:
    """Gauss–Legendre panels: four sectors between the rays u = 0 and v = 0, times the radius."""
    h = (np.pi - theta) / 2
    ends = 0.5 ** np.arange(level, 0, -1)
    unit = np.concatenate([[0], ends, 1 - ends[-2::-1], [1]])
    parts = [_panels(a + (b - a) * unit) for a, b in _sectors(h)]
    beta, width = (np.concatenate(part) for part in zip(*parts, strict=True))
    r, dr = _panels(RADIAL)
    radial = dr * r * np.exp(-(r**2) / 2) / (2 * np.pi)
    each = len(beta) // 4
    first, second, third, last = np.arange(len(beta)).reshape(4, each)[:, ::-1]
    mirrored = np.concatenate([first, last, third, second])
    return Plane(np.cos(beta + theta / 2)[:, None] * r, width[:, None] * radial, mirrored)


def _sectors(h: float) -> list[tuple[float, float]]:
    """Where both of u, v are positive; v alone; none; u alone. −β swaps u and v."""
    return [(-h, h), (h, np.pi - h), (np.pi - h, np.pi + h), (np.pi + h, 2 * np.pi - h)]


def _panels(edges: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Nodes and weights of an integral over panels between ascending edges."""
    half = np.diff(edges)[:, None] / 2
    return (edges[:-1, None] + half * (1 + _X)).ravel(), (half * _W).ravel()
