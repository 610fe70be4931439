"""What does theory expect of a convolutional network, position by position?

A channel of a wide convolution is a Gaussian field whose local variance q(p) is what a plain
layer's would be, averaged over the positions that the kernel covers: q(p) ← A[σ_w² E φ²](p) + σ_b².
Backwards, ‖δ(p)‖² ← σ_w² E[φ′²](p) · (Aᵀ ‖δ‖²)(p) (Xiao et al. 2018). Kernels with one tap have
A = 1. The readout sees all positions.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import special
from scipy.interpolate import CubicSpline

from initatlas.activations import Activation, find_activation
from initatlas.theory.arguments import Array
from initatlas.theory.maps import AnyActivation
from initatlas.theory.moments import first_moment, second_moment, slope_moment
from initatlas.theory.recursion import Layers

Moment = Callable[[Activation, Array], Array]
Average = Callable[[Array], Array]
"""A: (point, position) to the same, each position's average over what its kernel covers."""

# Moments are smooth in ln q: on 128 nodes an e-fold, cubic splines are within 1e-9 (a test).
NODES = 128
TINY = 5e-324  # the least positive number, in place of 0, whose logarithm is not taken


@dataclass(frozen=True, slots=True, kw_only=True)
class ConvolutionProfile:
    """Means over points and positions by layer: 0 is the input, depth + 1 the readout.

    As in DepthProfile; `log_delta_norm2` is ln of the mean over points of Σ_p E‖∂C/∂z(p)‖².
    """

    q: Array
    activation_mean: Array
    activation_square: Array
    log_delta_norm2: Array


def convolution_profile(
    activation: AnyActivation, layers: Layers, q0: Array, average: Average
) -> ConvolutionProfile:
    """Expected values from q⁰ (point, position), each position's mean square over channels."""
    record = find_activation(activation)
    lengths = _lengths(record, layers, q0, average)
    hidden = lengths[1:]
    square = [moment.mean() for moment in _each(record, second_moment, hidden)]
    mean = [moment.mean() for moment in _each(record, first_moment, hidden)]
    readout = layers.sigma_w2[-1] * square[-1] + layers.sigma_b2[-1]
    return ConvolutionProfile(
        q=np.array([*(q.mean() for q in lengths), readout]),
        activation_mean=np.array([np.nan, *mean, np.nan]),
        activation_square=np.array([q0.mean(), *square, np.nan]),
        log_delta_norm2=_log_delta(record, layers, hidden, average),
    )


def _lengths(activation: Activation, layers: Layers, q0: Array, average: Average) -> list[Array]:
    """Q (point, position) of the input and of every hidden layer."""
    lengths, entering = [q0], q0
    for sigma_w2, sigma_b2 in zip(layers.sigma_w2[:-1], layers.sigma_b2[:-1], strict=True):
        lengths.append(sigma_w2 * average(entering) + sigma_b2)
        entering = interpolated(activation, second_moment, lengths[-1])
    return lengths


def _log_delta(
    activation: Activation, layers: Layers, hidden: list[Array], average: Average
) -> Array:
    """Ln of the mean over points of Σ_p E‖δ(p)‖² by layer, 0 at the readout.

    Each point's δ is divided by its largest entry at each layer, so that depth cannot underflow it.
    """
    points, positions = hidden[0].shape
    delta, log_scale, found = np.full((points, positions), 1 / positions), np.zeros(points), [0.0]
    for sigma_w2, q in zip(layers.sigma_w2[:0:-1], hidden[::-1], strict=True):
        if q is not hidden[-1]:
            delta = average(delta)
        delta = delta * sigma_w2 * interpolated(activation, slope_moment, q)
        largest = delta.max(axis=1)
        delta = delta / np.where(largest > 0, largest, 1)[:, None]
        with np.errstate(divide="ignore"):
            log_scale = log_scale + np.log(largest)
            found.append(_mean(np.log(delta.sum(axis=1)) + log_scale))
    with np.errstate(divide="ignore"):
        found.append(found[-1] + np.log(layers.sigma_w2[0]))
    return np.array(found[::-1])


def _mean(logs: Array) -> float:
    return float(special.logsumexp(logs) - np.log(len(logs)))


def _each(activation: Activation, moment: Moment, hidden: list[Array]) -> list[Array]:
    return [interpolated(activation, moment, q) for q in hidden]


def interpolated(activation: Activation, moment: Moment, q: Array) -> Array:
    """A moment at very many q: by cubic spline in ln q between nodes where it is computed."""
    logs = np.log(q[q > 0])
    low, high = (logs.min(), logs.max()) if logs.size else (0.0, np.inf)
    span = high - low
    if not NODES * span + 4 < q.size:  # that may be infinite, or no number
        return moment(activation, q)
    margin = 1 / NODES  # where all q are alike there is no interval between them
    nodes = np.linspace(low - margin, high + margin, 4 + int(np.ceil(NODES * span)))
    values = CubicSpline(nodes, moment(activation, np.exp(nodes)))(np.log(np.maximum(q, TINY)))
    return np.where(q == 0, moment(activation, np.zeros(1)), values)
