"""Up to which x does it happen? A logistic boundary in one variable, for all resamples at once.

P(x) = 1 / (1 + e^{s(x − x₀)}): half of the cells at x₀. Maximum likelihood has no finite answer
where some x parts the cells without a mistake, as a sharp boundary does: the likelihood is then
penalized by Jeffreys' prior (Firth 1993; Heinze & Schemper 2002), which puts x₀ between the last
cell of the one kind and the first of the other, and takes away the bias of order 1/n besides.
"""

import numpy as np
from jaxtyping import Float

STEPS = 60  # of Newton's method; it stops by itself after about ten
STRIDE = 3.0  # largest change of a coefficient in one step, x in standard deviations
SETTLED = 1e-9  # a change below this is none
EDGE = 1e-12  # p is kept this far from 0 and 1: their logarithms and weights must be numbers

Counts = Float[np.ndarray, "resample cell"]


def threshold(
    x: Float[np.ndarray, " cell"], share: Float[np.ndarray, " cell"], counts: Counts
) -> tuple[Float[np.ndarray, " resample"], Float[np.ndarray, " resample"]]:
    """x₀ and the slope s of each resample, from the share of each cell's networks that do it.

    Where all networks of a resample do, x₀ = ∞: its x says where there is no boundary yet. Where
    none does, x₀ = −∞. Where larger x do not do it less (s ≤ 0), or all x are one, NaN.
    """
    n = counts.sum(axis=1)
    done = counts @ share
    some = (done > 0) & (done < n) & (_spread(x, counts) > 0)
    x0, slope = np.full(len(counts), np.nan), np.full(len(counts), np.nan)
    if some.any():
        middle, unit = x.mean(), x.std()
        a, b = _firth((x - middle) / unit, share, counts[some])
        falls = b < 0
        x0[some] = np.where(falls, middle - unit * a / np.where(falls, b, np.nan), np.nan)
        slope[some] = -b / unit
    x0[done == n] = np.inf
    x0[done == 0] = -np.inf
    return x0, slope


def _spread(x: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Largest minus smallest x in each resample."""
    drawn = counts > 0
    return np.where(drawn, x, -np.inf).max(axis=1) - np.where(drawn, x, np.inf).min(axis=1)


def _firth(x: np.ndarray, share: np.ndarray, counts: Counts) -> tuple[np.ndarray, np.ndarray]:
    """Intercept and slope with Firth's score: Σ [w(y − p) + h(½ − p)] (1, x) = 0."""
    a = np.zeros(len(counts))
    b = np.zeros(len(counts))
    for _ in range(STEPS):
        p = np.clip(1 / (1 + np.exp(-(a[:, None] + b[:, None] * x))), EDGE, 1 - EDGE)
        weight = counts * p * (1 - p)
        i0, i1, i2 = (weight @ x**power for power in (0, 1, 2))
        determinant = i0 * i2 - i1**2
        safe = np.where(determinant > 0, determinant, np.inf)
        # Each cell's leverage, (1, x) I⁻¹ (1, x)ᵀ times its weight.
        leverage = i2[:, None] - 2 * i1[:, None] * x + i0[:, None] * x**2
        leverage *= weight / safe[:, None]
        score = counts * (share - p) + leverage * (0.5 - p)
        u0, u1 = score.sum(axis=1), score @ x
        step = np.stack([(i2 * u0 - i1 * u1) / safe, (i0 * u1 - i1 * u0) / safe])
        step /= np.maximum(np.abs(step).max(axis=0) / STRIDE, 1)
        a, b = a + step[0], b + step[1]
        if np.abs(step).max() < SETTLED:
            break
    return a, b
