"""How much does a layer's output vary? The quantity of Glorot & Bengio's figures."""

from torch import Tensor

from initatlas.networks.propagate import Signals
from initatlas.probes.base import Probe


def _measure(signals: Signals) -> Tensor | None:
    if signals.activations is None:
        return None
    # torch's var goes through the numbers once, and takes three times as long.
    deviations = signals.activations - signals.activations.mean(dim=(1, 2), keepdim=True)
    return deviations.square_().mean(dim=(1, 2))


ACTIVATION_VARIANCE = Probe(
    name="activation_variance",
    unit="1",
    definition="variance of φ(z) over units and evaluation points",
    measure=_measure,
)
