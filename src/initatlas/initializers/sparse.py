"""He's variance from 15 connections a unit, the others zero."""

from initatlas.distributions.sparse import SPARSE as DISTRIBUTION
from initatlas.initializers.base import Initializer

SPARSE = Initializer(
    name="sparse",
    distribution=DISTRIBUTION,
    sigma_w2=2.0,
    source="Martens 2010, section 5",
)
