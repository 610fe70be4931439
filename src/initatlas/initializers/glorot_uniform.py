"""Uniform between ±√(6 / (fan_in + fan_out)): the normalized initialization."""

from initatlas.distributions.uniform import UNIFORM
from initatlas.initializers.base import Initializer

GLOROT_UNIFORM = Initializer(
    name="glorot_uniform",
    distribution=UNIFORM,
    sigma_w2=1.0,
    mode="fan_avg",
    source="Glorot & Bengio 2010, eq. (16)",
)
