"""What is E[φ(u)φ(v)] as a series in c? Σ aₖ(q_a) aₖ(q_b) cᵏ: Mehler's formula.

aₖ(q) = E[φ(√q t) hₖ(t)] with hₖ the orthonormal Hermite polynomials. The series is a hundred times
cheaper than two nested quadratures, and says itself where it may be used: the squares of all
coefficients add up to E[φ²] (Parseval), so the part that a truncated sum leaves out is known. A
pair whose series has not converged is reported as such, and `moments` then integrates instead.
Error of an accepted pair ≤ 1e-11 relative: tests/oracles/test_bivariate.py.
"""

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.polynomial import legendre

from initatlas.activations import Activation
from initatlas.theory.bivariate import PairMoments
from initatlas.theory.lengths import over_lengths
from initatlas.theory.panels import panels_of
from initatlas.theory.pointwise import phi, slope
from initatlas.theory.quadrature import blocks

ACCURACY = 1e-12  # share of E[φ²] that an accepted series may leave out
# Behind a kink aₖ² falls as a power of k only, so cᵏ has to do the rest: not tried above this.
KINKED_DECAY = 1e-6
# hₖ e^(−t²/2) falls as e^(−t²/4) up to its turning point 2√k: 1e-16 at 12.
REACH = 12.0
# (terms, panels on each side of 0): hₖ turns √k times per unit, 20 nodes a panel follow 10 turns.
TIERS = ((48, 3), (160, 6), (448, 12), (1000, 18))


class Expansion(NamedTuple):
    """Hermite coefficients of φ and φ′ at each q (axes q, k), and what E[φ²], E[φ′²] they miss."""

    phi: np.ndarray
    slope: np.ndarray
    phi_rest: np.ndarray
    slope_rest: np.ndarray


class Basis(NamedTuple):
    """Nodes t, the weights of E[f(t)], and weights · hₖ (axes node, k)."""

    nodes: np.ndarray
    weights: np.ndarray
    weighted: np.ndarray


@cache
def basis_of(terms: int, panels: int) -> Basis:
    """Gauss–Legendre panels on [−REACH, REACH], split at 0, and hₖ by its recurrence."""
    x, w = legendre.leggauss(20)
    edges = np.linspace(-REACH, REACH, 2 * panels + 1)
    half = np.diff(edges)[:, None] / 2
    t = (edges[:-1, None] + half + half * x).ravel()
    weights = (half * w).ravel() * np.exp(-(t**2) / 2) / np.sqrt(2 * np.pi)
    h = np.empty((terms, len(t)))
    h[0], h[1] = 1, t
    for k in range(1, terms - 1):
        h[k + 1] = (t * h[k] - np.sqrt(k) * h[k - 1]) / np.sqrt(k + 1)
    return Basis(t, weights, weights[:, None] * h.T)


def expand(
    activation: Activation, q: np.ndarray, squares: np.ndarray, basis: Basis
) -> tuple[Expansion, np.ndarray]:
    """Coefficients at each q, and whether the basis' nodes resolve φ there.

    `squares` are E[φ²] and E[φ′²] at each q from the adaptive quadrature: what the nodes must give.
    """
    coefficients, rests, resolved = [], [], np.ones(len(q), dtype=bool)
    for function, square in zip((phi, slope), squares, strict=True):

        def moments(q: np.ndarray, function: Callable = function) -> np.ndarray:
            values = function(activation, np.sqrt(q)[:, None] * basis.nodes)
            return np.column_stack([values @ basis.weighted, values**2 @ basis.weights])

        rows = over_lengths(moments, q)
        found, given = rows[:, :-1], rows[:, -1]
        resolved &= np.abs(given - square) <= ACCURACY * square
        coefficients.append(found)
        rest = square - np.sum(found**2, axis=1)
        rests.append(np.where(rest > ACCURACY / 10 * square, rest, 0))  # below: rounding
    return Expansion(*coefficients, *rests), resolved


