"""How large are back-propagated gradients? In logarithms, so that depth cannot underflow them."""

import math

from torch import Tensor

from initatlas.networks.propagate import Signals
from initatlas.probes.base import Probe, log_norm2


def _measure(signals: Signals) -> Tensor | None:
    if signals.delta is None:
        return None
    points = signals.delta.shape[1]
    return log_norm2(signals.delta) - math.log(points) + 2 * signals.log_delta_scale


LOG_DELTA_NORM2 = Probe(
    name="log_delta_norm2",
    unit="ln 1",
    definition="ln of the mean over points of ‖∂C/∂z‖², C the cross-entropy of the point",
    measure=_measure,
)
