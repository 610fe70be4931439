"""How much does a layer's output vary? The quantity of Glorot & Bengio's figures."""

from torch import Tensor

from initatlas.networks.propagate import Signals
from initatlas.probes.base import Probe


def _measure(signals: Signals) -> Tensor | None:
    if signals.activations is None:
        return None
    return signals.activations.var(dim=(1, 2), correction=0)


ACTIVATION_VARIANCE = Probe(
    name="activation_variance",
    unit="1",
    definition="variance of φ(z) over units and evaluation points",
    measure=_measure,
)
