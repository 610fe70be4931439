"""Haar-orthogonal matrices at He's variance: gain √2 on square layers."""

from initatlas.distributions.orthogonal import ORTHOGONAL as DISTRIBUTION
from initatlas.initializers.base import Initializer

ORTHOGONAL = Initializer(
    name="orthogonal",
    distribution=DISTRIBUTION,
    sigma_w2=2.0,
    mode="fan_in",
    source="Saxe, McClelland & Ganguli 2014",
)
