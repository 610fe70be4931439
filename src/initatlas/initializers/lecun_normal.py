"""Var W = 1 / fan_in: keeps the variance of a linear layer."""

from initatlas.distributions.normal import NORMAL
from initatlas.initializers.base import Initializer

LECUN_NORMAL = Initializer(
    name="lecun_normal",
    distribution=NORMAL,
    sigma_w2=1.0,
    mode="fan_in",
    source="LeCun, Bottou, Orr & Müller 1998, eq. (16)",
)
