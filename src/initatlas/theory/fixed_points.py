"""Where do lengths and correlations settle? Fixed points of the length and correlation maps.

A length map may have none (q grows without bound: q* = ∞), several, or nothing but fixed points
(scale-free φ at its critical σ_w²). `fixed_points` lists them; `fixed_point` is the one that a
network reaches from inputs of variance q⁰.
"""

from dataclasses import dataclass

import numpy as np

from initatlas.activations import Activation, find_activation
from initatlas.theory.arguments import Array, Reals, Scalar, variances
from initatlas.theory.maps import AnyActivation, chi_1
from initatlas.theory.moments import pair_moments, second_moment, stretch_moment
from initatlas.theory.roots import (
    GRID,
    NOISE,
    Brackets,
    brackets_of,
    hidden_brackets,
    refine,
    signs_of,
    table_of,
)

# Stands in for q* = 0 and q* = ∞ where a slope is asked there: both limits have been reached.
NEARLY_ZERO, NEARLY_INFINITE = float(GRID[0]), float(GRID[-1])


@dataclass(frozen=True, slots=True, kw_only=True)
class FixedPoint:
    """q* = V(q*), the slopes there, and whether lengths near it approach it."""

    q_star: float
    length_slope: float
    chi_1: float
    stable: bool


def fixed_point(
    activation: AnyActivation, sigma_w2: Reals, sigma_b2: Reals, *, q0: Scalar = 1.0
) -> Array:
    """q* that a network reaches from variance q⁰: 0 where it collapses, ∞ where it diverges.

    NaN where φ is no number.
    Where every q is a fixed point (ReLU at σ_w² = 2, σ_b² = 0) it is q⁰ itself.
    """
    record = find_activation(activation)
    sigma_w2, sigma_b2 = np.broadcast_arrays(*variances(sigma_w2=sigma_w2, sigma_b2=sigma_b2))
    w, b = sigma_w2.ravel(), sigma_b2.ravel()
    brackets, roots = _roots(record, w, b)
    start = w * second_moment(record, np.asarray(q0, dtype=float)) + b - q0
    start = np.where(np.abs(start) <= NOISE * q0, 0, start)
    above = np.full(len(w), np.inf)
    below = np.zeros(len(w))
    np.minimum.at(above, brackets.row, np.where(roots >= q0, roots, np.inf))
    np.maximum.at(below, brackets.row, np.where(roots <= q0, roots, 0))
    q_star = np.select([start > 0, start < 0, start == 0], [above, below, q0], np.nan)
    return q_star.reshape(sigma_w2.shape)[()]


def fixed_points(
    activation: AnyActivation, sigma_w2: Scalar, sigma_b2: float
) -> tuple[FixedPoint, ...]:
    """All fixed points of one length map, q* = 0 and q* = ∞ included where they attract or repel.

    Empty where every q is one.
    """
    record = find_activation(activation)
    w, b = variances(sigma_w2=[sigma_w2], sigma_b2=[sigma_b2])
    signs = signs_of(_on_grid(record, w, b))[0]
    if not signs.any():
        return ()
    brackets, roots = _roots(record, w, b)
    order = np.argsort(roots)
    found = [(float(roots[i]), not bool(brackets.rising[i])) for i in order]
    definite = signs[signs != 0]
    if sigma_b2 == 0 and second_moment(record, np.asarray(0.0)) == 0:
        found.insert(0, (0.0, bool(definite[0] < 0)))
    if definite[-1] > 0:
        found.append((np.inf, True))
    return tuple(_describe(record, q, sigma_w2, stable) for q, stable in found)


def correlation_fixed_point(activation: AnyActivation, q_star: Reals, sigma_w2: Reals) -> Array:
    """gap* = 1 − c* of the stable fixed point of C at q*: 0 where χ₁ ≤ 1.

    C is convex on [0, 1] (its series has no negative term), so that gap ↦ 1 − C is concave and
    Newton's steps from gap = 1 descend to the root without overshooting. A map on lengths that
    vanish or diverge is linear or scale-free: C′(1) = 1, and gap* = 0.
    """
    record = find_activation(activation)
    q, w = np.broadcast_arrays(np.asarray(q_star, dtype=float), np.asarray(sigma_w2, dtype=float))
    shape, q, w = q.shape, q.ravel(), w.ravel()
    inside = np.isfinite(q) & (q > 0)
    gap = np.where(np.isnan(q), np.nan, 0.0)
    active = np.flatnonzero(inside)
    active = active[chi_1(record, q[active], w[active]) > 1]
    gap[active] = 1
    for _ in range(100):
        if active.size == 0:
            break
        at = gap[active]
        moments = pair_moments(record, q[active], q[active], at)
        value = w[active] * moments.half_square / q[active] - at
        slope = w[active] * moments.mixed_slope - 1
        step = np.clip(at - value / slope, 0, at)
        gap[active] = step
        active = active[np.abs(step - at) > 1e-14 * at]
    return gap.reshape(shape)[()]


def _roots(activation: Activation, sigma_w2: Array, sigma_b2: Array) -> tuple[Brackets, Array]:
    """All roots of V(q) − q of every row, and the brackets that they were found in."""

    def value(q: Array, row: Array) -> Array:
        return sigma_w2[row] * second_moment(activation, q) + sigma_b2[row] - q

    def slope(q: Array, row: Array) -> Array:
        return sigma_w2[row] * stretch_moment(activation, q) - 1

    signs = signs_of(_on_grid(activation, sigma_w2, sigma_b2))
    slopes = sigma_w2[:, None] * table_of(activation).stretch - 1
    hidden = hidden_brackets(signs, slopes, value, slope)
    pairs = zip(brackets_of(signs), hidden, strict=True)
    brackets = Brackets(*(np.concatenate(pair) for pair in pairs))
    return brackets, refine(brackets, value, slope)


def _on_grid(activation: Activation, sigma_w2: Array, sigma_b2: Array) -> Array:
    """V(q) − q (axes row, node)."""
    return sigma_w2[:, None] * table_of(activation).second + sigma_b2[:, None] - GRID


def _describe(activation: Activation, q: Scalar, sigma_w2: Scalar, stable: bool) -> FixedPoint:
    """The fixed point with its slopes, taken at their limits where q is 0 or ∞."""
    at = np.asarray(min(max(q, NEARLY_ZERO), NEARLY_INFINITE))
    return FixedPoint(
        q_star=q,
        length_slope=float(sigma_w2 * stretch_moment(activation, at)),
        chi_1=float(chi_1(activation, at, sigma_w2)),
        stable=stable,
    )
