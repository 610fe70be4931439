"""SkipInit: He's weights, and a trainable multiplier of each residual branch that starts at 0."""

from initatlas.distributions import WeightLayer
from initatlas.distributions.normal import NORMAL
from initatlas.initializers.base import Initializer


def _scale(layer: WeightLayer) -> float:
    return 0.0 if layer.multiplier else 1.0


SKIP_INIT = Initializer(
    name="skip_init",
    distribution=NORMAL,
    sigma_w2=2.0,
    scale=_scale,
    architectures=("resmlp",),
    source="De & Smith 2020, section 4",
)
