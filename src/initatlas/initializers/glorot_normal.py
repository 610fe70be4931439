"""Var W = 2 / (fan_in + fan_out), drawn from a Gaussian."""

from initatlas.distributions.normal import NORMAL
from initatlas.initializers.base import Initializer

GLOROT_NORMAL = Initializer(
    name="glorot_normal",
    distribution=NORMAL,
    sigma_w2=1.0,
    mode="fan_avg",
    source="Glorot & Bengio 2010, eq. (12)",
)
