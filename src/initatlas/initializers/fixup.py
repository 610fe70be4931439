"""Fixup: residual networks without normalization, whose updates do not grow with depth."""

from initatlas.distributions import WeightLayer
from initatlas.distributions.normal import NORMAL
from initatlas.initializers.base import Initializer


def _scale(layer: WeightLayer) -> float:
    """The readout and the last matrix of each branch are 0; the other m − 1 share L^{−1/2}."""
    if layer.last or (layer.branch and layer.branch == layer.branch_length):
        return 0.0
    if layer.branch:
        return layer.branches ** (-1 / (2 * layer.branch_length - 2))
    return 1.0


FIXUP = Initializer(
    name="fixup",
    distribution=NORMAL,
    sigma_w2=2.0,
    scale=_scale,
    architectures=("resmlp",),
    source="Zhang, Dauphin & Ma 2019, section 3",
)
