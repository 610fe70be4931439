"""Do inputs of one class stay together?"""

from torch import Tensor

from initatlas.networks.propagate import Signals
from initatlas.probes.base import Probe, cosine


def _measure(signals: Signals) -> Tensor | None:
    pairs = signals.batch.same_class
    return cosine(signals.preactivations, pairs) if len(pairs) else None


CORRELATION_SAME_CLASS = Probe(
    name="correlation_same_class",
    unit="1",
    definition="mean correlation of z between two evaluation points of one class",
    measure=_measure,
)
