"""How far do pre-activations spread around their mean?"""

from torch import Tensor

from initatlas.networks.propagate import Signals
from initatlas.probes.base import Probe


def _measure(signals: Signals) -> Tensor:
    """From deviations: E[z²] − E[z]² would lose every digit where the mean dominates."""
    return signals.deviations.square().mean(dim=(1, 2))


PREACTIVATION_VARIANCE = Probe(
    name="preactivation_variance",
    unit="1",
    definition="variance of z over units and evaluation points",
    measure=_measure,
)
