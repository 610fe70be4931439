"""What should each layer of a convolutional network show? Recursions position by position.

What finite width adds is not known here, and of pairs of images the recursion would need every
position's own correlation.
"""

import numpy as np
import torch

from initatlas import theory
from initatlas.distributions.delta_orthogonal import DELTA_ORTHOGONAL
from initatlas.networks import Network
from initatlas.networks.circular import TAPS, Grid, by_position, neighbours
from initatlas.networks.ensemble import Shapes
from initatlas.stages.cells import Job, activation_of, initializer_of
from initatlas.stages.predictions.networks import Shown, layers_of


def expected(job: Job, network: Network, shapes: Shapes, shown: Shown) -> dict[str, np.ndarray]:
    """Each statistic by layer: 0, the input, to depth + 1, the readout."""
    initializer, grid = initializer_of(job), shapes[0].grid

    def average(values: np.ndarray) -> np.ndarray:
        return values if initializer.distribution is DELTA_ORTHOGONAL else averaged(values, grid)

    layers = layers_of(initializer, network, shapes)
    lengths = lengths_of(shown.inputs, grid)
    found = theory.convolution_profile(activation_of(job), layers, lengths, average)
    return {
        "q": found.q,
        "activation_mean": found.activation_mean,
        "activation_variance": found.activation_square - found.activation_mean**2,
        "log_delta_gain": found.log_delta_norm2,
    }


def lengths_of(images: np.ndarray, grid: Grid) -> np.ndarray:
    """Mean square over channels at each position of each image, (point, position)."""
    units = by_position(torch.from_numpy(images), grid).numpy()
    return np.square(units).reshape(len(images), grid[0] * grid[1], -1).mean(axis=2)


def averaged(values: np.ndarray, grid: Grid) -> np.ndarray:
    """Mean over the positions that a kernel covers, of values (point, position)."""
    covered = values[:, neighbours(grid).numpy()]
    return covered.reshape(len(values), -1, TAPS).mean(axis=2)
