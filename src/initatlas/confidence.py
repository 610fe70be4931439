"""How far off may a mean be? Intervals for few networks."""

import numpy as np
from scipy.special import stdtrit

LEVEL = 0.95


def half_width(error: np.ndarray, n: np.ndarray) -> np.ndarray:
    """Half of the 95 % interval of a mean: Student's t with n − 1 degrees of freedom × error.

    NaN where n < 2: one network says nothing of the others.
    """
    freedom = np.where(np.asarray(n) > 1, np.asarray(n, dtype=float) - 1, np.nan)
    return stdtrit(freedom, (1 + LEVEL) / 2) * np.asarray(error, dtype=float)
