"""Which (σ_w², σ_b²) lets gradients neither vanish nor explode, and can a network stay there?

The edge of chaos is parametrised by q, so that no two-dimensional root is sought:
σ_w²(q) = 1/E[φ′²] and σ_b²(q) = q − σ_w²(q) E[φ²]. A point of it is usable where σ_b² ≥ 0 and the
length map's slope V′(q*) is at most 1; otherwise lengths leave it.
"""

from dataclasses import dataclass

import numpy as np
from scipy import optimize

from initatlas.activations import Activation, find_activation
from initatlas.theory.arguments import Array, Reals, Scalar
from initatlas.theory.maps import AnyActivation
from initatlas.theory.moments import second_moment, slope_moment, stretch_moment
from initatlas.theory.roots import GRID, NOISE, brackets_of, signs_of, table_of

SLOPE_NOISE = 1e-9  # V′ − 1 below this is 0: a root of σ_b²(q) is known to about this in V′


class NoCriticalPointError(ValueError):
    """No (σ_w², q) puts this activation at the edge of chaos at this σ_b²; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CriticalPoint:
    """χ₁ = 1 at q* = V(q*); `stable` if lengths stay there, `verdict` in words."""

    sigma_w2: float
    sigma_b2: float
    q_star: float
    length_slope: float
    stable: bool
    verdict: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgeOfChaos:
    """The curve χ₁ = 1 at each q; points with σ_b² < 0 belong to no network."""

    q: Array
    sigma_w2: Array
    sigma_b2: Array
    length_slope: Array

    @property
    def usable(self) -> Array:
        """Where a network can be put and will stay."""
        return (self.sigma_b2 >= 0) & (self.length_slope <= 1 + SLOPE_NOISE)


def edge_of_chaos(activation: AnyActivation, q: Reals) -> EdgeOfChaos:
    """The points of the edge of chaos with these q*."""
    record, q = find_activation(activation), np.asarray(q, dtype=float)
    sigma_w2 = 1 / slope_moment(record, q)
    sigma_b2 = q - sigma_w2 * second_moment(record, q)
    # A difference of moments that rounding decides is 0: scale-free φ has σ_b² = 0 at every q.
    sigma_b2 = np.where(np.abs(sigma_b2) <= NOISE * q, 0, sigma_b2)
    length_slope = sigma_w2 * stretch_moment(record, q)
    return EdgeOfChaos(q=q, sigma_w2=sigma_w2, sigma_b2=sigma_b2, length_slope=length_slope)


def critical_points(activation: AnyActivation, sigma_b2: Scalar) -> tuple[CriticalPoint, ...]:
    """Every critical point at this σ_b², from small q* to large."""
    record = find_activation(activation)
    if not (np.isfinite(sigma_b2) and sigma_b2 >= 0):
        raise ValueError(f"sigma_b2 is a variance and must be finite and ≥ 0; got {sigma_b2}.")
    slopes = table_of(record).slope
    if not slopes.any() or np.isnan(slopes).any():
        return ()
    excess = _bias_on_grid(record) - sigma_b2
    signs = signs_of(excess[None])
    if sigma_b2 == 0 and not signs.any():
        return (_point(record, 1.0, 0.0),)
    roots = [_bisect(record, sigma_b2, low, high) for low, high in _intervals(signs)]
    points = [_point(record, q, sigma_b2) for q in roots]
    if sigma_b2 == 0 and _is_linear_at_zero(record):
        points.insert(0, _vanishing_point(record))
    return tuple(points)


def critical_point(activation: AnyActivation, sigma_b2: Scalar) -> CriticalPoint:
    """The stable critical point at this σ_b² (the one of smallest q*), else the unstable one.

    Where every q is critical (ReLU and linear φ at σ_b² = 0) q_star is 1, that of scaled inputs.

    Raises:
        NoCriticalPointError: there is none at all; the message says why.
    """
    points = critical_points(activation, sigma_b2)
    if not points:
        raise NoCriticalPointError(_why_none(find_activation(activation), sigma_b2))
    return next((p for p in points if p.stable), points[0])


def _bias_on_grid(activation: Activation) -> Array:
    """σ_b² of the edge of chaos at each q of the grid."""
    table = table_of(activation)
    # Where φ is flat to the last bit no σ_w² brings χ₁ to 1, and there is no curve to speak of.
    ratio = np.divide(table.second, table.slope, out=GRID.copy(), where=table.slope > 0)
    bias = GRID - ratio
    return np.where(np.abs(bias) <= NOISE * GRID, 0, bias)


def _intervals(signs: Array) -> list[tuple[float, float]]:
    """Where σ_b²(q) − σ_b² changes sign."""
    brackets = brackets_of(signs)
    return list(zip(brackets.low.tolist(), brackets.high.tolist(), strict=True))


def _bisect(activation: Activation, sigma_b2: Scalar, low: Scalar, high: Scalar) -> float:
    """The q in between at which the edge of chaos has this σ_b², to rounding."""

    def excess(log_q: float) -> float:
        return float(edge_of_chaos(activation, np.exp(log_q)).sigma_b2) - sigma_b2

    ends = np.log(low), np.log(high)
    return float(np.exp(optimize.brentq(excess, *ends, xtol=1e-15, rtol=1e-15)))


def _point(activation: Activation, q: Scalar, sigma_b2: Scalar) -> CriticalPoint:
    """The critical point with this q*, judged by V′."""
    edge = edge_of_chaos(activation, q)
    slope = float(edge.length_slope)
    stable = slope <= 1 + SLOPE_NOISE
    verdict = "stable" if stable else _repelling(activation, q, slope)
    return CriticalPoint(
        sigma_w2=float(edge.sigma_w2),
        sigma_b2=float(sigma_b2),
        q_star=q,
        length_slope=slope,
        stable=stable,
        verdict=verdict,
    )


def _vanishing_point(activation: Activation) -> CriticalPoint:
    """The critical point with q* = 0: φ is linear there, and higher orders decide its stability."""
    table = table_of(activation)
    sigma_w2 = float(1 / table.slope[0])
    drift = signs_of((sigma_w2 * table.second - GRID)[None])[0]
    stable = drift[drift != 0][0] < 0
    return CriticalPoint(
        sigma_w2=sigma_w2,
        sigma_b2=0.0,
        q_star=0.0,
        length_slope=float(sigma_w2 * table.stretch[0]),
        stable=bool(stable),
        verdict="stable, reached as 1/depth" if stable else _repelling(activation, 0.0, 1.0),
    )


def _is_linear_at_zero(activation: Activation) -> bool:
    """Whether φ(0) = 0 and φ′(0) ≠ 0: E[φ²] = q E[φ′²], both constant over ten decades near 0."""
    table, near = table_of(activation), np.flatnonzero(GRID < 1e-20)
    slopes = table.slope[near]
    straight = slopes.min() > 0 and np.ptp(slopes) <= 1e-9 * slopes.max()
    return bool(straight and table.second[0] <= (1 + 1e-9) * GRID[0] * slopes[0])


def _repelling(activation: Activation, q: Scalar, slope: Scalar) -> str:
    """Why the critical point is of no use."""
    return (
        f"unstable: at q* = {q:.6g} the length map of {activation.name} has slope "
        f"V′ = {slope:.6g}, so lengths leave it, to a smaller fixed point or without bound"
    )


def _why_none(activation: Activation, sigma_b2: Scalar) -> str:
    """What the whole edge of chaos looks like, where this σ_b² is not on it."""
    bias, name = _bias_on_grid(activation), activation.name
    if not table_of(activation).slope.any():
        return f"{name} has no critical point: its slope is 0, and χ₁ with it, at any σ_w²."
    if np.isnan(table_of(activation).slope).any():
        return f"{name} has no critical point: its values are no numbers."
    if not bias.any():
        return (
            f"{name} is scale-free: χ₁ = 1 needs σ_w² = {1 / table_of(activation).slope[0]:.6g}, "
            f"where V(q) = q + σ_b² has no fixed point at σ_b² = {sigma_b2:g}; only σ_b² = 0 is "
            f"critical."
        )
    if bias.max() <= 0:
        return (
            f"{name} has no critical point at any σ_b² ≥ 0: where χ₁ = 1, E[φ²] exceeds q E[φ′²], "
            f"so that q* = V(q*) would need σ_b² < 0."
        )
    possible = bias[bias > 0]
    return (
        f"{name} has no critical point at σ_b² = {sigma_b2:g}: no q up to {GRID[-1]:g} has χ₁ = 1 "
        f"there. On the edge of chaos σ_b² lies between {possible.min():.3g} and "
        f"{possible.max():.3g}."
    )
