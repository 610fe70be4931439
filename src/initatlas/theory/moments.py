"""Which Gaussian moments of φ do all maps need, and how is each computed?

One point: E[φ²], E[φ′²], E[z φ φ′], E[φ″²]. A pair: E[φ(u)φ(v)], E[φ′(u)φ′(v)] and
½ E[(φ(u) − φ(v))²]. Closed form where the activation's record has one, else by series where it
converges, else by quadrature. Arrays broadcast; pairs are given by q_a, q_b and gap = 1 − c.
"""

from collections.abc import Callable
from functools import partial

import numpy as np

from initatlas.activations import Activation
from initatlas.theory.arguments import Array
from initatlas.theory.bivariate import PairMoments, pair_moments_by_quadrature
from initatlas.theory.hermite import pair_moments_by_series
from initatlas.theory.lengths import over_lengths
from initatlas.theory.panels import panels_of
from initatlas.theory.pointwise import bend, phi, slope
from initatlas.theory.quadrature import REACH, expectation
from initatlas.theory.tabulated import pair_moments_by_table

KINK_STEP = 1e-7  # either side of a kink, where φ′ is compared
# By difference, ½ E[(φ − φ)²] has 1e-16 of E[φ²] as its error: 1e-12 of itself above this gap.
DIFFERENCE_GAP = 1e-3


def first_moment(activation: Activation, q: Array) -> Array:
    """E[φ(z)], z ~ N(0, q)."""
    return expectation(activation, lambda z: phi(activation, z), q)


def second_moment(activation: Activation, q: Array) -> Array:
    """E[φ(z)²], z ~ N(0, q)."""
    if activation.mixed_moment is not None:
        return _where_known(lambda q: activation.mixed_moment(q, q, q), q)
    square = partial(expectation, activation, lambda z: phi(activation, z) ** 2)
    return _where_known(partial(over_lengths, square), q)


def slope_moment(activation: Activation, q: Array) -> Array:
    """E[φ′(z)²], z ~ N(0, q)."""
    if activation.mixed_derivative_moment is not None:
        return _where_known(lambda q: activation.mixed_derivative_moment(q, q, q), q)
    square = partial(expectation, activation, lambda z: slope(activation, z) ** 2)
    return _where_known(partial(over_lengths, square), q)


def _where_known(moment: Callable[[Array], Array], q: Array) -> Array:
    """A moment at each q; NaN where q is not finite."""
    known = np.isfinite(q)
    if np.all(known):
        return moment(q)
    result = np.full(np.shape(q), np.nan)
    result[known] = moment(np.asarray(q)[known])
    return result


def stretch_moment(activation: Activation, q: Array) -> Array:
    """E[z φ φ′] / q = d E[φ²]/dq: the form of E[φ′² + φ φ″] in which no kink is differentiated."""
    q = np.asarray(q, dtype=float)

    def integrand(z: Array) -> Array:
        return z * phi(activation, z) * slope(activation, z)

    safe = np.maximum(q, 1e-30)  # at q = 0 the ratio is 0/0; here it has reached its limit
    return expectation(activation, integrand, safe) / safe


def bend_moment(activation: Activation, q: Array) -> Array:
    """E[φ″(z)²], z ~ N(0, q): infinite where φ′ jumps."""
    if slope_jumps(activation):
        return np.full(np.shape(q), np.inf)
    return expectation(activation, lambda z: bend(activation, z) ** 2, q)


def fourth_moment(activation: Activation, q: Array) -> Array:
    """E[φ(z)⁴], z ~ N(0, q)."""
    return expectation(activation, lambda z: phi(activation, z) ** 4, q)


def fourth_slope_moment(activation: Activation, q: Array) -> Array:
    """E[φ′(z)⁴], z ~ N(0, q): Pennington's μ₂."""
    return expectation(activation, lambda z: slope(activation, z) ** 4, q)


def pair_moments(activation: Activation, q_a: Array, q_b: Array, gap: Array) -> PairMoments:
    """The three moments of every pair."""
    q_a, q_b, gap = np.broadcast_arrays(*(np.asarray(x, dtype=float) for x in (q_a, q_b, gap)))
    flat = q_a.ravel(), q_b.ravel(), np.clip(gap.ravel(), 0, 2)
    known = np.isfinite(sum(flat))
    one_point = known & (flat[2] == 0) & (flat[0] == flat[1])
    two_points = known & ~one_point
    results = np.where(known, 0.0, np.nan) * np.ones((3, 1))
    if one_point.any():
        results[:2, one_point] = _squares(activation, flat[0][one_point])
    if two_points.any():
        closed = activation.mixed_moment and activation.mixed_derivative_moment
        method = _closed if closed else _numerical
        results[:, two_points] = method(activation, *(x[two_points] for x in flat))
    return PairMoments(*results.reshape(3, *gap.shape))


def _closed(activation: Activation, q_a: Array, q_b: Array, gap: Array) -> PairMoments:
    """By closed form; near c = 1 the difference ½ E[(φ − φ)²] is not taken.

    It has a closed form of its own, or is integrated.
    """
    q_ab = np.sqrt(q_a * q_b) * (1 - gap)
    mixed = activation.mixed_moment(q_a, q_b, q_ab)
    mixed_slope = activation.mixed_derivative_moment(q_a, q_b, q_ab)
    if activation.half_square_moment is not None:
        half_square = activation.half_square_moment(q_a, q_b, gap)
        return PairMoments(mixed, mixed_slope, half_square)
    average = (second_moment(activation, q_a) + second_moment(activation, q_b)) / 2
    half_square = average - mixed
    near = gap < DIFFERENCE_GAP
    if near.any():
        half_square[near] = _numerical(activation, q_a[near], q_b[near], gap[near]).half_square
    return PairMoments(mixed, mixed_slope, half_square)


def _numerical(activation: Activation, q_a: Array, q_b: Array, gap: Array) -> PairMoments:
    """By series, else many by a table, else by nested quadrature: the fastest that is exact."""
    methods = [_series, pair_moments_by_table, pair_moments_by_quadrature]
    if not panels_of(activation, REACH).kinks.size:
        # The table of a smooth φ is made from its series, which serves single pairs.
        methods = [pair_moments_by_table, _series, pair_moments_by_quadrature]
    results = np.full((3, len(gap)), np.nan)
    for method in methods:
        rest = np.isnan(results[0])
        if rest.any():
            found = method(activation, q_a[rest], q_b[rest], gap[rest])
            results[:, rest] = np.nan if found is None else found
    return PairMoments(*results)


def _series(activation: Activation, q_a: Array, q_b: Array, gap: Array) -> PairMoments:
    """NaN where it has not converged."""
    squares_a = _squares(activation, q_a)
    squares_b = squares_a if np.array_equal(q_a, q_b) else _squares(activation, q_b)
    return pair_moments_by_series(activation, q_a, q_b, gap, squares_a, squares_b)[0]


def _squares(activation: Activation, q: Array) -> Array:
    """E[φ²] and E[φ′²] at each q."""
    return np.stack(np.broadcast_arrays(second_moment(activation, q), slope_moment(activation, q)))


def slope_jumps(activation: Activation) -> bool:
    """Whether φ or φ′ jumps at one of the kinks, declared or found."""
    kinks = panels_of(activation, REACH).kinks
    before, after = (slope(activation, kinks + step) for step in (-KINK_STEP, KINK_STEP))
    return bool((np.abs(after - before) > 1e3 * KINK_STEP).any())
