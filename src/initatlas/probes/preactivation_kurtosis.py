"""How Gaussian are the pre-activations? Mean-field theory takes them to be exactly so."""

from torch import Tensor

from initatlas.networks.propagate import Signals
from initatlas.probes.base import Probe


def _measure(signals: Signals) -> Tensor:
    """E[(z − E z)⁴] / Var² − 3, with z scaled first so that no fourth power overflows."""
    scaled = signals.deviations / signals.deviations.abs().amax(dim=(1, 2), keepdim=True)
    squares = scaled.square()
    return squares.square().mean(dim=(1, 2)) / squares.mean(dim=(1, 2)).square() - 3


PREACTIVATION_KURTOSIS = Probe(
    name="preactivation_kurtosis",
    unit="1",
    definition="excess kurtosis of z over units and evaluation points (0 for a Gaussian)",
    measure=_measure,
)
