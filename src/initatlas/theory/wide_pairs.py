"""What do pairs of evaluation points look like in every hidden layer of a wide network?

Their correlations, those of their gradients, and how means over units of functions of z vary.
"""

from dataclasses import dataclass

import numpy as np

from initatlas.activations import Activation
from initatlas.theory.arguments import Array
from initatlas.theory.chaos import Chaos, chaos
from initatlas.theory.recursion import Layers


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """Kinds of pairs of evaluation points, the first being each point with itself.

    `share` is how many of all pairs are of that kind, c0 the correlation of the inputs and `cosine`
    that of the gradients ∂C/∂z at the readout.
    """

    share: Array
    c0: Array
    cosine: Array

    def __post_init__(self) -> None:
        """Refuse shares that do not add up, and pairs of which the first is not a point."""
        if abs(self.share.sum() - 1) > 1e-9 or self.c0[0] != 1 or self.cosine[0] != 1:
            raise ValueError("Shares of pairs add up to 1; the first kind is a point with itself.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wide:
    """What all formulas need of the hidden layers (axes pair, layer where there are pairs)."""

    chaos: Chaos
    units: Array
    sigma_w2: Array  # of the layer behind
    c: Array
    weight_part: Array  # (w_ab/q)², w_ab the part of E[z_a z_b] that comes from the weights
    fan_in: Array
    cosine: Array  # of the gradients behind the layer; one more, before the first
    orthogonal: float  # 1, or 0 of Gaussian weights

    @property
    def kept(self) -> Array:
        """What orthogonal weights take from c²: of n_in units m < n_in, m/n_in of Σ z_a z_b."""
        share = np.minimum(1, self.units / self.fan_in)
        return self.orthogonal * share * self.weight_part

    @property
    def kept_behind(self) -> Array:
        """The same of the gradients that come back, through a layer with more units or fewer."""
        share = np.minimum(1, self.units[:-1] / self.units[1:])
        return self.orthogonal * np.append(share, 1.0)  # the readout has fewer units

    def covariance(self, f: str, g: str) -> Array:
        """Covariance of the means over units of f and g (axes pair, layer)."""
        return self.chaos.covariance(f, g, self.c, self.kept) / self.units

    @property
    def bent_slope(self) -> Array:
        """T = d ln E[φ′²]/dq."""
        return self.chaos.first("slope_square") / self.chaos.mean("slope_square")

    def steps(self) -> Array:
        """Cov(r_a, r_b), r of φ′²g²: of φ′² alone, of both, and of g² alone.

        What orthogonal weights keep, Σ z_a z_b and Σ g_a g_b, are parts of the first and the last.
        """
        parallel = 2 * self.cosine[:, 1:] ** 2
        slope = self.chaos.mean("slope_square") ** 2
        alone = self.covariance("slope_square", "slope_square") / slope
        every = self.chaos.covariance("slope_square", "slope_square", self.c) / self.units / slope
        return alone + every * parallel + parallel * (1 - self.kept_behind) / self.units


def wide_pairs(
    activation: Activation, layers: Layers, q: Array, pairs: Pairs, orthogonal: float
) -> Wide:
    """Correlations of every kind of pair in every hidden layer, and those of its gradients."""
    found = chaos(activation, q[1:-1])
    mixed = layers.sigma_w2[0] * q[0] * pairs.c0
    c, part, cosine = [], [], [pairs.cosine]
    for i in range(layers.depth):
        c.append((mixed + layers.sigma_b2[i]) / found.q[i])
        part.append((mixed / found.q[i]) ** 2)
        mixed = layers.sigma_w2[i + 1] * found.product("phi", i, c[-1])
    for i in reversed(range(layers.depth)):
        slopes = found.product("slope", i, c[i])
        cosine.append(cosine[-1] * slopes / slopes[0])
    return Wide(
        chaos=found,
        units=layers.fan_in[1:],
        sigma_w2=layers.sigma_w2[1:],
        c=np.stack(c, axis=1),
        weight_part=np.stack(part, axis=1),
        fan_in=layers.fan_in[:-1],
        cosine=np.stack(cosine[::-1], axis=1),
        orthogonal=orthogonal,
    )
