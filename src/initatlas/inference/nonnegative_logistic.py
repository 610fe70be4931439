"""How much does each burden count, if none can help? A logistic regression with such signs."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy.optimize import minimize
from scipy.special import expit

# Per cell and squared coefficient, of burdens in units of their median: too little to be seen
# where both kinds of cells mix, enough for a finite answer where the burdens part them.
RIDGE = 1e-6
PRECISION = {"maxiter": 5000, "maxfun": 20_000, "ftol": 1e-15, "gtol": 1e-10}


@dataclass(frozen=True, slots=True, kw_only=True)
class Logistic:
    """P = 1 / (1 + exp(Σ b_p x_p − a)), and the mean log-likelihood of a cell under it."""

    intercept: float
    slopes: Float[np.ndarray, " part"]
    log_likelihood: float


def fit(
    burdens: Float[np.ndarray, "cell part"],
    share: Float[np.ndarray, " cell"],
    counts: Float[np.ndarray, " cell"],
) -> Logistic:
    """Maximum likelihood under b ≥ 0, of the share of each cell's networks that do it.

    The problem is convex, so that it has one answer, and where the search starts does not matter.
    """
    positive = [column[column > 0] for column in burdens.T]
    units = np.array([np.median(column) if len(column) else 1.0 for column in positive])
    x = np.column_stack([np.ones(len(burdens)), -burdens / units])
    weight = counts / counts.sum()
    some = np.clip(weight @ share, 1e-3, 1 - 1e-3)
    start = np.concatenate([[np.log(some / (1 - some))], np.zeros(len(units))])
    bounds = [(None, None)] + [(0, None)] * len(units)
    found = minimize(
        _loss, start, args=(x, share, weight), jac=True, bounds=bounds, options=PRECISION
    )
    penalty = RIDGE / 2 * found.x @ found.x
    return Logistic(
        intercept=float(found.x[0]),
        slopes=found.x[1:] / units,
        log_likelihood=float(penalty - found.fun),
    )


def _loss(
    theta: np.ndarray, x: np.ndarray, share: np.ndarray, weight: np.ndarray
) -> tuple[float, np.ndarray]:
    """Minus the mean log-likelihood with its ridge, and the gradient."""
    eta = x @ theta
    loss = np.logaddexp(0, eta) - share * eta
    gradient = x.T @ (weight * (expit(eta) - share))
    return float(weight @ loss + RIDGE / 2 * theta @ theta), gradient + RIDGE * theta
