"""What is a predictor? One number of an untrained network that may tell how it will train."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor

from initatlas.networks.propagate import Signals
from initatlas.probes.correlation import CORRELATION
from initatlas.probes.correlation_different_class import CORRELATION_DIFFERENT_CLASS
from initatlas.probes.correlation_same_class import CORRELATION_SAME_CLASS
from initatlas.probes.dead_fraction import DEAD_FRACTION
from initatlas.probes.effective_rank import EFFECTIVE_RANK
from initatlas.probes.log_delta_norm2 import LOG_DELTA_NORM2
from initatlas.probes.log_weight_gradient_norm2 import LOG_WEIGHT_GRADIENT_NORM2
from initatlas.probes.preactivation_kurtosis import PREACTIVATION_KURTOSIS
from initatlas.probes.q import Q
from initatlas.probes.saturated_fraction import SATURATED_FRACTION
from initatlas.spectra.output_kernel import OutputKernel
from initatlas.spectra.tangent_kernel import Kernel
from initatlas.training.losses import cross_entropy

PROBED = (
    Q,
    CORRELATION,
    CORRELATION_SAME_CLASS,
    CORRELATION_DIFFERENT_CLASS,
    DEAD_FRACTION,
    SATURATED_FRACTION,
    EFFECTIVE_RANK,
    PREACTIVATION_KURTOSIS,
    LOG_DELTA_NORM2,
    LOG_WEIGHT_GRADIENT_NORM2,
)


def _loss(signals: Signals) -> Tensor | None:
    """Mean cross-entropy of the evaluation points, at the readout."""
    if signals.activations is not None or signals.weight is None:
        return None
    return cross_entropy(signals.preactivations, signals.batch.labels).mean(dim=1)


LOSS = "loss"
STATISTICS = {probe.name: probe.measure for probe in PROBED} | {LOSS: _loss}


@dataclass(frozen=True, kw_only=True)
class Untrained:
    """What was measured of each network before training.

    `layers` has a statistic's value at each layer, the input first and the readout last, NaN where
    a layer has none of it. `kernel` is the tangent kernel of points with `labels`, as a mean over
    outputs; `log_sharpness` is ln λ_max(Θ/P) of all outputs.
    """

    layers: Mapping[str, Float[Tensor, "net layer"]]
    kernel: Kernel
    log_sharpness: Float[Tensor, " net"]
    labels: Int[Tensor, " point"]

    @classmethod
    def of(
        cls,
        observed: Mapping[str, list[Tensor | None]],
        tangent: OutputKernel,
        labels: Int[Tensor, " point"],
    ) -> "Untrained":
        """From what `observe` has seen of STATISTICS, and the kernel of labelled points."""
        missing = torch.full((len(tangent.matrix),), torch.nan, dtype=torch.float64)
        return cls(
            layers={
                name: torch.stack([missing if v is None else v.double() for v in values], dim=1)
                for name, values in observed.items()
            },
            kernel=tangent.over_outputs(),
            log_sharpness=tangent.log_sharpness(),
            labels=labels,
        )

    def hidden(self, name: str) -> Float[Tensor, "net layer"]:
        """A statistic of the hidden layers."""
        return self.layers[name][:, 1:-1]

    def last(self, name: str) -> Float[Tensor, " net"]:
        """A statistic of the last hidden layer."""
        return self.layers[name][:, -2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Predictor:
    """`measure(untrained)` gives float64 (net,); NaN where the network has no such number."""

    name: str
    unit: str
    definition: str
    source: str
    measure: Callable[[Untrained], Tensor]
