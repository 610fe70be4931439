"""Each layer passes its input on: no symmetry is broken but by the first layer's inputs."""

from initatlas.distributions.identity import IDENTITY as DISTRIBUTION
from initatlas.initializers.base import Initializer

IDENTITY = Initializer(
    name="identity",
    distribution=DISTRIBUTION,
    sigma_w2=1.0,
    source="Le, Jaitly & Hinton 2015",
)
