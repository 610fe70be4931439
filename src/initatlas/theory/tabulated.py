"""What are the moments of very many pairs? One table in polar coordinates, interpolated.

u = √q_a r cos(β + θ/2) and v = √q_b r cos(β − θ/2), cos θ = c. A kink of φ at 0 is four rays of β:
split there, every moment is an analytic function of θ, up to and including c = ±1, and of ln q_a
and ln q_b. So it is computed at a few Chebyshev nodes (q_i, θ_m), for all pairs q_i, q_j at once as
products of matrices, and interpolated. All that is interpolated is bilinear in φ_i = φ(√q_i ·):

    S_ij(θ) = E[φ′_i(u) φ′_j(v)]  and  N_ij(θ) = E[Δφ_i Δφ_j] / (2 (1 − c)),  Δφ = φ(u) − φ(v),
                                            = √(q_i q_j) · mean of S_ij over cosines in [c, 1],

the latter by ∂E[φφ]/∂c = √(q_a q_b) E[φ′φ′] (Price) where φ is continuous. From them follow
E[φ_a(u)φ_b(v)] = E[φ_a φ_b] − (1 − c) N_ab and ½ E[(φ_a(u) − φ_b(v))²] = ½ E[(φ_a − φ_b)²] +
(1 − c) N_ab: no difference is taken that loses digits where c → 1.

The values at the nodes are Mehler's series where it converges at every c, else integrals over the
plane. Every step is checked, and pairs that fail are left to other methods: lengths by φ's error in
L²(Gauss), which bounds that of every bilinear form (Cauchy and Schwarz); angles by the last
Chebyshev coefficients; integrals by E[φ′²], which they must give. Error ≤ 1e-11 of the
moments' scales, and of ½ E[(φ − φ)²] itself: tests/oracles/test_bivariate.py.
"""

from collections.abc import Callable
from functools import lru_cache, partial
from typing import NamedTuple

import numpy as np
from numpy.polynomial import chebyshev, legendre

from initatlas.activations import Activation
from initatlas.theory.bivariate import PairMoments
from initatlas.theory.hermite import TIERS, Expansion, basis_of, expand
from initatlas.theory.lengths import COUNTS, at_extrema, extrema, nodes, transform
from initatlas.theory.lengths import weights as weights_of
from initatlas.theory.panels import panels_of
from initatlas.theory.pointwise import phi, slope
from initatlas.theory.polar import LEVELS, slopes_by_plane
from initatlas.theory.quadrature import REACH, TINY, gaussian_nodes

ACCURACY = 1e-12  # of each step
FEWEST = 24  # pairs: below, a table costs more than their integrals
ANGLES = (8, 12, 16, 24, 32, 48, 72)  # Chebyshev nodes in θ that are tried
# Ends of the range of θ: few, so that what depends on them alone is used again.
ENDS = 0.05 * 2.0 ** np.arange(7)


class Lengths(NamedTuple):
    """Nodes in q, and φ at any q from φ at the nodes: axes pair, node."""

    nodes: np.ndarray
    of_a: np.ndarray
    of_b: np.ndarray


def pair_moments_by_table(
    activation: Activation, q_a: np.ndarray, q_b: np.ndarray, gap: np.ndarray
) -> PairMoments | None:
    """The three moments of every pair; None where a table does not serve."""
    kinks = panels_of(activation, REACH * np.sqrt(max(q_a.max(), q_b.max()))).kinks
    if len(gap) < FEWEST or kinks.any() or _jumps_at_0(activation):
        return None
    lengths = interpolated_lengths(activation, q_a, q_b)
    if lengths is None:
        return None
    theta = 2 * np.arcsin(np.sqrt(gap / 2))
    end = min(ENDS[np.searchsorted(ENDS, theta.max())], np.pi)
    coefficients = interpolated_angles(activation, lengths.nodes, end)
    if coefficients is None:
        return None
    means = _means(end, len(coefficients)) @ coefficients
    waves = chebyshev.chebvander(2 * theta / end - 1, len(means) - 1)
    products = (lengths.of_a[:, :, None] * lengths.of_b[:, None, :]).reshape(len(gap), -1)
    slopes, means = (
        np.einsum("pm,pm->p", products @ table.T, waves[:, : len(table)])
        for table in (coefficients, means)
    )
    shares = np.sqrt(q_a * q_b) * means
    return _assembled(activation, lengths, gap, slopes, shares)


def interpolated_lengths(
    activation: Activation, q_a: np.ndarray, q_b: np.ndarray
) -> Lengths | None:
    """The fewest nodes in ln q from which φ and φ′ follow at every q; None if too many."""
    low, high = min(q_a.min(), q_b.min()), max(q_a.max(), q_b.max())
    if low <= 0:
        return None
    line = _line(activation, np.array([low, high]))
    middle, half = np.sqrt(low * high), np.log(high / low) / 2
    for count in COUNTS:
        known, between = (middle * np.exp(half * x) for x in (nodes(count), extrema(count)))
        if _predicts(activation, line, (known, between), at_extrema(count)):
            place = [np.log(q / middle) / (half or 1.0) for q in (q_a, q_b)]
            return Lengths(known, *(weights_of(np.clip(x, -1, 1), count) for x in place))
    return None


