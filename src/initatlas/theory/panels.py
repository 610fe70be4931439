"""Where must a quadrature be split for this φ? Found out once per activation, not assumed.

A panel is accepted where φ and φ′ are polynomials of degree `DEGREE` up to `TOLERANCE`; any other
is halved. A panel that stays unresolved down to rounding holds a kink: one that the activation's
record declares is an edge from the start, one that it does not declare is found here. So an
activation given by φ alone loses no accuracy, and one that cannot be resolved is refused by name.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.polynomial import legendre

from initatlas.activations import Activation
from initatlas.theory.pointwise import phi, slope

# Coefficients of degree DEGREE … 2·DEGREE/1.5 below TOLERANCE mean a convergence rate of 2.9 per
# degree; 16 Gauss nodes then integrate a product of two such functions to 2.9⁻³² ≈ 1e-15.
DEGREE = 24
TOLERANCE = 1e-11
PROBES = 32
FLOOR = 2.0**-44  # narrower panels hold a kink: their share of any integral is rounding error
MAX_PANELS = 20_000
# First edges lie at these times 2ʲ: kinks sit at round numbers, and an edge on one would hide it.
FIRST_EDGES = np.array([-0.535, 0.573])

_NODES, _WEIGHTS = legendre.leggauss(PROBES)
# values @ this = Legendre coefficients of degree 0 … PROBES − 1.
_ALL_COEFFICIENTS = (
    legendre.legvander(_NODES, PROBES - 1) * _WEIGHTS[:, None] * (np.arange(PROBES) + 0.5)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Panels:
    """Edges between which φ is smooth and resolved, and those of them that are kinks of φ or φ′.

    `graded` has more edges, each panel no wider than about its distance from the next narrow one:
    what φ *smoothed* by a Gaussian needs. It is empty where kinks are all that φ has to resolve.
    """

    edges: np.ndarray
    graded: np.ndarray
    kinks: np.ndarray


def panels_of(activation: Activation, reach: float) -> Panels:
    """Panels that resolve φ on [−reach, reach], or a little beyond."""
    return _panels(activation, float(2.0 ** np.ceil(np.log2(max(reach, 1.0)))))


@lru_cache(maxsize=512)
def _panels(activation: Activation, reach: float) -> Panels:
    """Bisect until resolved; where that uncovers new kinks, start again from them."""
    kinks = np.array(activation.kinks, dtype=float)
    edges, found = _bisect(activation, kinks, reach)
    if found.size:
        kinks = np.union1d(kinks, found)
        edges, _ = _bisect(activation, kinks, reach)
    merged = _merged(activation, edges, kinks)
    graded = edges[:0] if np.isin(merged[1:-1], kinks).all() else edges
    return Panels(edges=merged, graded=graded, kinks=kinks)


def _bisect(
    activation: Activation, kinks: np.ndarray, reach: float
) -> tuple[np.ndarray, np.ndarray]:
    """Edges of the accepted panels, and the places of kinks that were not among `kinks`."""
    doublings = 2.0 ** np.arange(np.ceil(np.log2(reach / np.abs(FIRST_EDGES).min())) + 1)
    edges = np.union1d(np.outer(FIRST_EDGES, doublings), kinks)
    pending = np.stack([edges[:-1], edges[1:]], axis=1)
    unresolved = []
    while pending.size:
        _refuse_if_hopeless(activation, len(edges))
        rough = pending[~_resolved(activation, pending)]
        narrow = np.ptp(rough, axis=1) <= FLOOR * np.maximum(1, np.abs(rough).max(axis=1))
        unresolved.append(rough[narrow])
        rough = rough[~narrow]
        middle = rough.mean(axis=1)
        edges = np.union1d(edges, middle)
        pending = np.concatenate(
            [np.stack([rough[:, 0], middle], axis=1), np.stack([middle, rough[:, 1]], axis=1)]
        )
    return edges, _distinct(np.concatenate(unresolved), kinks)


def _resolved(activation: Activation, panels: np.ndarray) -> np.ndarray:
    """Which panels are resolved, judged by the last Legendre coefficients of φ and φ′."""
    half = np.diff(panels, axis=1) / 2
    z = panels.mean(axis=1, keepdims=True) + half * _NODES
    # φ matters relative to its size anywhere nearer to 0, as a centred Gaussian weighs that more.
    inner = np.abs(panels).max(axis=1, keepdims=True) * np.linspace(-1, 1, PROBES)
    resolved = np.ones(len(panels), dtype=bool)
    for function in (phi, slope):
        values = function(activation, z)
        size = np.maximum(np.abs(values), np.abs(function(activation, inner))).max(axis=1)
        tail = np.abs(values @ _ALL_COEFFICIENTS[:, DEGREE:]).max(axis=1)
        # Where φ is no number there is nothing to resolve: moments are NaN there.
        resolved &= ~(tail > TOLERANCE * size)
    return resolved


def _merged(activation: Activation, edges: np.ndarray, kinks: np.ndarray) -> np.ndarray:
    """Only the edges that are needed: one panel for the whole of a straight tail."""
    kept = [0]
    for i in range(1, len(edges) - 1):
        joined = edges[kept[-1] : i + 2]
        if np.isin(edges[i], kinks) or not _one_panel(activation, joined):
            kept.append(i)
    return edges[[*kept, -1]]


def _one_panel(activation: Activation, edges: np.ndarray) -> bool:
    """Whether the panels between `edges` are resolved as one, and no narrow feature slipped by."""
    whole = np.array([[edges[0], edges[-1]]])
    if not _resolved(activation, whole).all():
        return False
    middle, half = whole.mean(), np.ptp(whole) / 2
    z = edges[:-1, None] + np.diff(edges)[:, None] * (_NODES + 1) / 2
    for function in (phi, slope):
        values = function(activation, middle + half * _NODES)
        fit = legendre.legval((z - middle) / half, _ALL_COEFFICIENTS.T @ values)
        actual = function(activation, z)
        # Unresolved features differ by their whole height; a fit, by rounding and the tolerance.
        if np.abs(fit - actual).max() > 100 * TOLERANCE * np.abs(actual).max():
            return False
    return True


def _distinct(unresolved: np.ndarray, kinks: np.ndarray) -> np.ndarray:
    """One place for each cluster of unresolved panels, without those beside a known kink."""
    places: list[float] = []
    for middle in np.sort(unresolved.mean(axis=1)):
        known = np.concatenate([kinks, places])
        nearest = np.abs(known - middle).min(initial=np.inf)
        if nearest > 8 * FLOOR * max(1.0, abs(middle)):
            places.append(float(middle))
    return np.array(places)


def _refuse_if_hopeless(activation: Activation, count: int) -> None:
    """Stop before memory does: φ has structure at every scale, or noise."""
    if count > MAX_PANELS:
        raise ValueError(
            f"{activation.name}: φ is not resolved by {MAX_PANELS} quadrature panels; it has too "
            f"many kinks, oscillates too fast for this q, or is computed with noise above "
            f"{TOLERANCE:g}. Declare its kinks, or write it in a form that keeps its digits."
        )