def pair_moments_by_series(
    activation: Activation,
    q_a: np.ndarray,
    q_b: np.ndarray,
    gap: np.ndarray,
    squares_a: np.ndarray,
    squares_b: np.ndarray,
) -> tuple[PairMoments, np.ndarray]:
    """The moments of every pair that converges, NaN elsewhere, and which do."""
    results = np.full((3, len(gap)), np.nan)
    kinked = panels_of(activation, REACH * np.sqrt(max(q_a.max(), q_b.max()))).kinks.size > 0
    for terms, panels in TIERS:
        hopeful = np.abs(1 - gap) ** terms <= (KINKED_DECAY if kinked else 1)
        pending = np.flatnonzero(np.isnan(results[0]) & hopeful)
        if pending.size == 0:
            continue
        basis = basis_of(terms, panels)
        for rows in blocks(len(pending), 2 * len(basis.nodes)):
            chosen = pending[rows]
            moments, converged = _by_one_basis(
                activation, basis, q_a[chosen], q_b[chosen], gap[chosen],
                squares_a[:, chosen], squares_b[:, chosen],
            )  # fmt: skip
            results[:, chosen[converged]] = moments[:, converged]
    return PairMoments(*results), ~np.isnan(results[0])


def _by_one_basis(
    activation: Activation,
    basis: Basis,
    q_a: np.ndarray,
    q_b: np.ndarray,
    gap: np.ndarray,
    squares_a: np.ndarray,
    squares_b: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """The three moments of every pair by one basis, and whether each has converged."""
    a, resolved = expand(activation, q_a, squares_a, basis)
    b, resolved_b = a, resolved
    if not np.array_equal(q_a, q_b):
        b, resolved_b = expand(activation, q_b, squares_b, basis)
    moments = sum_series(a, b, gap)
    last = np.abs(1 - gap) ** a.phi.shape[1]
    converged = resolved & resolved_b
    for rest_a, rest_b, square_a, square_b in (
        (a.phi_rest, b.phi_rest, squares_a[0], squares_b[0]),
        (a.slope_rest, b.slope_rest, squares_a[1], squares_b[1]),
    ):
        converged &= np.sqrt(rest_a * rest_b) * last <= ACCURACY * np.sqrt(square_a * square_b)
    return moments, converged


def sum_series(a: Expansion, b: Expansion, gap: np.ndarray) -> np.ndarray:
    """E[φφ], E[φ′φ′] and ½ E[(φ − φ)²]; the last as Σ ab (1 − cᵏ), which keeps its digits."""
    powers = np.vander(1 - gap, a.phi.shape[1], increasing=True)
    mixed = np.einsum("pk,pk,pk->p", a.phi, b.phi, powers)
    mixed_slope = np.einsum("pk,pk,pk->p", a.slope, b.slope, powers)
    lost = np.einsum("pk,pk,pk->p", a.phi, b.phi, one_minus_powers(gap, a.phi.shape[1]))
    # Terms beyond the last one: ½ Σ (a − b)², and Σ ab lost whole unless c is too near 1 for any.
    root_a, root_b = np.sqrt(a.phi_rest), np.sqrt(b.phi_rest)
    beyond = (root_a - root_b) ** 2 / 2 + np.where(gap > 0.01, root_a * root_b, 0)
    half_square = np.sum((a.phi - b.phi) ** 2, axis=1) / 2 + lost + beyond
    return np.stack([mixed, mixed_slope, half_square])


def one_minus_powers(gap: np.ndarray, terms: int) -> np.ndarray:
    """1 − cᵏ for k < terms (axes pair, k), without cancellation where c → 1."""
    near = np.clip(gap, 0, 0.5)[:, None]
    exact = -np.expm1(np.arange(terms) * np.log1p(-near))
    return np.where(gap[:, None] < 0.5, exact, 1 - np.vander(1 - gap, terms, increasing=True))
