"""How does the mean correlation of many pairs scatter over networks of finite width? To order 1/n.

The mean square p of a pair's points and D = ½|z_a − z_b|²/n have means q and q γ, γ = 1 − c. Their
Gram matrix deviates from these by ε and r, relatively; as the two lengths' difference matters to
second order only, and biases cancel in D,

    ĉ − c = γ (ε − r),   (ε, r)′ = T (R (ε, r) + f),   T = diag(σ_w² E[φ²]/q′, 1),

from 0 in the first layer, R and the noise f of n units as in `pair_noise`, and of n units of z
itself the sampled covariances [1 + c², γ; γ, 2]/n: the well-known Var ĉ = (1 − c²)²/n where the
Gram matrix is exact. Points of different pairs start at correlation 0 and follow the correlation
map to x; covariances of two pairs are [2x², 0; 0, 0]/n, and the mean of P pairs has 1/P of the
variance and 1 − 1/P of the covariance. (Random directions in d dimensions have cosines of 1/√d,
of which the first layer's covariance is 0 on average: nothing of it is seen at d = 16, but in the
plane 32 pairs vary up to 1.6 times as much.) Orthogonal weights do not let products of the weights'
part of z vary.
"""

import numpy as np

from initatlas.activations import Activation, find_activation
from initatlas.theory.arguments import Array, Scalar
from initatlas.theory.maps import AnyActivation
from initatlas.theory.pair_noise import pair_noise
from initatlas.theory.recursion import Layers, forward_lengths
from initatlas.theory.spectra import WEIGHT_SPREAD

CONTRAST = np.array([1.0, -1.0])  # ε − r


def correlation_scatter(
    activation: AnyActivation,
    layers: Layers,
    q0: Scalar,
    c0: Scalar,
    *,
    pairs: int,
    ensemble: str = "gaussian",
) -> Array:
    """Var over networks of the mean of ĉ over `pairs` pairs, by layer 0 … depth + 1 (NaN there).

    All points have mean square q⁰, those of a pair correlation c⁰, those of different pairs none.
    """
    with np.errstate(invalid="ignore", divide="ignore"):  # no length left: 0/0 is NaN
        return _scatter(find_activation(activation), layers, (q0, c0), pairs, ensemble)


def _scatter(
    record: Activation, layers: Layers, start: tuple[Scalar, Scalar], pairs: int, ensemble: str
) -> Array:
    q0, c0 = start
    lengths, gaps = forward_lengths(record, layers, np.full(2, float(q0)), np.array([c0, 0.0]))
    q, gap, apart = lengths[0], gaps[0], 1 - gaps[1]
    keeps, share = 1 - WEIGHT_SPREAD[ensemble], 1 / pairs
    gram, found = np.zeros((2, 2)), [0.0]
    for i in range(layers.depth):
        here, units = q[i + 1], layers.fan_in[i + 1]
        kept = keeps * min(1, units / layers.fan_in[i])
        kept = kept * _products(here, gap[i + 1], apart[i + 1], layers.sigma_b2[i], share)
        sampled = _products(here, gap[i + 1], apart[i + 1], 0.0, share) - kept
        found.append(gap[i + 1] ** 2 * (CONTRAST @ (gram + sampled / units) @ CONTRAST))
        noise = pair_noise(record, here, gap[i + 1], apart[i + 1])
        of_units = share * noise.own + (1 - share) * noise.other
        passed = noise.response @ (gram - kept / units) @ noise.response.T + of_units / units
        scale = np.array([layers.sigma_w2[i + 1] * noise.square / q[i + 2], 1.0])
        gram = passed * np.outer(scale, scale)
    return np.array([*found, np.nan])


def _products(q: Scalar, gap: Scalar, apart: Scalar, offset: Scalar, share: Scalar) -> Array:
    """Of one unit's (p, D) relative to (q, q γ), z without the part of variance `offset`."""
    length, alike, other = 1 - offset / q, 1 - gap - offset / q, apart - offset / q
    square = share * (length**2 + alike**2) + (1 - share) * 2 * other**2
    return np.array([[square, share * gap], [share * gap, 2 * share]])
