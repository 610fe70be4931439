"""How far do means over many inputs stray from theory in networks of finite width? To order 1/n.

Given one layer's Gram matrix K̂_ab = σ_w² (1/n) Σ φ(z_a)φ(z_b) + σ_b², the units of the next are
independent Gaussian vectors over points. So the deviation δ_a of K̂_aa obeys, with independent f,

    δ_a′ = σ_w² (s δ_a + f_a),   s = dE[φ²]/dq,   Cov(f_a, f_b) = Cov(φ_a², φ_b²)/n,

from δ = 0 in the first layer, and a squared gradient γ_a = ‖∂C/∂z_a^l‖² relative to the readout's

    ln γ_a^l = Σ_{k=l}^L (r_a^k + t_k δ_a^k),   t = d ln E[φ′²]/dq,
    Cov(r_a, r_b) = [E[φ_a′²φ_b′²]/E[φ′²]² (1 + 2ε_ab²) − 1]/n,
    Cov(r_a, f_b) = Cov(φ_a′², φ_b²)/(n E[φ′²]),

ε the cosine of the two gradients behind the layer, ε^l = ε^(l+1) E[φ_a′φ_b′]/E[φ′²]. For one input
these are Hanin & Nica's 5/n a layer of ReLU. A mean over points has the mean of the covariances of
all pairs of points, each with itself among them; they are given as a few kinds of pairs (`Pairs`).

Means shift at the same order, by what is bent: E[K̂ − K] = m, m′ = σ_w² (s m + ½ E[φ²]″ Var δ).
"""

from dataclasses import dataclass

import numpy as np

from initatlas.activations import find_activation
from initatlas.theory.arguments import Array, Scalar
from initatlas.theory.maps import AnyActivation
from initatlas.theory.recursion import Layers
from initatlas.theory.spectra import WEIGHT_SPREAD
from initatlas.theory.wide_pairs import Pairs, Wide, wide_pairs


@dataclass(frozen=True, slots=True, kw_only=True)
class MeanScatter:
    """By layer, 0 … depth + 1: variances over networks, and shifts of the mean.

    `…_beta` are variances of ln of the mean over points of q, of the variance of φ(z), and of
    ‖∂C/∂z^l‖² relative to the readout; `point_…` of one point alone, the small numbers of the
    expansion. At the readout, whose few units decide, those of lengths are NaN. `…_shift` are what
    finite width adds to ln E of the same, and to E[φ] itself.
    """

    q_beta: Array
    point_q_beta: Array
    activation_variance_beta: Array
    log_delta_gain_beta: Array
    point_log_delta_gain_beta: Array
    q_shift: Array
    activation_variance_shift: Array
    activation_mean_shift: Array
    log_delta_gain_shift: Array


def mean_scatter(
    activation: AnyActivation,
    layers: Layers,
    q: Array,
    pairs: Pairs,
    *,
    ensemble: str = "gaussian",
) -> MeanScatter:
    """Scatter and shifts of means over points whose lengths are q, as in `DepthProfile.q`."""
    wide = wide_pairs(find_activation(activation), layers, q, pairs, 1 - WEIGHT_SPREAD[ensemble])
    deviation = _deviations(wide)
    lengths = deviation / wide.chaos.q**2 + 2 * (wide.c**2 - wide.kept) / wide.units
    gradients = _gradient_covariances(wide, deviation)
    into = 1 - wide.orthogonal * min(1, layers.fan_in[0] / wide.units[0])
    into = 2 * into * wide.cosine[:, :1] ** 2 / layers.fan_in[0]
    gradients = np.concatenate([gradients[:, :1] + into, gradients], axis=1)
    shifts = _shifts(wide, deviation, pairs.share, q[-1])
    bent = _bent_gradients(wide, deviation[0], gradients[0, 1:])
    none, unknown = np.zeros(1), np.full(1, np.nan)
    return MeanScatter(
        q_beta=np.concatenate([none, pairs.share @ lengths, unknown]),
        point_q_beta=np.concatenate([none, lengths[0], unknown]),
        activation_variance_beta=np.concatenate(
            [none, pairs.share @ _spread(wide, deviation), unknown]
        ),
        log_delta_gain_beta=np.concatenate([pairs.share @ gradients, none]),
        point_log_delta_gain_beta=np.concatenate([gradients[0], none]),
        log_delta_gain_shift=np.concatenate([bent[:1], bent, none]),
        **shifts,
    )


def _deviations(wide: Wide) -> Array:
    """Cov(δ_a, δ_b) of every hidden layer (axes pair, layer)."""
    noise = wide.covariance("square", "square")
    s = wide.chaos.first("square")
    found = [np.zeros(len(wide.c))]
    for i in range(len(s) - 1):
        found.append(wide.sigma_w2[i] ** 2 * (s[i] ** 2 * found[-1] + noise[:, i]))
    return np.stack(found, axis=1)


def _gradient_covariances(wide: Wide, deviation: Array) -> Array:
    """Cov(ln γ_a, ln γ_b) of every hidden layer.

    Σ_{k≥l} t_k δ_k = b_l δ_l + Σ_{k≥l} a_k f_k, b_l = t_l + σ_w² s_l b_{l+1}, a_l = σ_w² b_{l+1}.
    """
    t, s = wide.bent_slope, wide.chaos.first("square")
    b = np.zeros(len(t) + 1)
    for i in reversed(range(len(t))):
        b[i] = t[i] + wide.sigma_w2[i] * s[i] * b[i + 1]
    a = wide.sigma_w2 * b[1:]
    mixed = wide.covariance("slope_square", "square") / wide.chaos.mean("slope_square")
    noise = wide.steps() + a**2 * wide.covariance("square", "square") + 2 * a * mixed
    return _from_readout(noise) + b[:-1] ** 2 * deviation


