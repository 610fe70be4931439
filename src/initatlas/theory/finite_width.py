"""How far do networks of finite width scatter around theory?

Log-norms random-walk over layers: their variance over seeds is β, of order depth/width, and their
mean is shifted by −β/2 while the mean of the norm itself is not. So compare theory with the mean of
squared norms, or with the mean of logarithms after the shift. Hanin & Nica 2020.
"""

from dataclasses import dataclass

import numpy as np
from scipy import special, stats

from initatlas.activations import Activation, find_activation
from initatlas.theory.arguments import Array, Reals, lengths
from initatlas.theory.maps import AnyActivation
from initatlas.theory.moments import (
    fourth_moment,
    fourth_slope_moment,
    second_moment,
    slope_moment,
    stretch_moment,
)
from initatlas.theory.recursion import Layers
from initatlas.theory.spectra import WEIGHT_SPREAD


@dataclass(frozen=True, slots=True, kw_only=True)
class Scatter:
    """Variance over seeds of a logarithm, by layer (last axis), and the shift of its mean."""

    beta: Array

    @property
    def mean_shift(self) -> Array:
        """−β/2: the mean of the logarithm minus the logarithm of the mean."""
        return -self.beta / 2

    @property
    def standard_deviation(self) -> Array:
        """√β."""
        return np.sqrt(self.beta)


def forward_kappa(
    activation: AnyActivation, q: Reals = 1.0, *, ensemble: str = "gaussian"
) -> Array:
    """κ_φ = n · variance of ln|φ(z)|² that one bias-free layer of n units adds at variance q.

    Gaussian E[φ⁴]/E[φ²]² − 1: 5 for ReLU, 2 for linear. Orthogonal weights keep |z|, which takes
    away the part of φ² that follows z²: 3 for ReLU, 0 for linear.
    """
    record = find_activation(activation)
    (q,) = lengths(q=q)
    return _layer_variance(record, q, q, ensemble) / second_moment(record, q) ** 2


def backward_kappa(
    activation: AnyActivation, q: Reals = 1.0, *, ensemble: str = "gaussian"
) -> Array:
    """N · variance of ln‖∂C/∂z‖² that one layer of n units adds: 3 E[φ′⁴]/E[φ′²]² − 1.

    Orthogonal weights keep the norm that they are given: 2 less.
    """
    record = find_activation(activation)
    (q,) = lengths(q=q)
    return (
        3 * fourth_slope_moment(record, q) / slope_moment(record, q) ** 2
        - 1
        - 2 * (1 - WEIGHT_SPREAD[ensemble])
    )


def length_scatter(
    activation: AnyActivation, layers: Layers, q: Array, *, ensemble: str = "gaussian"
) -> Scatter:
    """Scatter of ln q^l, q^l the mean square over units, in layers 0 … depth + 1 (last axis).

    `q` are the expected lengths, as in `DepthProfile.q`. To first order in 1/width: a deviation
    passes a layer multiplied by V′, and each layer adds its own. The input has none.
    """
    record = find_activation(activation)
    widths = layers.fan_in[1:]
    deviation = np.zeros(q.shape[:-1])  # variance of E-over-units φ(z)², layer by layer
    result = [deviation]
    for i in range(layers.depth + 1):
        here, weight = q[..., i + 1], q[..., i + 1] - layers.sigma_b2[i]
        inherited = layers.sigma_w2[i] ** 2 * deviation
        units = widths[i] if i < layers.depth else None
        if units is None:
            # Classes are few: the readout's own sampling is not of order 1/width; not predicted.
            result.append(np.full(q.shape[:-1], np.nan))
            break
        kept = (1 - WEIGHT_SPREAD[ensemble]) * weight**2
        result.append((inherited + 2 * (here**2 - kept) / units) / here**2)
        passed = stretch_moment(record, here) ** 2 * inherited
        deviation = passed + _layer_variance(record, here, weight, ensemble) / units
    return Scatter(beta=np.stack(result, axis=-1))


def gradient_scatter(
    activation: AnyActivation, layers: Layers, q: Array, *, ensemble: str = "gaussian"
) -> Scatter:
    """Scatter of ln‖∂C/∂z^l‖² relative to the readout's, in layers 0 … depth + 1 (last axis).

    Each hidden layer adds `backward_kappa`/n; layer 0 adds only the first weights' own 2/n.
    """
    record = find_activation(activation)
    hidden = backward_kappa(record, q[..., 1:-1], ensemble=ensemble) / layers.fan_in[1:]
    first = np.full((*q.shape[:-1], 1), 2 * WEIGHT_SPREAD[ensemble] / layers.fan_in[0])
    steps = np.concatenate([first, hidden, np.zeros((*q.shape[:-1], 1))], axis=-1)
    return Scatter(beta=np.cumsum(steps[..., ::-1], axis=-1)[..., ::-1])


def relu_log_norm_step(n: int) -> tuple[float, float]:
    """Exact mean and variance of ln|φ(z^l)|² − ln|φ(z^(l−1))|², Gaussian He ReLU of width n.

    K ~ Bin(n, ½) units are on, and the norm is (2/n) χ²_K; given that any is on.
    """
    on = np.arange(1, n + 1)
    weights = stats.binom.pmf(on, n, 0.5)
    weights = weights / weights.sum()
    means = np.log(4 / n) + special.digamma(on / 2)
    mean = float(weights @ means)
    variance = weights @ special.polygamma(1, on / 2) + weights @ (means - mean) ** 2
    return mean, float(variance)


def dead_probability(width: int, depth: int) -> float:
    """1 − (1 − 2⁻ⁿ)ᴸ: a bias-free ReLU network that is silent for one input."""
    return float(-np.expm1(depth * np.log1p(-(2.0**-width))))


def _layer_variance(activation: Activation, q: Array, weight_part: Array, ensemble: str) -> Array:
    """N · variance of the mean over n units of φ(z)², of which `weight_part` of q comes from W.

    Var φ² for independent units; orthogonal weights remove (d E[φ²]/dq)² · 2 weight_part².
    """
    own = fourth_moment(activation, q) - second_moment(activation, q) ** 2
    kept = 1 - WEIGHT_SPREAD[ensemble]
    return own - kept * 2 * (stretch_moment(activation, q) * weight_part) ** 2
