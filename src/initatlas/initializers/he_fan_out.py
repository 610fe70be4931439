"""Var W = 2 / fan_out: keeps ReLU's gradients going backward."""

from initatlas.distributions.normal import NORMAL
from initatlas.initializers.base import Initializer

HE_FAN_OUT = Initializer(
    name="he_fan_out",
    distribution=NORMAL,
    sigma_w2=2.0,
    mode="fan_out",
    source="He et al. 2015, eq. (14)",
)
