"""Two spirals wound into each other: two classes in the plane that need a deep boundary."""

from pathlib import Path

import numpy as np

from initatlas.datasets.base import Options, Points
from initatlas.datasets.plane import in_the_plane

TURNS = 1.5  # of each arm around the origin


def _load(options: Options, cache: Path, rng: np.random.Generator) -> Points:
    """Radius r ∈ [0, 1] at the angle 2π TURNS r, the second arm half a turn ahead.

    r is the root of a uniform number: as many points to each piece of an arm, nearly, however far
    from the origin it lies.
    """
    points = options["points"]
    labels = np.arange(points) % 2
    radius = np.sqrt(rng.uniform(0, 1, points))
    angle = 2 * np.pi * TURNS * radius + np.pi * labels
    inputs = radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return Points(
        inputs=inputs + options["noise"] * rng.standard_normal((points, 2)), labels=labels
    )


SPIRALS = in_the_plane(name="spirals", load=_load, source="after Lang & Witbrock 1988")
