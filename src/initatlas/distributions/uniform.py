"""Independent entries, uniform between −√3 and √3."""

import math

from initatlas.distributions.base import Distribution

BOUND = math.sqrt(3)  # U(−b, b) has variance b²/3

UNIFORM = Distribution(
    name="uniform",
    draw=lambda rng, fan_out, fan_in: rng.uniform(-BOUND, BOUND, (fan_out, fan_in)),
    kurtosis=-1.2,
    source="Glorot & Bengio 2010, eq. (16)",
)
