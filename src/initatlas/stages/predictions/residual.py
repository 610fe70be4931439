"""What should each row of a residual MLP show? The stream's recursion, of infinitely wide networks.

Row 1 reads the input in; rows 2 … depth are blocks, whose φ is that of the branch; the readout is
linear in the stream. What finite width adds is not known here.
"""

import numpy as np
from scipy import special

from initatlas import theory
from initatlas.activations import Activation
from initatlas.distributions import WeightLayer
from initatlas.initializers import Initializer
from initatlas.networks import Network
from initatlas.networks.ensemble import Shapes
from initatlas.stages.cells import Job, activation_of, initializer_of
from initatlas.stages.predictions.networks import Shown
from initatlas.theory.moments import first_moment, second_moment


def expected(job: Job, network: Network, shapes: Shapes, shown: Shown) -> dict[str, np.ndarray]:
    """Each statistic by row: 0, the input, to depth + 1, the readout."""
    initializer, activation, lengths = initializer_of(job), activation_of(job), shown.lengths
    into, out = (_variances(initializer, network, layer) for layer in (shapes[0], shapes[-1]))
    block = block_of(initializer, network, shapes)
    blocks, correlation = network.depth - 1, job["measurement"]["pair_correlation"]
    many = theory.residual_profile(activation, block, blocks, into[0] * lengths + into[1])
    q0 = lengths.mean()
    p0 = into[0] * q0 + into[1]
    pair = theory.residual_profile(
        activation, block, blocks, p0, 1 - into[0] * q0 * (1 - correlation) / p0
    )
    # ½ E|x_a − x_b|² per unit, which biases leave alone.
    distance = _with_ends(q0 * (1 - correlation), pair.gap * pair.p, (out[0], 0.0))
    length = _with_ends(q0, pair.p, out)
    with np.errstate(divide="ignore", invalid="ignore"):
        gain = many.log_gradient_norm2 + np.log(out[0])
        gain = np.concatenate([gain[:, :1] + np.log(into[0]), gain, np.zeros_like(gain[:, :1])], 1)
        found = {"correlation": 1 - distance / length}
    return found | {
        "q": _with_ends(lengths, many.p, out).mean(axis=0),
        "log_delta_gain": special.logsumexp(gain, axis=0) - np.log(len(lengths)),
        **_of_branches(activation, many.q[:, :-1]),
    }


def block_of(initializer: Initializer, network: Network, shapes: Shapes) -> theory.ResidualBlock:
    """The variances of a network's blocks, which are all alike.

    V's bias is inside of the branch, so that α scales it as well.
    """
    # Without a block, at depth 1, any will do.
    into, out, multiplier = shapes[1:4] if network.depth > 1 else (shapes[0], *shapes[:2])
    scale2 = initializer.scale_of(multiplier) ** 2
    sigma_w2, sigma_b2 = _variances(initializer, network, into)
    sigma_v2, sigma_a2 = _variances(initializer, network, out)
    return theory.ResidualBlock(
        sigma_w2=sigma_w2,
        sigma_b2=sigma_b2,
        sigma_v2=sigma_v2,
        sigma_a2=scale2 * sigma_a2,
        branch_scale2=scale2,
    )


def _variances(
    initializer: Initializer, network: Network, layer: WeightLayer
) -> tuple[float, float]:
    """A layer's own σ_w² and σ_b²."""
    sigma_w2 = initializer.layer_variance(network.sigma_w2, layer) * layer.fan_in
    return sigma_w2, initializer.bias_variance(network.sigma_b2, layer.fan_in)


def _with_ends(
    inputs: np.ndarray | float, stream: np.ndarray, readout: tuple[float, float]
) -> np.ndarray:
    """By row (last axis): the input, the stream, and what the readout makes of its last row."""
    first = np.broadcast_to(np.asarray(inputs)[..., None], (*stream.shape[:-1], 1))
    sigma_w2, sigma_b2 = readout
    return np.concatenate([first, stream, sigma_w2 * stream[..., -1:] + sigma_b2], axis=-1)


def _of_branches(activation: Activation, q: np.ndarray) -> dict[str, np.ndarray]:
    """Mean and variance of φ(h) over units and points, h with E[h²] = q (point, block)."""
    centre = first_moment(activation, q).mean(axis=0)
    variance = second_moment(activation, q).mean(axis=0) - centre**2
    found = {"activation_mean": centre, "activation_variance": variance}
    # Rows 0 and 1 and the readout have no φ.
    return {
        name: np.concatenate([[np.nan] * 2, values, [np.nan]]) for name, values in found.items()
    }
