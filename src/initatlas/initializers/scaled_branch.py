"""He's weights, and every one of L residual branches scaled by 1/√L: the stream stays finite."""

from initatlas.distributions import WeightLayer
from initatlas.distributions.normal import NORMAL
from initatlas.initializers.base import Initializer


def _scale(layer: WeightLayer) -> float:
    """α = 1/√L: the sum of L branches is as large at any depth."""
    return layer.branches**-0.5 if layer.multiplier else 1.0


SCALED_BRANCH = Initializer(
    name="scaled_branch",
    distribution=NORMAL,
    sigma_w2=2.0,
    scale=_scale,
    architectures=("resmlp",),
    source="Hanin & Rolnick 2018; Hayou et al. 2021",
)
