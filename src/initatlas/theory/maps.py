"""What does one wide layer do to lengths, correlations and gradients?

z' = W φ(z) + b with W_ij ~ (0, σ_w²/fan_in) and b ~ (0, σ_b²), at infinite width. Functions take
an activation by name or record and arrays that broadcast; q is the variance of z, c a correlation.
Poole et al. 2016, Schoenholz et al. 2017.
"""

from typing import NamedTuple

import numpy as np

from initatlas.activations import Activation, find_activation
from initatlas.theory.arguments import Array, Reals, correlations, lengths, variances
from initatlas.theory.moments import (
    bend_moment,
    pair_moments,
    second_moment,
    slope_moment,
    stretch_moment,
)

AnyActivation = str | Activation


class PairState(NamedTuple):
    """Variances of two points' pre-activations, and gap = 1 − c of their correlation."""

    q_a: Array
    q_b: Array
    gap: Array


def length_map(activation: AnyActivation, q: Reals, sigma_w2: Reals, sigma_b2: Reals) -> Array:
    """V(q) = σ_w² E[φ(z)²] + σ_b²: the variance of the next layer's pre-activations."""
    (q,), (sigma_w2, sigma_b2) = lengths(q=q), variances(sigma_w2=sigma_w2, sigma_b2=sigma_b2)
    return sigma_w2 * second_moment(find_activation(activation), q) + sigma_b2


def length_slope(activation: AnyActivation, q: Reals, sigma_w2: Reals) -> Array:
    """V′(q) = (σ_w²/q) E[z φ φ′], the form that kinks leave alone."""
    (q,), (sigma_w2,) = lengths(q=q), variances(sigma_w2=sigma_w2)
    return sigma_w2 * stretch_moment(find_activation(activation), q)


def chi_1(activation: AnyActivation, q: Reals, sigma_w2: Reals) -> Array:
    """χ₁ = σ_w² E[φ′(z)²]: growth of squared gradients a layer, and C′(1) at a fixed point."""
    (q,), (sigma_w2,) = lengths(q=q), variances(sigma_w2=sigma_w2)
    return sigma_w2 * slope_moment(find_activation(activation), q)


def chi_c(activation: AnyActivation, c: Reals, q: Reals, sigma_w2: Reals) -> Array:
    """χ_c = σ_w² E[φ′(u)φ′(v)] at correlation c: C′(c) at a fixed point of the length map."""
    (q,), (sigma_w2,) = lengths(q=q), variances(sigma_w2=sigma_w2)
    (c,) = correlations(c=c)
    return sigma_w2 * pair_moments(find_activation(activation), q, q, 1 - c).mixed_slope


def correlation_map(
    activation: AnyActivation,
    c: Reals,
    q: Reals,
    sigma_w2: Reals,
    sigma_b2: Reals,
) -> Array:
    """C(c) = (σ_w² E[φ(u)φ(v)] + σ_b²) / V(q), a correlation at every q; V(q) = q where q = q*."""
    (q,) = lengths(q=q)
    (c,) = correlations(c=c)
    return 1 - pair_map(activation, PairState(q, q, 1 - c), sigma_w2, sigma_b2).gap


def pair_map(
    activation: AnyActivation, state: PairState, sigma_w2: Reals, sigma_b2: Reals
) -> PairState:
    """The next layer's two variances and 1 − correlation, whatever the two variances are.

    1 − c′ = [σ_w² ½ E[(φ(u) − φ(v))²] − ½ (√q_a′ − √q_b′)²] / √(q_a′ q_b′): exact near c = 1.
    """
    record = find_activation(activation)
    sigma_w2, sigma_b2 = variances(sigma_w2=sigma_w2, sigma_b2=sigma_b2)
    q_a = length_map(record, state.q_a, sigma_w2, sigma_b2)
    q_b = q_a if state.q_b is state.q_a else length_map(record, state.q_b, sigma_w2, sigma_b2)
    distance = sigma_w2 * pair_moments(record, *state).half_square
    # Where nothing is left of the signal there is no correlation to speak of: 0/0 is NaN.
    with np.errstate(invalid="ignore", divide="ignore"):
        gap = (distance - (np.sqrt(q_a) - np.sqrt(q_b)) ** 2 / 2) / np.sqrt(q_a) / np.sqrt(q_b)
    return PairState(q_a, q_b, np.clip(gap, 0, 2))


def correlation_curvature(activation: AnyActivation, q: Reals, sigma_w2: Reals) -> Array:
    """C″(1) = σ_w² q E[φ″(z)²]: how fast correlations approach 1 where χ₁ = 1."""
    (q,), (sigma_w2,) = lengths(q=q), variances(sigma_w2=sigma_w2)
    return sigma_w2 * q * bend_moment(find_activation(activation), q)
