"""What is E[f(u, v)] for two correlated Gaussians? Two nested quadratures, at any correlation.

u = √q_a x and v = √q_b (c x + s y), s = √(1 − c²), with x, y independent and standard. The inner
integral over y is split where v meets an edge of φ. As a function of x it is φ smoothed over s/|c|,
so the outer panels shrink toward a kink to that width: the bend that a fixed grid misses at
|c| → 1. Everything is a function of `gap` = 1 − c, never of c, which has no digits left there.
Relative error ≤ 1e-11 for q from 1e-6 to 1e4 and 1 − |c| ≥ 1e-6: tests/oracles/test_bivariate.py.
"""

from typing import NamedTuple

import numpy as np

from initatlas.activations import Activation
from initatlas.theory.panels import Panels, panels_of
from initatlas.theory.pointwise import phi, slope
from initatlas.theory.quadrature import NODES, REACH, TINY, blocks, gaussian_nodes

# A kink smoothed over a width w bends like the density itself, so that its panels serve here too.
BEND = np.array([-REACH, 0, REACH])
SMALLEST_SLOPE = 1e-8  # of v in x, for placing edges only: below it every edge is out of reach


class PairMoments(NamedTuple):
    """E[φ(u)φ(v)], E[φ′(u)φ′(v)] and ½ E[(φ(u) − φ(v))²], which keeps its digits at c → 1."""

    mixed: np.ndarray
    mixed_slope: np.ndarray
    half_square: np.ndarray


def pair_moments_by_quadrature(
    activation: Activation, q_a: np.ndarray, q_b: np.ndarray, gap: np.ndarray
) -> PairMoments:
    """The three moments of every pair; arrays of one dimension and the same length."""
    panels = panels_of(activation, REACH * np.sqrt(max(q_a.max(initial=0), q_b.max(initial=0))))
    outer_panels = len(panels.edges) + len(panels.graded) + len(BEND) * len(panels.kinks) + 2
    inner_panels = len(panels.edges) + 2
    results = np.empty((3, len(gap)))
    for rows in blocks(len(gap), outer_panels * inner_panels * len(NODES) ** 2):
        results[:, rows] = _block(activation, panels, q_a[rows], q_b[rows], gap[rows])
    return PairMoments(*results)


def _block(
    activation: Activation, panels: Panels, q_a: np.ndarray, q_b: np.ndarray, gap: np.ndarray
) -> np.ndarray:
    """The three moments of the pairs of one block: axes pair, outer node, inner node."""
    scale_a, scale_b = np.sqrt(q_a)[:, None], np.sqrt(q_b)[:, None]
    c, s = (1 - gap)[:, None], np.sqrt(gap * (2 - gap))[:, None]
    x, weights_x = gaussian_nodes(_outer_edges(panels, scale_a, scale_b, c, s))
    mean, deviation = (scale_b * c * x)[..., None], (scale_b * s)[..., None]
    y, weights_y = gaussian_nodes(_inner_edges(panels.edges, mean, deviation))
    u, v = scale_a * x, mean + deviation * y
    # Copies: φ of the identity is its own argument.
    phi_u, phi_v = phi(activation, u)[..., None], phi(activation, v)
    weights = weights_x[..., None] * weights_y
    mixed = np.einsum("pij,pij->p", weights, phi_u * phi_v)
    half_square = np.einsum("pij,pij->p", weights, (phi_u - phi_v) ** 2) / 2
    inner_slope = np.einsum("pij,pij->pi", weights_y, slope(activation, v))
    mixed_slope = np.einsum("pi,pi,pi->p", weights_x, slope(activation, u), inner_slope)
    return np.stack([mixed, mixed_slope, half_square])


def _outer_edges(
    panels: Panels, scale_a: np.ndarray, scale_b: np.ndarray, c: np.ndarray, s: np.ndarray
) -> np.ndarray:
    """Edges in x: where u meets an edge, where v's mean does, and around v's smoothed kinks."""
    direction = np.where(c < 0, -1.0, 1.0) * np.maximum(np.abs(c), SMALLEST_SLOPE)
    per_unit = 1 / np.maximum(scale_b, TINY) / direction
    width = (s / np.abs(direction))[..., None]
    bends = (panels.kinks * per_unit)[..., None] + BEND * width
    meets_a = panels.edges / np.maximum(scale_a, TINY)
    meets_b = panels.graded * per_unit
    return np.concatenate([meets_a, meets_b, bends.reshape(len(c), -1)], axis=-1)


def _inner_edges(edges: np.ndarray, mean: np.ndarray, deviation: np.ndarray) -> np.ndarray:
    """Edges in y, only as many as the fullest window of v, mean ± REACH deviations, holds."""
    first = np.searchsorted(edges, mean - REACH * deviation)
    last = np.searchsorted(edges, mean + REACH * deviation)
    picked = first + np.arange(np.max(last - first))
    nearby = edges[np.minimum(picked, len(edges) - 1)]
    return (nearby - mean) / np.maximum(deviation, TINY)
