"""What does theory expect in each layer of this network, fed with this data?

The maps of a wide layer, iterated from the data's measured q⁰ and c⁰ through layers that each have
their own σ_w², σ_b² and fan. This is what a figure overlays: χ₁ᴸ is only its limit, and networks
whose lengths settle slowly (GELU: ξ_q of hundreds of layers) never reach that.
"""

from dataclasses import dataclass

import numpy as np

from initatlas.activations import Activation, find_activation
from initatlas.theory.arguments import Array, Reals, Scalar, correlations, variances
from initatlas.theory.maps import AnyActivation, PairState, pair_map
from initatlas.theory.moments import first_moment, second_moment, slope_moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Layers:
    """Weight layers 1 … depth + 1 (the last is the readout), one entry each.

    `sigma_w2` is fan_in · Var W, `sigma_b2` is Var b.
    """

    sigma_w2: Array
    sigma_b2: Array
    fan_in: Array

    def __post_init__(self) -> None:
        """Refuse layers that do not line up."""
        lengths = {len(self.sigma_w2), len(self.sigma_b2), len(self.fan_in)}
        if len(lengths) != 1 or 0 in lengths:
            raise ValueError(
                f"Every layer has one sigma_w2, sigma_b2 and fan_in; got {len(self.sigma_w2)}, "
                f"{len(self.sigma_b2)} and {len(self.fan_in)} of them."
            )
        variances(sigma_w2=self.sigma_w2, sigma_b2=self.sigma_b2)

    @property
    def depth(self) -> int:
        """Number of hidden layers."""
        return len(self.fan_in) - 1


def uniform_layers(
    sigma_w2: Scalar, sigma_b2: Scalar, *, depth: int, width: int, inputs: int | None = None
) -> Layers:
    """`depth` hidden layers of one width and a readout, all with the same σ_w² and σ_b²."""
    if depth < 1:
        raise ValueError(f"depth counts hidden layers and must be at least 1; got {depth}.")
    fan_in = np.array([width if inputs is None else inputs] + [width] * depth)
    ones = np.ones(depth + 1)
    return Layers(sigma_w2=sigma_w2 * ones, sigma_b2=sigma_b2 * ones, fan_in=fan_in)


@dataclass(frozen=True, slots=True, kw_only=True)
class DepthProfile:
    """Expected values by layer, the last axis: 0 is the input, depth + 1 the readout.

    `q` = E[z²] (the input's own mean square at 0). `gap` = 1 − correlation of the pair.
    `activation_mean` and `activation_square` are E[φ(z)] and E[φ(z)²], NaN at the readout.
    `log_delta_norm2` = ln E‖∂C/∂z^l‖² and `log_weight_gradient_norm2` = ln E‖∂C/∂W^l‖² of one
    point's cost, both relative to ‖∂C/∂z‖² = 1 at the readout; the latter is NaN at the input.
    """

    q: Array
    gap: Array
    activation_mean: Array
    activation_square: Array
    log_delta_norm2: Array
    log_weight_gradient_norm2: Array

    @property
    def correlation(self) -> Array:
        """C = 1 − gap."""
        return 1 - self.gap


def depth_profile(
    activation: AnyActivation, layers: Layers, q0: Reals, c0: Reals = 1.0
) -> DepthProfile:
    """Expected values of every layer from q⁰ = |x|²/n and the correlation c⁰ of a pair of inputs.

    q⁰ and c⁰ broadcast; the layer is a new last axis.
    """
    record = find_activation(activation)
    (q0,), (c0,) = variances(q0=q0), correlations(c0=c0)
    q0, c0 = np.broadcast_arrays(q0, c0)
    q, gap = forward_lengths(record, layers, q0, c0)
    hidden = q[..., 1:-1]
    square = np.concatenate([q0[..., None], second_moment(record, hidden)], axis=-1)
    unknown = np.full((*q0.shape, 1), np.nan)
    mean = np.concatenate([unknown, first_moment(record, hidden), unknown], axis=-1)
    delta = backward_log_norms(record, layers, q)
    with np.errstate(divide="ignore"):
        log_inputs = np.log(layers.fan_in * square)
    return DepthProfile(
        q=q,
        gap=gap,
        activation_mean=mean,
        activation_square=np.concatenate([square, unknown], axis=-1),
        log_delta_norm2=delta,
        log_weight_gradient_norm2=np.concatenate([unknown, delta[..., 1:] + log_inputs], axis=-1),
    )


def forward_lengths(
    activation: Activation, layers: Layers, q0: Array, c0: Array
) -> tuple[Array, Array]:
    """Q and 1 − c of layers 0 … depth + 1 (last axis); the first layer is linear in the input."""
    q = layers.sigma_w2[0] * q0 + layers.sigma_b2[0]
    with np.errstate(invalid="ignore"):
        state = PairState(q, q, layers.sigma_w2[0] * q0 * (1 - c0) / q)
    lengths, gaps = [q0, state.q_a], [1 - c0, state.gap]
    for sigma_w2, sigma_b2 in zip(layers.sigma_w2[1:], layers.sigma_b2[1:], strict=True):
        # Moments are of products of two lengths, which leave float64 at 1e154: NaN from there on.
        with np.errstate(over="ignore", invalid="ignore"):
            after = pair_map(activation, state, sigma_w2, sigma_b2)
        q = np.where(np.isfinite(after.q_a), after.q_a, np.nan)
        state = PairState(q, q, after.gap)
        lengths.append(state.q_a)
        gaps.append(state.gap)
    return np.stack(lengths, axis=-1), np.stack(gaps, axis=-1)


def backward_log_norms(activation: Activation, layers: Layers, q: Array) -> Array:
    """Ln E‖∂C/∂z^l‖² of layers 0 … depth + 1, 0 at the readout.

    Each layer multiplies by σ_w² E[φ′²]: fans cancel, as ‖·‖² sums over units. The input has no φ.
    """
    with np.errstate(divide="ignore"):
        slopes = np.log(slope_moment(activation, q[..., 1:-1]) * layers.sigma_w2[1:])
        first = np.broadcast_to(np.log(layers.sigma_w2[:1]), (*q.shape[:-1], 1))
    steps = np.concatenate([first, slopes, np.zeros((*q.shape[:-1], 1))], axis=-1)
    return np.cumsum(steps[..., ::-1], axis=-1)[..., ::-1]
