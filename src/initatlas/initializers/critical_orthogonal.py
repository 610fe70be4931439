"""Orthogonal weights at the edge of chaos: the way to dynamical isometry."""

from initatlas.distributions.orthogonal import ORTHOGONAL
from initatlas.initializers.base import Initializer
from initatlas.initializers.critical import variances

CRITICAL_ORTHOGONAL = Initializer(
    name="critical_orthogonal",
    distribution=ORTHOGONAL,
    sigma_w2=None,
    variances=variances,
    source="Pennington, Schoenholz & Ganguli 2017",
)
