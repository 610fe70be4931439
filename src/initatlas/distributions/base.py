"""What is a weight distribution? A way to draw a matrix whose entries have variance 1."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightLayer:
    """One matrix of weights (fan_out, fan_in) with its biases, and where in a network it stands.

    `first`, `last`: the network's first, or its readout. `layer`: the row of the tables (1 …
    depth + 1) that its weights stand for, None where they stand for none. A convolution gives
    values at the positions of `grid` (height, width), each from `kernel` positions: `fan_in`
    counts these, `fan_out` is of one position. In one of a network's `branches` residual branches
    of `branch_length` matrices it is number `branch`, from 1 on. `multiplier`: the branch's one
    trainable factor, 1 × 1, and the one bias that all its units share.
    """

    fan_in: int
    fan_out: int
    first: bool = False
    last: bool = False
    layer: int | None = None
    kernel: int = 1
    grid: tuple[int, int] = (1, 1)
    branch: int = 0
    branch_length: int = 0
    branches: int = 0
    multiplier: bool = False


Draw = Callable[[np.random.Generator, WeightLayer], np.ndarray]


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
