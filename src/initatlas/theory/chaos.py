"""How do functions of two correlated pre-activations vary together? Their Hermite coefficients say.

f(√q t) = Σ fₖ hₖ(t), so Cov(f(u), g(v)) = Σ_{k≥1} fₖ gₖ cᵏ (Mehler), in all layers at once. Terms
beyond `TERMS` are summed up by Parseval: exact at c = 1 and at c = 0, and where a kink leaves them
large, off by a few percent in between: for variances of order 1/width, whose own next order is
larger, not for means. `bivariate` has all digits.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from initatlas.activations import Activation
from initatlas.theory.arguments import Array
from initatlas.theory.panels import panels_of
from initatlas.theory.pointwise import phi, slope
from initatlas.theory.quadrature import REACH, TINY, gaussian_nodes

TERMS = 96
# h₉₅ turns 1.6 times per unit: these panels and their 24 nodes follow it.
FIXED = np.linspace(-REACH, REACH, 13)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chaos:
    """Functions of z ~ N(0, q) in every layer: their coefficients and their values at nodes.

    Names are those of `FUNCTIONS`; coefficients have axes layer, k and values axes layer, node.
    """

    q: Array
    weights: Array
    values: dict[str, Array]
    coefficients: dict[str, Array]

    def mean(self, f: str) -> Array:
        """E[f]."""
        return self.coefficients[f][:, 0]

    def first(self, f: str) -> Array:
        """dE[f]/dq = E[f h₂]/(√2 q): no kink is differentiated."""
        return self.coefficients[f][:, 2] / (np.sqrt(2) * self.q)

    def second(self, f: str) -> Array:
        """d²E[f]/dq² = E[f h₄] √24/(4 q²)."""
        return self.coefficients[f][:, 4] * np.sqrt(24) / (4 * self.q**2)

    def covariance(self, f: str, g: str, c: Array, kept: Array | float = 0.0) -> Array:
        """Cov(f(u), g(v)) at correlations c (axes pair, layer), less `kept` of c²."""
        a, b = self.coefficients[f], self.coefficients[g]
        powers = c[..., None] ** np.arange(TERMS)
        powers[..., 0] = 0
        powers[..., 2] -= kept
        rest = self._rest(f, g)
        return np.einsum("lk,lk,plk->pl", a, b, powers) + rest * c**TERMS

    def product(self, f: str, layer: int, c: Array) -> Array:
        """E[f(u) f(v)] in one layer at correlations c."""
        powers = c[:, None] ** np.arange(TERMS)
        rest = self._rest(f, f)[layer]
        return powers @ self.coefficients[f][layer] ** 2 + rest * c**TERMS

    def product_mean(self, f: str, g: str) -> Array:
        """E[f g] at one point."""
        return np.einsum("lx,lx,lx->l", self.weights, self.values[f], self.values[g])

    def _rest(self, f: str, g: str) -> Array:
        """What E[f g] has beyond the terms that are summed up."""
        summed = np.einsum("lk,lk->l", self.coefficients[f], self.coefficients[g])
        return self.product_mean(f, g) - summed

    def derivatives(self, f: str, i: int, j: int, c: Array) -> Array:
        """E[f⁽ⁱ⁾(u) f⁽ʲ⁾(v)] (axes pair, layer), by shifting coefficients."""
        k = np.arange(TERMS - max(i, j))
        a, b = (self._derivative(f, order)[:, : len(k)] for order in (i, j))
        return np.einsum("lk,lk,plk->pl", a, b, c[..., None] ** k)

    def _derivative(self, f: str, order: int) -> Array:
        """Coefficients of the derivative: √((k+1) … (k+i)) f_{k+i} / q^{i/2}."""
        k = np.arange(TERMS - order)[:, None]
        factor = np.sqrt(np.prod(k + 1 + np.arange(order), axis=1, dtype=float))
        return factor * self.coefficients[f][:, order:] / self.q[:, None] ** (order / 2)


def chaos(activation: Activation, q: Array) -> Chaos:
    """φ, its square and cube, φ′ and its square, at each layer's q."""
    q = np.maximum(np.where(np.isfinite(q), q, np.nan), TINY)
    longest = np.max(q, where=~np.isnan(q), initial=TINY)
    edges = panels_of(activation, REACH * np.sqrt(longest)).edges / np.sqrt(q)[:, None]
    fixed = np.broadcast_to(FIXED, (len(q), len(FIXED)))
    t, weights = gaussian_nodes(np.concatenate([edges, fixed], axis=1))
    z = np.sqrt(q)[:, None] * t
    h, dh = phi(activation, z), np.broadcast_to(slope(activation, z), z.shape)
    values = {"phi": h, "square": h**2, "cube": h**3, "slope": dh, "slope_square": dh**2}
    stacked = np.stack(list(values.values())) * weights
    found = np.stack([np.einsum("flx,lx->fl", stacked, basis) for basis in _hermite(t)], axis=-1)
    coefficients = dict(zip(values, found, strict=True))
    return Chaos(q=q, weights=weights, values=values, coefficients=coefficients)


def _hermite(t: Array) -> Iterator[Array]:
    """The orthonormal h₀ … at t, one after another."""
    before, now = np.zeros_like(t), np.ones_like(t)
    for k in range(TERMS):
        yield now
        before, now = now, (t * now - np.sqrt(k) * before) / np.sqrt(k + 1)
