"""How far off may a mean be? Intervals for few networks."""

import numpy as np
from scipy.special import stdtrit

LEVEL = 0.95


def half_width(error: np.ndarray, n: np.ndarray) -> np.ndarray:
    """Half of the 95 % interval of a mean: Student's t with n − 1 degrees of freedom × error.

    NaN where n < 2: one network says nothing of the others.
    """
    n = np.asarray(n, dtype=float)
    return _quantile(n - 1, 1 - LEVEL) * np.asarray(error, dtype=float)


def differ(means: np.ndarray, errors: np.ndarray, n: np.ndarray, *, families: int = 1) -> bool:
    """Whether any two of these means differ, at 5 % for all pairs of all families together.

    Bonferroni: of 15 panels with 6 pairs each, intervals that do not overlap are to be expected
    by chance alone. Means without an error (NaN) are not compared.
    """
    first, second = np.triu_indices(len(means), k=1)
    freedom = np.asarray(n, dtype=float)[first] + np.asarray(n, dtype=float)[second] - 2
    limit = _quantile(freedom, (1 - LEVEL) / max(1, len(first) * families))
    gap = np.abs(means[first] - means[second])
    return bool((gap > limit * np.hypot(errors[first], errors[second])).any())


def _quantile(freedom: np.ndarray, outside: float) -> np.ndarray:
    """Student's t that a share `outside` lies beyond, on both sides together."""
    return stdtrit(np.where(freedom > 0, freedom, np.nan), 1 - outside / 2)
