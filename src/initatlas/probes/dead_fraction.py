"""How many units pass no gradient at all?"""

from torch import Tensor

from initatlas.networks.propagate import Signals
from initatlas.probes.base import Probe

FLAT = 0.01  # a slope below 1 % of a linear unit's: no gradient worth the name comes through


def _measure(signals: Signals) -> Tensor | None:
    if signals.activations is None:
        return None
    return (signals.slopes.abs().amax(dim=1) < FLAT).double().mean(dim=1)


DEAD_FRACTION = Probe(
    name="dead_fraction",
    unit="1",
    definition=f"fraction of units with |φ′(z)| < {FLAT} at every evaluation point",
    measure=_measure,
)