def _spread(wide: Wide, deviation: Array) -> Array:
    """Covariances of ln(mean of φ² − (mean of φ)²), of which φ² − 2 E[φ] φ is the deviation."""
    mean, square = wide.chaos.mean("phi"), wide.chaos.mean("square")
    noise = (
        wide.covariance("square", "square")
        - 4 * mean * wide.covariance("square", "phi")
        + 4 * mean**2 * wide.covariance("phi", "phi")
    )
    slope = wide.chaos.first("square") - 2 * mean * wide.chaos.first("phi")
    return (noise + slope**2 * deviation) / (square - mean**2) ** 2


def _shifts(wide: Wide, deviation: Array, share: Array, q_readout: Scalar) -> dict[str, Array]:
    """What finite width adds to expected lengths and activations."""
    found, own = wide.chaos, _fluctuation(wide, deviation[0])
    m = _mean_deviations(wide, own)
    square, mean = (found.first(f) * m[:-1] + found.second(f) * own / 2 for f in ("square", "phi"))
    centre = found.mean("phi")
    of_mean = share @ (wide.covariance("phi", "phi") + found.first("phi") ** 2 * deviation)
    variance = (square - 2 * centre * mean - of_mean) / (found.mean("square") - centre**2)
    unknown = np.full(1, np.nan)
    return {
        "q_shift": np.concatenate([[0.0], m / np.append(found.q, q_readout)]),
        "activation_mean_shift": np.concatenate([unknown, mean, unknown]),
        "activation_variance_shift": np.concatenate([unknown, variance, unknown]),
    }


def _bent_gradients(wide: Wide, own: Array, gradients: Array) -> Array:
    """What finite width adds to ln E γ of one input, of own deviations and variance of ln γ.

    E of a product of (1 + x_k) is 1 + Σ E x_k + Σ_{j<k} Cov(x_j, x_k).
    """
    found, own_units = wide.chaos, _fluctuation(wide, own)
    m = _mean_deviations(wide, own_units)[:-1]
    slopes = found.first("slope_square") * m + found.second("slope_square") * own_units / 2
    alone = wide.steps()[0] + wide.bent_slope**2 * own
    steps = slopes / found.mean("slope_square") + _same_weights(wide)
    return _from_readout(steps) + (gradients - _from_readout(alone)) / 2


def _fluctuation(wide: Wide, own: Array) -> Array:
    """Var δ as units see it: orthogonal weights, rows of one length, make them less than normal."""
    dimension = np.maximum(wide.fan_in, wide.units)
    return own - 2 * wide.orthogonal * wide.weight_part[0] * wide.chaos.q**2 / dimension


def _mean_deviations(wide: Wide, own: Array) -> Array:
    """E δ of every hidden layer, and of the readout."""
    slope, bend = wide.chaos.first("square"), wide.chaos.second("square")
    m = np.zeros(len(own) + 1)
    for i in range(len(own)):
        m[i + 1] = wide.sigma_w2[i] * (slope[i] * m[i] + bend[i] * own[i] / 2)
    return m


def _same_weights(wide: Wide) -> Array:
    """What a layer adds to E ln γ as gradients come back through the weights of the way forth.

    W = z̃ hᵀ/|h|² + a part that is independent of all behind it, z̃ = W h, h = φ(z): so a layer's
    factor is 1 + R/n [Y/w − 1] with R = E[φ²φ′²]/(E[φ²] E[φ′²]), w = σ_w² E[φ²] = E[z̃²] and
    Y = E[(z̃·δ)²]/E[δ²] behind the layer, which is w at the readout. Of φ′z̃ the part α φ,
    α = E[φφ′z̃]/E[φ²], passes on z̃·δ, the rest is noise: Y E[φ′²] = α² Y′/σ_w² + E[(φ′z̃ − αφ)²].
    Orthogonal weights keep |δ| besides: R − 1.
    """
    found = wide.chaos
    square, slope = found.mean("square"), found.mean("slope_square")
    w = found.q * np.sqrt(wide.weight_part[0])
    stretched = slope + 2 * found.q * found.first("slope_square")  # E[φ′² z²]/q
    moved = w**2 / found.q * stretched + w * (found.q - w) / found.q * slope
    alpha = w * found.first("square") / square
    behind = wide.sigma_w2 * square
    y = np.empty(len(w) + 1)
    y[-1] = behind[-1]
    for i in reversed(range(len(w))):
        noise = moved[i] - alpha[i] ** 2 * square[i]
        y[i] = (alpha[i] ** 2 * y[i + 1] / wide.sigma_w2[i] + noise) / slope[i]
    both = found.product_mean("square", "slope_square") / (square * slope)
    return (both - wide.orthogonal) * (y[1:] / behind - 1) / wide.units


def _from_readout(steps: Array) -> Array:
    """Sums over a layer and all behind it."""
    return np.cumsum(steps[..., ::-1], axis=-1)[..., ::-1]
