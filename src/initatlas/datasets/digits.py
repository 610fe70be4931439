"""Handwritten digits, 8 × 8 pixels: 1,797 real ones, shipped with scikit-learn."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from initatlas.datasets.base import Dataset, Points


def _load(options: Mapping[str, float], cache: Path, rng: np.random.Generator) -> Points:
    from sklearn.datasets import load_digits  # two seconds of import, for this data set alone

    inputs, labels = load_digits(return_X_y=True)
    return Points(inputs=inputs, labels=labels.astype(np.int64))


DIGITS = Dataset(name="digits", load=_load, source="Alpaydin & Kaynak 1998, through scikit-learn")
