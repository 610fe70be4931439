"""How does a matrix act at one position alone? As the centre tap of a kernel, zero elsewhere."""

import numpy as np


def at_the_centre(matrix: np.ndarray, taps: int) -> np.ndarray:
    """(fan_out, tap · channel) with the matrix at the centre tap; itself where there is one tap."""
    fan_out, channels = matrix.shape
    kernel = np.zeros((fan_out, taps, channels))
    kernel[:, taps // 2] = matrix
    return kernel.reshape(fan_out, taps * channels)
