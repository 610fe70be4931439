"""How evenly does the input–output Jacobian stretch? Its squared singular values at infinite width.

J = Π D^l W^l with D^l = diag φ′ at q^l, stationary or not. Moments for any φ; the whole density
where φ′² takes only the values 0 and 1 (linear, ReLU, hard-tanh), with the share p of ones.
Pennington, Schoenholz & Ganguli 2017, 2018.
"""

from dataclasses import dataclass

import numpy as np
from scipy import special

from initatlas.activations import find_activation
from initatlas.theory.arguments import Array, Reals, Scalar, lengths, variances
from initatlas.theory.maps import AnyActivation
from initatlas.theory.moments import fourth_slope_moment, slope_moment
from initatlas.theory.panels import panels_of
from initatlas.theory.pointwise import slope
from initatlas.theory.quadrature import REACH

# −s₁, the first coefficient of WWᵀ's S-transform: its eigenvalues' variance over squared mean.
WEIGHT_SPREAD = {"gaussian": 1.0, "orthogonal": 0.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class JacobianMoments:
    """Mean of J Jᵀ's eigenvalues, and their variance relative to the squared mean, σ²_JJᵀ."""

    mean: Array
    relative_variance: Array


@dataclass(frozen=True, slots=True, kw_only=True)
class JacobianDensity:
    """Density of λ, the squared singular values of J, over ln λ, and its two atoms.

    Over ln λ because a deep network's λ span hundreds of decades. `mass_at_zero` sits at λ = 0,
    `mass_at_top` at ln λ = `log_top` (orthogonal weights that no D has touched).
    """

    log_squared: Array
    density: Array
    mass_at_zero: float
    mass_at_top: float
    log_top: float


def jacobian_moments(
    activation: AnyActivation,
    q: Reals,
    sigma_w2: Reals,
    depth: Reals,
    *,
    ensemble: str = "gaussian",
) -> JacobianMoments:
    """Mean (σ_w² μ₁)ᴸ and relative variance L (μ₂/μ₁² − 1 − s₁), μ_k = E[φ′^2k] at q.

    Width n adds a positive bias of about L/n times the variance.
    """
    record, spread = find_activation(activation), _weight_spread(ensemble)
    (q,), (sigma_w2,) = lengths(q=q), variances(sigma_w2=sigma_w2)
    mu_1, mu_2 = slope_moment(record, q), fourth_slope_moment(record, q)
    depth = np.asarray(depth)
    return JacobianMoments(
        mean=(sigma_w2 * mu_1) ** depth,
        relative_variance=depth * (mu_2 / mu_1**2 - 1 + spread),
    )


def jacobian_density(
    activation: AnyActivation,
    q: Reals,
    sigma_w2: Scalar,
    depth: int,
    *,
    ensemble: str = "gaussian",
    points: int = 400,
) -> JacobianDensity:
    """Density of the squared singular values of J, for φ′ ∈ {0, 1}; q is one, or one a layer.

    With M(1/λ) the moment generating function, S-transforms multiply to
    λ M = σ_w²ᴸ (1 + M) Π (M + p_l) (Gaussian) or λ M (1 + M)ᴸ⁻¹ = σ_w²ᴸ Π (M + p_l)
    (orthogonal), and the density over ln λ is |Im M|/π on the complex branch. Error ≤ 1e-9 at
    each point. The rank is that of the layer with the fewest ones.

    Raises:
        ValueError: φ′ takes other values, and the S-transform is not elementary.
    """
    record = find_activation(activation)
    if not density_is_known(record):
        raise ValueError(
            f"{record.name}: the Jacobian's density is known where φ′ takes only the values 0 "
            f"and 1 (linear, relu, hard_tanh); jacobian_moments works for any φ."
        )
    _weight_spread(ensemble)
    shares = np.broadcast_to(slope_moment(record, np.asarray(q, dtype=float)), depth)
    least = float(shares.min())
    factors = tuple(zip(*np.unique(shares, return_counts=True), strict=True))
    log_top = depth * float(np.log(sigma_w2))
    if ensemble == "gaussian":
        terms, center = ((1.0, 1.0), *factors, (0.0, -1.0)), -least
        mass_at_top = 0.0
        # Far from the center all factors turn alike, close to it those alone that vanish there.
        vanishing = np.count_nonzero(shares == least) + (least == 1)
        widest = np.pi / np.array([depth, vanishing])
    else:
        terms = (*factors, (0.0, -1.0), (1.0, 1.0 - depth))
        # The branch starts at M > 0 where the D^l leave no direction untouched, else at M < −1.
        untouched = 1 - float((1 - shares).sum())
        center, mass_at_top = (0.0 if untouched < 0 else -1.0), max(untouched, 0.0)
        widest = np.array([np.pi])
    log_squared, density = _branch(terms, center, np.outer(np.unique(widest), _crowded(points)))
    return JacobianDensity(
        log_squared=log_squared + log_top,
        density=density,
        mass_at_zero=1 - least,
        mass_at_top=mass_at_top,
        log_top=log_top,
    )


def lyapunov_exponents(n: int, sigma_w2: Scalar) -> Array:
    """Exact growth rates of ln singular values a layer, largest first, of Gaussian products.

    λ_i = ½ [ln(2 σ_w²/n) + ψ((n − i + 1)/2)]: Newman 1986, for W_ij ~ N(0, σ_w²/n) of any width n.
    """
    ranks = np.arange(n, 0, -1)
    return (np.log(2 * sigma_w2 / n) + special.digamma(ranks / 2)) / 2


def _branch(
    terms: tuple[tuple[Scalar, Scalar], ...], center: float, angle: Array
) -> tuple[Array, Array]:
    """Ln λ and density along the curve Σ weight · arg(M + shift) = 0.

    λ = Π (M + shift)^weight is real on the branch, so the angles cancel. On a ray from `center`
    they do so once or, beyond the branch, never; bisection finds where.
    """
    angle = np.unique(angle)
    weights = np.array([weight for _, weight in terms])[:, None]
    shifts = np.array([center + shift for shift, _ in terms])[:, None]

    def factors(log_radius: Array) -> Array:
        """M + shift of every term; `shifts` is exactly 0 at the center, however near M is."""
        return shifts + np.exp(log_radius + 1j * angle)

    def phase(log_radius: Array) -> Array:
        return np.sum(weights * np.angle(factors(log_radius)), axis=0)

    # ln |M − center|: down to λ = 0, and up to where rounding still leaves the phase a sign.
    low, high = np.full(len(angle), -40.0), np.full(len(angle), 15.0)
    sign_low = np.sign(phase(low))
    exists = sign_low * np.sign(phase(high)) < 0
    for _ in range(100):
        middle = (low + high) / 2
        same = np.sign(phase(middle)) == sign_low
        low, high = np.where(same, middle, low), np.where(same, high, middle)
    on_branch = factors((low + high) / 2)[:, exists]
    log_squared = np.sum(weights * np.log(np.abs(on_branch)), axis=0)
    order = np.argsort(log_squared)
    return log_squared[order], on_branch[0].imag[order] / np.pi


def _crowded(points: int) -> Array:
    """Points of (0, 1) that crowd toward both ends, where the density has its edges."""
    return (1 - np.cos(np.linspace(0, np.pi, points + 2)[1:-1])) / 2


def _weight_spread(ensemble: str) -> float:
    """−s₁ of the ensemble."""
    if ensemble not in WEIGHT_SPREAD:
        raise ValueError(f"Unknown ensemble {ensemble!r}. Known: {', '.join(WEIGHT_SPREAD)}.")
    return WEIGHT_SPREAD[ensemble]


def density_is_known(activation: AnyActivation) -> bool:
    """Whether φ′ is 0 or 1 in the middle of every panel, so that jacobian_density has a say."""
    record = find_activation(activation)
    edges = panels_of(record, REACH).edges
    return bool(np.isin(slope(record, (edges[1:] + edges[:-1]) / 2), (0.0, 1.0)).all())