def _predicts(
    activation: Activation,
    line: tuple[np.ndarray, np.ndarray],
    lengths: tuple[np.ndarray, np.ndarray],
    interpolate: np.ndarray,
) -> bool:
    """Whether φ and φ′ at the second lengths follow from those at the first, in L²(Gauss)."""
    t, weights = line
    for function in (phi, slope):
        known, actual = (function(activation, np.sqrt(q)[:, None] * t) for q in lengths)
        error = (interpolate @ known - actual) ** 2 @ weights
        if (error > ACCURACY**2 * (actual**2 @ weights)).any():
            return False
    return True


def interpolated_angles(activation: Activation, q: np.ndarray, end: float) -> np.ndarray | None:
    """Chebyshev coefficients over θ in [0, end] of S (axes order, pair of lengths)."""
    squares = _squares(activation, q)
    series = _converged_series(activation, q, squares)
    if series is not None:
        return _fitted(lambda theta: _by_series(series, theta), end)
    ends = [0, len(q) - 1] if len(q) > 2 else slice(None)
    for level in LEVELS:
        # How many angles, and whether the plane is fine enough, is found out with two lengths.
        few = _fitted(partial(slopes_by_plane, activation, q[ends], squares[1, ends], level), end)
        if few is not None:
            every = partial(slopes_by_plane, activation, q, squares[1], level)
            return _fitted(every, end, (len(few),))
    return None


def _fitted(
    slopes: Callable[[float], np.ndarray | None], end: float, counts: tuple[int, ...] = ANGLES
) -> np.ndarray | None:
    """The fewest coefficients that say all; None where a plane is too coarse, or they are many."""
    for count in counts:
        found = [slopes(theta) for theta in end * (1 + nodes(count)) / 2]
        if any(part is None for part in found):
            return None
        table = np.einsum("km,mij->kij", transform(count), np.stack(found))
        size = np.sqrt(np.abs(table[0].diagonal()))
        if (np.abs(table[-2:]) <= ACCURACY * size[:, None] * size).all():
            return table.reshape(count, -1)
    return None


@lru_cache(maxsize=64)
def _means(end: float, count: int) -> np.ndarray:
    """Coefficients of S(θ) → those of ∫₀^θ S sin θ′ dθ′ / (1 − cos θ), its mean over cosines."""
    x, w = legendre.leggauss(count + 16)  # a polynomial of that degree times a sine
    # 1/(1 − cos θ) has a pole at 2π, 3 half widths from the middle: 24 orders, (3 + √8)⁻²⁴ = 4e-19.
    more = count + 24
    theta = end * (1 + nodes(more))[:, None] / 2
    within = theta * (1 + x) / 2
    weights = theta / 2 * w * np.sin(within) / (2 * np.sin(theta / 2) ** 2)
    waves = chebyshev.chebvander(2 * within / end - 1, count - 1)
    return transform(more) @ np.einsum("mx,mxk->mk", weights, waves)


def _jumps_at_0(activation: Activation) -> bool:
    """Whether φ has another limit at 0 from below than from above."""
    before, after = phi(activation, np.array([-TINY, TINY]))
    return bool(abs(after - before) > ACCURACY)


def _converged_series(
    activation: Activation, q: np.ndarray, squares: np.ndarray
) -> Expansion | None:
    """Hermite coefficients that leave nothing out at any c, if there are; not behind a kink."""
    if panels_of(activation, REACH * np.sqrt(q.max())).kinks.size:
        return None
    for tier in TIERS:
        found, resolved = expand(activation, q, squares, basis_of(*tier))
        if resolved.all() and not found.phi_rest.any() and not found.slope_rest.any():
            return found
    return None


def _by_series(series: Expansion, theta: float) -> np.ndarray:
    """S of every two lengths at one angle, by Mehler's formula."""
    powers = np.cos(theta) ** np.arange(series.slope.shape[1])
    return (series.slope * powers) @ series.slope.T


def _line(activation: Activation, q: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Nodes and weights of E[f(t)] that resolve φ(√q t) at both ends of a range of q."""
    edges = [panels_of(activation, REACH * np.sqrt(end)).edges / np.sqrt(end) for end in q]
    return gaussian_nodes(np.concatenate(edges))


def _squares(activation: Activation, q: np.ndarray) -> np.ndarray:
    """E[φ²] and E[φ′²] at each q (axes which, q), by panels of their own."""
    found = []
    for end in q:
        t, weights = _line(activation, np.array([end]))
        z = np.sqrt(end) * t
        found.append([function(activation, z) ** 2 @ weights for function in (phi, slope)])
    return np.array(found).T


def _assembled(
    activation: Activation,
    lengths: Lengths,
    gap: np.ndarray,
    slopes: np.ndarray,
    shares: np.ndarray,
) -> PairMoments:
    """The moments from S and N of each pair, and from φ_a and φ_b at c = 1."""
    t, weights = _line(activation, lengths.nodes[[-1, 0]])
    values = phi(activation, np.sqrt(lengths.nodes)[:, None] * t)
    a, b = lengths.of_a @ values, lengths.of_b @ values
    at_one = np.einsum("pt,pt,t->p", a, b, weights)
    apart = ((lengths.of_a - lengths.of_b) @ values) ** 2 @ weights / 2
    return PairMoments(at_one - gap * shares, slopes, apart + gap * shares)
