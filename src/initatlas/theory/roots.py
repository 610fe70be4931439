"""Where does a family of functions of q vanish? Brackets on one logarithmic grid, then Newton.

Every row is one parameter setting of the same activation; all rows share the grid, on which the
activation's moments are tabulated once. A pair of roots between two grid points is found by the
extremum between them.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from initatlas.activations import Activation
from initatlas.theory.moments import second_moment, slope_moment, stretch_moment

# Beyond 1e6 a length map has reached its asymptote; below 1e-30 φ is linear to the last bit.
GRID = np.concatenate([np.logspace(-30, -4, 105)[:-1], np.logspace(-4, 6, 201)])
NOISE = 1e-13  # of q: what rounding leaves of a difference of moments


class Table(NamedTuple):
    """Moments of one activation on `GRID`."""

    second: np.ndarray
    slope: np.ndarray
    stretch: np.ndarray


class Brackets(NamedTuple):
    """Intervals [low, high] that hold one root each, by row; `rising` where f goes from − to +."""

    row: np.ndarray
    low: np.ndarray
    high: np.ndarray
    rising: np.ndarray


Values = Callable[[np.ndarray, np.ndarray], np.ndarray]


@lru_cache(maxsize=64)
def table_of(activation: Activation) -> Table:
    """E[φ²], E[φ′²] and d E[φ²]/dq on `GRID`."""
    return Table(
        second_moment(activation, GRID),
        slope_moment(activation, GRID),
        stretch_moment(activation, GRID),
    )


def signs_of(values: np.ndarray) -> np.ndarray:
    """Signs on the grid (axes row, node), 0 where rounding decides."""
    return np.where(np.abs(values) <= NOISE * GRID, 0, np.sign(values))


def brackets_of(signs: np.ndarray) -> Brackets:
    """All sign changes of every row; zeros in between belong to the bracket."""
    nodes = np.where(signs != 0, np.arange(signs.shape[1]), -1)
    previous = np.maximum.accumulate(nodes, axis=1)[:, :-1]
    before = np.where(previous >= 0, np.take_along_axis(signs, np.maximum(previous, 0), axis=1), 0)
    row, node = np.nonzero(signs[:, 1:] * before < 0)
    return Brackets(row, GRID[previous[row, node]], GRID[node + 1], rising=signs[row, node + 1] > 0)


def hidden_brackets(
    signs: np.ndarray, slopes: np.ndarray, value: Values, slope: Values
) -> Brackets:
    """Brackets of pairs of roots between neighbouring nodes of one sign, by their extremum."""
    same = signs[:, 1:] * signs[:, :-1] > 0
    # Toward 0 at the left end, away from it at the right.
    turns = (slopes[:, :-1] * signs[:, :-1] < 0) & (slopes[:, 1:] * signs[:, 1:] > 0)
    row, node = np.nonzero(same & turns)
    low, high = GRID[node], GRID[node + 1]
    sign = signs[row, node]
    left, right = low.copy(), high.copy()
    for _ in range(40):
        middle = (left + right) / 2
        before = slope(middle, row) * sign < 0
        left, right = np.where(before, middle, left), np.where(before, right, middle)
    crossed = value(left, row) * sign < 0
    row, low, high, left, sign = (x[crossed] for x in (row, low, high, left, sign))
    return Brackets(
        np.concatenate([row, row]),
        np.concatenate([low, left]),
        np.concatenate([left, high]),
        np.concatenate([sign < 0, sign > 0]),
    )


def refine(brackets: Brackets, value: Values, slope: Values) -> np.ndarray:
    """The root in each bracket, to rounding: Newton, and bisection where it leaves the bracket."""
    low, high = brackets.low.copy(), brackets.high.copy()
    q = np.sqrt(low * high)
    active = np.arange(len(q))
    for _ in range(100):
        if active.size == 0:
            break
        rows, at = brackets.row[active], q[active]
        f = value(at, rows)
        below = (f < 0) == brackets.rising[active]
        low[active] = np.where(below, at, low[active])
        high[active] = np.where(below, high[active], at)
        with np.errstate(divide="ignore", invalid="ignore"):
            step = at - f / slope(at, rows)
        inside = (step > low[active]) & (step < high[active])
        middle = np.sqrt(low[active] * high[active])
        q[active] = np.where(inside, step, np.where(f == 0, at, middle))
        moved = np.abs(q[active] - at) > 4 * np.finfo(float).eps * at
        active = active[moved & (f != 0)]
    return q
