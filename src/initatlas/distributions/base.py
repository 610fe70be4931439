"""What is a weight distribution? A way to draw a matrix whose entries have variance 1."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

Draw = Callable[[np.random.Generator, int, int], np.ndarray]


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """`draw(rng, fan_out, fan_in)` gives a float64 matrix with E[W] = 0 and E[W_ij²] = 1.

    The scale is set elsewhere (initializers), so distributions are compared at equal σ_w².
    `kurtosis` is the excess kurtosis of one entry at infinite width, which sets how much the
    layers' norms fluctuate at finite width.
    """

    name: str
    draw: Draw
    kurtosis: float
    source: str
