"""Do inputs of two classes stay apart?"""

from torch import Tensor

from initatlas.networks.propagate import Signals
from initatlas.probes.base import Probe, cosine


def _measure(signals: Signals) -> Tensor | None:
    pairs = signals.batch.different_class
    return cosine(signals.preactivations, pairs) if len(pairs) else None


CORRELATION_DIFFERENT_CLASS = Probe(
    name="correlation_different_class",
    unit="1",
    definition="mean correlation of z between two evaluation points of different classes",
    measure=_measure,
)
