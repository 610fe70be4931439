"""Do two inputs stay as alike as they were? For pairs of a prescribed correlation c⁰."""

import torch
from torch import Tensor

from initatlas.networks.propagate import Signals
from initatlas.probes.base import Probe, cosine


def _measure(signals: Signals) -> Tensor | None:
    pairs = torch.arange(signals.prescribed.shape[1]).view(-1, 2)
    return cosine(signals.prescribed, pairs) if len(pairs) else None


CORRELATION = Probe(
    name="correlation",
    unit="1",
    definition="mean over synthetic pairs of prescribed c⁰ of the correlation of their z",
    measure=_measure,
)
