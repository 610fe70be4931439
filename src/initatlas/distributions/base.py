"""What is a weight distribution? A way to draw a matrix whose entries have variance 1."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerShape:
    """A weight layer's fans, and whether it is the network's first or last (the readout)."""

    fan_in: int
    fan_out: int
    first: bool = False
    last: bool = False


Draw = Callable[[np.random.Generator, LayerShape], np.ndarray]


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """`draw(rng, layer)` gives a float64 (fan_out, fan_in) matrix whose entries have E[W²] = 1.

    The scale is set elsewhere (initializers), so distributions are compared at equal σ_w².
    `mean_field`: wide layers act as Gaussian ones do, so that the theory of these holds.
    """

    name: str
    draw: Draw
    source: str
    mean_field: bool = True
