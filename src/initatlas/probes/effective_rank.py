"""In how many directions do the representations of different points spread?"""

from torch import Tensor

from initatlas.networks.propagate import Signals
from initatlas.probes.base import Probe


def _measure(signals: Signals) -> Tensor:
    """From the smaller of the two Gram matrices: their non-zero eigenvalues are the same."""
    h = signals.preactivations if signals.activations is None else signals.activations
    scaled = h / h.abs().amax(dim=(1, 2), keepdim=True)
    points, units = h.shape[1:]
    gram = scaled @ scaled.mT if points <= units else scaled.mT @ scaled
    trace = gram.diagonal(dim1=1, dim2=2).sum(dim=1)
    return trace.square() / gram.square().sum(dim=(1, 2))


EFFECTIVE_RANK = Probe(
    name="effective_rank",
    unit="1",
    definition=(
        "(Σ λ)² / Σ λ² over the eigenvalues of the points' uncentred Gram matrix of φ(z) "
        "(of z at input and readout): 1 when all points coincide (Daneshmand et al. 2020)"
    ),
    measure=_measure,
)
