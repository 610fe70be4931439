"""He's variance from a Gaussian cut at ±2 standard deviations, the lost variance restored."""

from initatlas.distributions.truncated_normal import TRUNCATED_NORMAL as DISTRIBUTION
from initatlas.initializers.base import Initializer

TRUNCATED_NORMAL = Initializer(
    name="truncated_normal",
    distribution=DISTRIBUTION,
    sigma_w2=2.0,
    mode="fan_in",
    source="Keras he_normal; He et al. 2015, eq. (10)",
)
