"""Does the gradient keep its size through the network?"""

from torch import Tensor

from initatlas.predictors.base import Predictor, Untrained


def _measure(untrained: Untrained) -> Tensor:
    norms = untrained.hidden("log_delta_norm2")
    return (norms[:, 0] - norms[:, -1]).abs()


GRADIENT_STABILITY = Predictor(
    name="gradient_stability",
    unit="nat",
    definition="|ln ‖∂C/∂z^1‖² − ln ‖∂C/∂z^L‖²|, means over points",
    source="Glorot & Bengio 2010; Schoenholz et al. 2017",
    measure=_measure,
)
