"""He's weights, but for the last matrix of every residual branch, which is 0."""

from initatlas.distributions import WeightLayer
from initatlas.distributions.normal import NORMAL
from initatlas.initializers.base import Initializer


def _scale(layer: WeightLayer) -> float:
    return 0.0 if layer.branch and layer.branch == layer.branch_length else 1.0


ZERO_BRANCH = Initializer(
    name="zero_branch",
    distribution=NORMAL,
    sigma_w2=2.0,
    scale=_scale,
    architectures=("resmlp",),
    source="Goyal et al. 2017, section 5.1 (there the last normalization's scale)",
)
