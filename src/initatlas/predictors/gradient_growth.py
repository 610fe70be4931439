"""Does the gradient explode or vanish on its way to the input?"""

from torch import Tensor

from initatlas.predictors.base import Predictor, Untrained


def _measure(untrained: Untrained) -> Tensor:
    norms = untrained.hidden("log_delta_norm2")
    return norms[:, 0] - norms[:, -1]


GRADIENT_GROWTH = Predictor(
    name="gradient_growth",
    unit="nat",
    definition="ln ‖∂C/∂z^1‖² − ln ‖∂C/∂z^L‖², means over points: above 0 it explodes",
    source="Glorot & Bengio 2010; Schoenholz et al. 2017",
    measure=_measure,
)
