"""How do the length and the distance of a pair respond to a wide layer, and scatter over its units?

A pair of pre-activations z = √q (α u ± β w), α² = (1 + c)/2, β² = γ/2, γ = 1 − c, with u, w
independent and standard, gives each unit X = (½(φ_a² + φ_b²), ½(φ_a − φ_b)²). Relative to E[X],

    response to ln σ², σ² the variances q α² of the sum and q β² of the difference: E[X h₂]/√2,
    noise of one pair: Cov(X, X),
    noise of two pairs whose points have correlation x with those of the other pair: as a − b is
    independent of the other pair, of the sums alone, whose correlation is ρ = 2x/(1 + c):
    Σ_{k≥1} E[X h_k(u)] E[X h_k(u)]ᵀ ρᵏ (Mehler).

X is even in w. All is relative to E[X], so that c → 1 costs no digits; the series' rest is summed
up by Parseval as in `chaos`. Error ≤ 1 %: tests/unit/theory/test_pair_noise.py.
"""

from typing import NamedTuple

import numpy as np
from numpy.polynomial import legendre

from initatlas.activations import Activation
from initatlas.theory.arguments import Array, Scalar
from initatlas.theory.bivariate import BEND
from initatlas.theory.panels import panels_of
from initatlas.theory.pointwise import phi
from initatlas.theory.quadrature import REACH, TINY, gaussian_nodes

TERMS = 48
RULE = legendre.leggauss(12)  # 1 % is asked for, of variances of order 1/width: not 1e-12
WHOLE, HALF = np.linspace(-REACH, REACH, 9), np.linspace(0, REACH, 5)
# Relative to γ all has reached its limit below the former; α² = 0 would be divided by.
SMALLEST, LARGEST = 1e-12, 2 - 1e-6


class PairNoise(NamedTuple):
    """Of X relative to E[X]: `response` to relative deviations of p and D = q γ; noises of a unit.

    `square` is E[½(φ_a² + φ_b²)], `own` the noise of one pair, `other` that of two pairs.
    """

    square: Scalar
    response: Array
    own: Array
    other: Array


def pair_noise(activation: Activation, q: Scalar, gap: Scalar, apart: Scalar) -> PairNoise:
    """Of a layer of length q, pairs of 1 − c = gap, and correlation `apart` between pairs."""
    q, gap = np.maximum(q, TINY), np.clip(gap, SMALLEST, LARGEST)
    alpha, beta = np.sqrt(1 - gap / 2), np.sqrt(gap / 2)
    if np.isnan(gap):
        return PairNoise(np.nan, *np.full((3, 2, 2), np.nan))
    u, weights_u, w, weights_w = _nodes(activation, np.sqrt(q) * alpha, np.sqrt(q) * beta)
    middle, offset = np.sqrt(q) * alpha * u[:, None], np.sqrt(q) * beta * w
    a, b = phi(activation, middle + offset), phi(activation, middle - offset)
    x = np.stack([(a**2 + b**2) / 2, (a - b) ** 2 / 2])
    means = np.einsum("iuw,uw,u->i", x, weights_w, weights_u)
    with np.errstate(invalid="ignore", divide="ignore"):  # nothing left of the signal: NaN
        x /= means[:, None, None]
    given = np.einsum("iuw,uw->iu", x, weights_w)
    sums = np.einsum("iu,u,u->i", given, weights_u, u**2 - 1) / 2
    differences = np.einsum("iuw,uw,uw,u->i", x, weights_w, w**2 - 1, weights_u) / 2
    both = np.einsum("iuw,juw,uw,u->ij", x, x, weights_w, weights_u)
    # δ(q β²)/(q β²) = r, δ(q α²)/(q α²) = (ε − β² r)/α², of p (1 + ε) and D (1 + r).
    response = np.stack([sums, differences * alpha**2 - sums * beta**2], axis=1) / alpha**2
    other = _of_sums(given, u, weights_u, np.clip(apart / alpha**2, -1, 1))
    return PairNoise(means[0], response, both - 1, other)


def _nodes(
    activation: Activation, of_sum: Scalar, of_difference: Scalar
) -> tuple[Array, Array, Array, Array]:
    """Nodes u, their weights, nodes w (u, w), their weights; split where a or b meets an edge."""
    panels = panels_of(activation, REACH * np.hypot(of_sum, of_difference))
    bends = (panels.kinks[:, None] + BEND * of_difference).ravel()
    edges = np.concatenate([panels.edges, panels.graded, bends]) / of_sum
    u, weights_u = gaussian_nodes(edges, WHOLE, RULE)
    meets = np.abs(of_sum * u[:, None] - panels.edges) / of_difference
    w, weights_w = gaussian_nodes(meets, HALF, RULE)
    return u, weights_u, w, 2 * weights_w


def _of_sums(given: Array, u: Array, weights: Array, rho: Scalar) -> Array:
    """Covariance of X of two pairs, of E[X | u] and the correlation ρ of their sums."""
    whole = np.einsum("iu,ju,u->ij", given, given, weights)
    found = np.zeros((2, 2))
    before, now = np.zeros_like(u), np.ones_like(u)
    for k in range(TERMS):
        coefficients = given @ (weights * now)
        term = np.outer(coefficients, coefficients)
        whole = whole - term
        found += term * rho**k if k else 0.0
        before, now = now, (u * now - np.sqrt(k) * before) / np.sqrt(k + 1)
    return found + whole * rho**TERMS
