"""Which phase is a network in? Five words for every (σ_w², σ_b²).

ordered: nearby inputs become one (χ₁ < 1). critical: gradients keep their size (χ₁ = 1). chaotic:
nearby inputs part (χ₁ > 1). collapsing: the signal itself dies, q* = 0. divergent: it grows without
bound, q* = ∞; or it is no number at all, q* = NaN.
"""

from dataclasses import dataclass

import numpy as np

from initatlas.activations import find_activation
from initatlas.theory.arguments import Array, Reals, Scalar
from initatlas.theory.depth_scales import limit_chi_1
from initatlas.theory.fixed_points import fixed_point
from initatlas.theory.maps import AnyActivation

Names = np.ndarray | np.str_  # one of the five words each

# |χ₁ − 1| below this is a depth scale beyond 10⁵ layers: no network tells it from criticality, and
# a critical σ_w² written with six digits still is one.
CRITICAL_WIDTH = 1e-5


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseDiagram:
    """Phases on a grid: axes σ_b², σ_w²; χ₁ at q* = 0 or ∞ is its limit there."""

    sigma_w2: Array
    sigma_b2: Array
    q_star: Array
    chi_1: Array
    phase: Array


def phase(
    activation: AnyActivation, sigma_w2: Reals, sigma_b2: Reals, *, q0: Scalar = 1.0
) -> Names:
    """The phase's name, for networks fed with inputs of variance q⁰."""
    q_star = np.asarray(fixed_point(activation, sigma_w2, sigma_b2, q0=q0))
    return phase_of(q_star, limit_chi_1(activation, q_star, sigma_w2))


def phase_of(q_star: Reals, slope: Reals) -> Names:
    """The phase's name, from q* and χ₁."""
    q_star, slope = np.asarray(q_star, dtype=float), np.asarray(slope, dtype=float)
    critical = np.abs(slope - 1) <= CRITICAL_WIDTH
    conditions = [~np.isfinite(q_star), critical, q_star == 0, slope < 1]
    names = ["divergent", "critical", "collapsing", "ordered"]
    return np.select(conditions, names, default="chaotic")[()]


def phase_diagram(
    activation: AnyActivation, sigma_w2: Reals, sigma_b2: Reals, *, q0: Scalar = 1.0
) -> PhaseDiagram:
    """Phases at every pair of the two axes; 100 × 100 in about a second."""
    record = find_activation(activation)
    w, b = np.meshgrid(np.asarray(sigma_w2, dtype=float), np.asarray(sigma_b2, dtype=float))
    q_star = np.asarray(fixed_point(record, w, b, q0=q0))
    slope = limit_chi_1(record, q_star, w)
    return PhaseDiagram(
        sigma_w2=w[0], sigma_b2=b[:, 0], q_star=q_star, chi_1=slope, phase=phase_of(q_star, slope)
    )
