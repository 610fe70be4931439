"""How far does finite width move the expected correlation of two inputs? To order 1/n.

Means of the two lengths, p, their half difference d, and the product o of a pair's Gram matrix
deviate from the wide limit. d is independent of the others by symmetry; with S_ij = E[φ⁽ⁱ⁾φ⁽ʲ⁾]

    p′ = σ_w² (s p + f_p),  d′ = σ_w² (s d + f_d),  o′ = σ_w² (S₁₁ o + S₂₀ p + f_o),
    E o′ = σ_w² (S₁₁ E o + S₂₀ E p
                 + ½ [S₂₂ ⟨oo⟩ + 2 S₃₁ ⟨op⟩ + ½(S₄₀ + S₂₂)⟨pp⟩ + ½(S₄₀ − S₂₂)⟨dd⟩])

(each derivative by K_aa is ½ of two derivatives of φ, by K_ab one of each), and of n units

    E ĉ = c + (E o − c E p)/q + (c ⟨pp⟩ + ½ c ⟨dd⟩ − ⟨op⟩)/q²,

which is the well-known −c(1 − c²)/(2n) where the Gram matrix is exact. Sampled products of Gaussian
vectors have ⟨pp⟩ = ⟨oo⟩ = q² (1 + c²)/n, ⟨dd⟩ = q² (1 − c²)/n and ⟨op⟩ = 2 q² c/n; orthogonal
weights do not let them vary.
"""

from typing import NamedTuple

import numpy as np

from initatlas.activations import find_activation
from initatlas.theory.arguments import Array, Scalar
from initatlas.theory.chaos import Chaos, chaos
from initatlas.theory.maps import AnyActivation
from initatlas.theory.recursion import Layers
from initatlas.theory.spectra import WEIGHT_SPREAD


class Deviation(NamedTuple):
    """Covariance of (p, o), and variance of d."""

    po: Array
    d: Scalar


class Response(NamedTuple):
    """Derivatives of E[φφ] in one layer, and the noise of n units times n."""

    slopes: Array  # of (p, o)
    bent: tuple[Array, Scalar]  # second derivatives of o by (p, o), and by d
    s: Scalar
    s_bent: Scalar
    noise: Deviation


def correlation_shift(
    activation: AnyActivation, layers: Layers, q: Array, c: Array, *, ensemble: str = "gaussian"
) -> Array:
    """E ĉ − c by layer, 0 … depth + 1, of lengths q and correlations c as theory expects them."""
    found = chaos(find_activation(activation), q[1:-1])
    responses, keeps = _responses(found, c[1:-1]), 1 - WEIGHT_SPREAD[ensemble]
    gram, mean = Deviation(np.zeros((2, 2)), 0.0), np.zeros(2)
    shifts = [0.0]
    for i in range(layers.depth):
        here, alike, units = q[i + 1], c[i + 1], layers.fan_in[i + 1]
        offset = layers.sigma_b2[i]
        kept = _products(here - offset, here * alike - offset)
        share = keeps * min(1, units / layers.fan_in[i])
        sampled = _less(_products(here, here * alike), kept, share)
        shifts.append(_of_ratio(_less(gram, sampled, -1 / units), mean, here, alike))
        response = responses[i]
        mean = layers.sigma_w2[i + 1] * _mean(
            response, mean, _less(gram, kept, keeps / max(layers.fan_in[i], units))
        )
        noise = _less(response.noise, _passed(response, kept), share)
        passed = _less(_passed(response, gram), noise, -1 / units)
        gram = Deviation(*(layers.sigma_w2[i + 1] ** 2 * part for part in passed))
    return np.array([*shifts, np.nan])


def _of_ratio(gram: Deviation, mean: Array, q: Scalar, c: Scalar) -> float:
    """E of o/√(p² − d²), less c."""
    (pp, op), _ = gram.po
    return float((mean[1] - c * mean[0]) / q + (c * pp + c * gram.d / 2 - op) / q**2)


def _products(q: Scalar, product: Scalar) -> Deviation:
    """Of z_a z_b of one unit."""
    both, cross = q**2 + product**2, 2 * q * product
    return Deviation(np.array([[both, cross], [cross, both]]), q**2 - product**2)


def _less(a: Deviation, b: Deviation, share: Scalar) -> Deviation:
    return Deviation(a.po - share * b.po, a.d - share * b.d)


def _passed(response: Response, gram: Deviation) -> Deviation:
    return Deviation(response.slopes @ gram.po @ response.slopes.T, response.s**2 * gram.d)


def _mean(response: Response, mean: Array, gram: Deviation) -> Array:
    """E of (p, o) of φ from that before it."""
    bent, bent_d = response.bent
    p = response.s_bent * (gram.po[0, 0] + gram.d) / 2
    return response.slopes @ mean + np.array([p, (np.sum(bent * gram.po) + bent_d * gram.d) / 2])


def _responses(found: Chaos, c: Array) -> list[Response]:
    """Of every hidden layer, at its correlation."""
    at, one = c[None], np.ones((1, len(c)))
    s11, s20, s22, s31, s40 = (
        found.derivatives("phi", i, j, at)[0] for i, j in ((1, 1), (2, 0), (2, 2), (3, 1), (4, 0))
    )
    s, s_bent, square = found.first("square"), found.second("square"), found.mean("square")
    alone, pair = (found.covariance("square", "square", where)[0] for where in (one, at))
    product = found.covariance("phi", "phi", at)[0] + found.mean("phi") ** 2
    cubic = found.covariance("cube", "phi", at)[0] + found.mean("cube") * found.mean("phi")
    op = cubic - square * product
    zero = np.zeros_like(s)
    slopes = _matrices(s, zero, s20, s11)
    bent = _matrices((s40 + s22) / 2, s31, s31, s22)
    noise = _matrices((alone + pair) / 2, op, op, pair + square**2 - product**2)
    return [
        Response(
            slopes[i],
            (bent[i], (s40[i] - s22[i]) / 2),
            s[i],
            s_bent[i],
            Deviation(noise[i], (alone[i] - pair[i]) / 2),
        )
        for i in range(len(c))
    ]


def _matrices(*entries: Array) -> Array:
    """A 2 × 2 matrix for each layer."""
    return np.stack(entries, axis=-1).reshape(-1, 2, 2)
