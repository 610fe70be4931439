"""Two half circles that reach into each other: two classes in the plane, no line between them."""

from pathlib import Path

import numpy as np

from initatlas.datasets.base import Options, Points
from initatlas.datasets.plane import in_the_plane

GAP = 0.5  # how far each moon reaches into the other, in radii


def _load(options: Options, cache: Path, rng: np.random.Generator) -> Points:
    """The upper half of a circle of radius 1, and the lower half of one around (1, GAP)."""
    points = options["points"]
    labels = np.arange(points) % 2
    angle = rng.uniform(0, np.pi, points)
    upper = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    inputs = np.where(labels[:, None] == 0, upper, np.array([1.0, GAP]) - upper)
    return Points(
        inputs=inputs + options["noise"] * rng.standard_normal((points, 2)), labels=labels
    )


TWO_MOONS = in_the_plane(name="two_moons", load=_load, source="two interleaving half circles")
