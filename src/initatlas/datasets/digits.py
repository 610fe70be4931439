"""Handwritten digits, 8 × 8 pixels: 1,797 real ones, shipped with scikit-learn."""

from pathlib import Path

import numpy as np

from initatlas.datasets.base import Dataset, Options, Points
from initatlas.datasets.split import training_size

POINTS = 1797


def _load(options: Options, cache: Path, rng: np.random.Generator) -> Points:
    from sklearn.datasets import load_digits  # two seconds of import, for this data set alone

    inputs, labels = load_digits(return_X_y=True)
    return Points(inputs=inputs, labels=labels)


def _training_points(options: Options) -> int:
    return training_size(POINTS)


DIGITS = Dataset(
    name="digits",
    load=_load,
    shape=(1, 8, 8),
    training_points=_training_points,
    source="Alpaydin & Kaynak 1998 (UCI), the test part, through scikit-learn",
)
