"""How many units sit at an end of φ's range?"""

import math

from torch import Tensor

from initatlas.networks.propagate import Signals
from initatlas.probes.base import Probe

MARGIN = 0.01  # of the range: |tanh z| > 0.98, as |z| > 2.3


def _measure(signals: Signals) -> Tensor | None:
    low, high = signals.activation.bounds
    if signals.activations is None or not math.isfinite(high - low):
        return None
    margin = MARGIN * (high - low)
    h = signals.activations
    return ((h < low + margin) | (h > high - margin)).double().mean(dim=(1, 2))


SATURATED_FRACTION = Probe(
    name="saturated_fraction",
    unit="1",
    definition=f"fraction of φ(z) within {MARGIN:.0%} of an end of φ's range (bounded φ only)",
    measure=_measure,
)
