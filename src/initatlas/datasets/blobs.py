"""A mixture of Gaussians, one per class: any dimension, any number of classes."""

import math
from pathlib import Path

import numpy as np

from initatlas.datasets.base import Dataset, Options, Points
from initatlas.datasets.split import training_size
from initatlas.quantities import Quantity

PER_CLASS = 5  # points: then each class has one in the test set
MOST_NUMBERS = 200_000_000  # 1.6 GB, and as much again while they are scaled


def _load(options: Options, cache: Path, rng: np.random.Generator) -> Points:
    """Unit variance around centres that lie at random on a sphere of radius separation / √2.

    In many dimensions random directions are orthogonal: centres are `separation` apart.
    """
    classes, dimension, points = options["classes"], options["dimension"], options["points"]
    centres = rng.standard_normal((classes, dimension))
    centres *= options["separation"] / math.sqrt(2) / np.linalg.norm(centres, axis=1)[:, None]
    labels = np.arange(points) % classes
    return Points(inputs=centres[labels] + rng.standard_normal((points, dimension)), labels=labels)


def _complaint(options: Options) -> str:
    least = PER_CLASS * options["classes"]
    if options["points"] < least:
        return f"{options['classes']} classes need at least {least} points, {PER_CLASS} each"
    numbers = options["points"] * options["dimension"]
    if numbers > MOST_NUMBERS:
        return f"points times features make {numbers:,} numbers; at most {MOST_NUMBERS:,}"
    return ""


def _training_points(options: Options) -> int:
    return training_size(options["points"])


BLOBS = Dataset(
    name="blobs",
    load=_load,
    options={
        "dimension": Quantity(
            meaning="the number of features", whole=True, low=1, high=1_000_000, example=64
        ),
        "classes": Quantity(
            meaning="the number of classes", whole=True, low=2, high=100_000, example=10
        ),
        "points": Quantity(
            meaning="the number of points, of all classes together",
            whole=True,
            low=10,
            high=10_000_000,
            example=2000,
        ),
        "separation": Quantity(
            meaning="the distance of two centres in standard deviations",
            low=0,
            high=1e6,
            example=3.0,
        ),
    },
    complaint=_complaint,
    training_points=_training_points,
    source="a Gaussian mixture",
)
