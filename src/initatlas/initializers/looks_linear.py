"""Mirrored orthogonal blocks at He's variance: with ReLU an exact linear isometry."""

from initatlas.distributions.looks_linear import LOOKS_LINEAR as DISTRIBUTION
from initatlas.initializers.base import Initializer

LOOKS_LINEAR = Initializer(
    name="looks_linear",
    distribution=DISTRIBUTION,
    sigma_w2=2.0,
    source="Balduzzi et al. 2017",
)
