"""Independent entries, uniform between −√3 and √3."""

import math

from initatlas.distributions.base import Distribution

BOUND = math.sqrt(3)  # U(−b, b) has variance b²/3

UNIFORM = Distribution(
    name="uniform",
    draw=lambda rng, layer: rng.uniform(-BOUND, BOUND, (layer.fan_out, layer.fan_in)),
    source="Glorot & Bengio 2010, eq. (16)",
)
