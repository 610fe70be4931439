"""A mixture of Gaussians, one per class: any dimension, any number of classes."""

import math
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from initatlas.datasets.base import Dataset, Points


def _load(options: Mapping[str, float], cache: Path, rng: np.random.Generator) -> Points:
    """Centres at distance `separation` from the origin, unit variance around each.

    Two classes' centres lie about √2 · separation apart, in units of the standard deviation.
    """
    classes, dimension = int(options["classes"]), int(options["dimension"])
    centres = rng.standard_normal((classes, dimension))
    centres *= options["separation"] / np.linalg.norm(centres, axis=1, keepdims=True)
    labels = np.arange(int(options["points"])) % classes
    inputs = centres[labels] + rng.standard_normal((len(labels), dimension))
    return Points(inputs=inputs, labels=labels.astype(np.int64))


BLOBS = Dataset(
    name="blobs",
    load=_load,
    options={"dimension": 64, "classes": 10, "points": 2000, "separation": 2 * math.sqrt(3)},
    source="a Gaussian mixture",
)
