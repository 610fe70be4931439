"""How large are the weights?"""

from torch import Tensor

from initatlas.networks.propagate import Signals
from initatlas.probes.base import Probe, log_norm2


def _measure(signals: Signals) -> Tensor | None:
    return None if signals.weight is None else (log_norm2(signals.weight) / 2).exp()


WEIGHT_NORM = Probe(
    name="weight_norm",
    unit="1",
    definition="Frobenius norm ‖W‖ of the layer's weights",
    measure=_measure,
)
