"""What does theory expect in a residual network? x′ = x + a V φ(W x + b) + a′-scaled bias.

The stream's mean square p adds up instead of being replaced, so gradients grow at least as
1 + (something positive) and correlations move polynomially. Yang & Schoenholz 2017.
"""

from dataclasses import dataclass

import numpy as np

from initatlas.activations import find_activation
from initatlas.theory.arguments import Array, Reals, correlations, variances
from initatlas.theory.maps import AnyActivation
from initatlas.theory.moments import pair_moments, second_moment, slope_moment


@dataclass(frozen=True, slots=True, kw_only=True)
class ResidualBlock:
    """One block's variances: of W and b inside φ, of V, of the branch's bias, and its scale a².

    Weight variances are times fan-in, as everywhere.
    """

    sigma_w2: float
    sigma_b2: float
    sigma_v2: float
    sigma_a2: float = 0.0
    branch_scale2: float = 1.0

    def __post_init__(self) -> None:
        """Refuse what is no variance."""
        variances(
            sigma_w2=self.sigma_w2,
            sigma_b2=self.sigma_b2,
            sigma_v2=self.sigma_v2,
            sigma_a2=self.sigma_a2,
            branch_scale2=self.branch_scale2,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ResidualProfile:
    """Expected values after blocks 0 … depth (last axis); 0 is the input of the first block.

    `p` = mean square of the stream, `q` = E[z²] of the pre-activation that reads it, `gap` = 1 − c
    of the stream, `log_gradient_norm2` = ln ‖∂C/∂x^l‖² relative to the last.
    """

    p: Array
    q: Array
    gap: Array
    log_gradient_norm2: Array


def residual_profile(
    activation: AnyActivation,
    block: ResidualBlock,
    depth: int,
    p0: Reals,
    c0: Reals = 1.0,
) -> ResidualProfile:
    """Iterate `depth` equal blocks from the stream's mean square p⁰ and correlation c⁰.

    p′ = p + a² σ_v² E[φ²] + σ_a²; a gradient grows by 1 + a² σ_v² σ_w² E[φ′²] a block.
    """
    record = find_activation(activation)
    (p0,), (c0,) = variances(p0=p0), correlations(c0=c0)
    p, c0 = np.broadcast_arrays(p0, c0)
    distance = p * (1 - c0)  # ½ E|x_a − x_b|² per unit: keeps its digits where c → 1
    strength = block.branch_scale2 * block.sigma_v2
    lengths, distances, growth = [p], [distance], []
    for _ in range(depth):
        q = block.sigma_w2 * p + block.sigma_b2
        moments = pair_moments(record, q, q, block.sigma_w2 * distance / q)
        growth.append(np.log1p(strength * block.sigma_w2 * slope_moment(record, q)))
        p = p + strength * second_moment(record, q) + block.sigma_a2
        distance = distance + strength * moments.half_square
        lengths.append(p)
        distances.append(distance)
    p = np.stack(lengths, axis=-1)
    steps = np.stack([*growth, np.zeros_like(p[..., 0])], axis=-1)
    return ResidualProfile(
        p=p,
        q=block.sigma_w2 * p + block.sigma_b2,
        gap=np.stack(distances, axis=-1) / p,
        log_gradient_norm2=np.cumsum(steps[..., ::-1], axis=-1)[..., ::-1],
    )
