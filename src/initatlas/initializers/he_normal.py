"""Var W = 2 / fan_in: keeps ReLU's second moment going forward."""

from initatlas.distributions.normal import NORMAL
from initatlas.initializers.base import Initializer

HE_NORMAL = Initializer(
    name="he_normal",
    distribution=NORMAL,
    sigma_w2=2.0,
    mode="fan_in",
    source="He et al. 2015, eq. (10)",
)
