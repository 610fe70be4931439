"""How deep can a signal, a correlation or a gradient travel? The four depth scales, in layers.

ξ = 1/|ln slope|, infinite where the slope is 1. Schoenholz et al. 2017; ξ_gen: Xiao et al. 2020.
"""

from dataclasses import dataclass

import numpy as np

from initatlas.activations import find_activation
from initatlas.theory.arguments import Array, Reals, Scalar
from initatlas.theory.fixed_points import (
    NEARLY_INFINITE,
    NEARLY_ZERO,
    correlation_fixed_point,
    fixed_point,
)
from initatlas.theory.maps import AnyActivation, chi_1, chi_c, length_slope
from initatlas.theory.roots import NOISE

REMAINS = 1e-7  # of χ₁ at infinite length, extrapolated: what differs from 1 by no more does not


@dataclass(frozen=True, slots=True, kw_only=True)
class DepthScales:
    """Fixed points, slopes there, and what follows from them.

    `xi_q`: lengths approach q* (V′). `xi_c`: correlations approach c* (χ at c*). `xi_grad`: squared
    gradients shrink or grow e-fold (χ₁). `xi_gen`: the kernel of the chaotic phase forgets its data
    (χ₁ against χ at c*), infinite elsewhere.
    """

    q_star: Array
    c_star: Array
    length_slope: Array
    chi_1: Array
    chi_c: Array
    xi_q: Array
    xi_c: Array
    xi_grad: Array
    xi_gen: Array


def depth_scale(slope: Reals) -> Array:
    """ξ = 1/|ln slope|, in layers; infinite where slope is 1 up to rounding, 0 where it is 0."""
    with np.errstate(divide="ignore"):
        rate = np.abs(np.log(np.abs(np.asarray(slope, dtype=float))))
        return np.where(rate <= NOISE, np.inf, 1 / rate)[()]


def limit_chi_1(activation: AnyActivation, q_star: Array, sigma_w2: Reals) -> Array:
    """χ₁ at q*, or its limit where q* is 0 or ∞.

    Of long vectors only a share of order 1/√q falls where φ bends: χ₁(q) is off its limit by as
    much, and 2 χ₁(q) − χ₁(q/4) by q^(−3/2). SELU at q = 10⁶ would be off by 1.2e-3.
    """
    far, nearer = (chi_1(activation, q, 1.0) for q in (NEARLY_INFINITE, NEARLY_INFINITE / 4))
    limit = np.asarray(sigma_w2, dtype=float) * (2 * far - nearer)
    limit = np.where(np.abs(limit - 1) <= REMAINS, 1.0, limit)
    known = chi_1(activation, np.clip(q_star, NEARLY_ZERO, NEARLY_INFINITE), sigma_w2)
    return np.where(np.isinf(q_star), limit, known)


def depth_scales(
    activation: AnyActivation, sigma_w2: Reals, sigma_b2: Reals, *, q0: Scalar = 1.0
) -> DepthScales:
    """Depth scales at the fixed point that a network reaches from inputs of variance q⁰.

    Where lengths vanish or diverge, slopes are those of the limit; correlations are then carried
    by a linear or scale-free map, whose slope at c = 1 is 1: ξ_c is infinite.
    """
    record = find_activation(activation)
    q_star = np.asarray(fixed_point(record, sigma_w2, sigma_b2, q0=q0))
    sigma_w2 = np.broadcast_to(np.asarray(sigma_w2, dtype=float), q_star.shape)
    gap = np.asarray(correlation_fixed_point(record, q_star, sigma_w2))
    at = np.clip(q_star, NEARLY_ZERO, NEARLY_INFINITE)
    slope_1 = limit_chi_1(record, q_star, sigma_w2)
    settled = np.isfinite(q_star) & (q_star > 0)
    chaotic = gap > 0
    beyond = chi_c(record, np.where(chaotic, 1 - gap, 1), at, sigma_w2)
    limit = np.where(np.isnan(q_star), np.nan, 1)
    slope_c = np.where(settled, np.where(chaotic, beyond, slope_1), limit)
    length = length_slope(record, at, sigma_w2)
    ratio = np.where(chaotic, slope_1 / np.where(chaotic, slope_c, 1), limit)
    return DepthScales(
        q_star=q_star[()],
        c_star=(1 - gap)[()],
        length_slope=length[()],
        chi_1=slope_1[()],
        chi_c=slope_c[()],
        xi_q=depth_scale(length),
        xi_c=depth_scale(slope_c),
        xi_grad=depth_scale(slope_1),
        xi_gen=depth_scale(ratio),
    )
