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


def welch(
    errors: tuple[np.ndarray, np.ndarray], n: tuple[np.ndarray, np.ndarray], outside: float
) -> np.ndarray:
    """Half of the interval of a difference of two means that a share `outside` lies beyond.

    Welch's t with Satterthwaite's degrees of freedom: the networks of the one may scatter more than
    those of the other, and then tell of fewer. NaN where one is the mean of a single network.
    """
    squares = [np.asarray(error, dtype=float) ** 2 for error in errors]
    total = squares[0] + squares[1]
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = [
            square**2 / (np.asarray(m, dtype=float) - 1)
            for square, m in zip(squares, n, strict=True)
        ]
        freedom = total**2 / (parts[0] + parts[1])
    # Without scatter there is no width, however few degrees of freedom.
    return np.where(total > 0, _quantile(freedom, outside) * np.sqrt(total), total)


def differ(means: np.ndarray, errors: np.ndarray, n: np.ndarray, *, families: int = 1) -> bool:
    """Whether any two of these means differ, at 5 % for all pairs of all families together.

    Bonferroni: of 15 panels with 6 pairs each, intervals that do not overlap are to be expected
    by chance alone. Means without an error (NaN) are not compared.
    """
    first, second = np.triu_indices(len(means), k=1)
    outside = (1 - LEVEL) / max(1, len(first) * families)
    width = welch((errors[first], errors[second]), (n[first], n[second]), outside)
    return bool((np.abs(means[first] - means[second]) > width).any())


def _quantile(freedom: np.ndarray, outside: float) -> np.ndarray:
    """Student's t that a share `outside` lies beyond, on both sides together."""
    return stdtrit(np.where(freedom > 0, freedom, np.nan), 1 - outside / 2)
