"""What does a layer pass on, on average?"""

from torch import Tensor

from initatlas.networks.propagate import Signals
from initatlas.probes.base import Probe


def _measure(signals: Signals) -> Tensor | None:
    if signals.activations is None:
        return None
    return signals.activations.mean(dim=(1, 2))


ACTIVATION_MEAN = Probe(
    name="activation_mean",
    unit="1",
    definition="mean of φ(z) over units and evaluation points",
    measure=_measure,
)
