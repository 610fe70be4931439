"""He's variance, drawn uniformly between ±√(6 / fan_in)."""

from initatlas.distributions.uniform import UNIFORM
from initatlas.initializers.base import Initializer

HE_UNIFORM = Initializer(
    name="he_uniform",
    distribution=UNIFORM,
    sigma_w2=2.0,
    mode="fan_in",
    source="He et al. 2015, eq. (10)",
)
