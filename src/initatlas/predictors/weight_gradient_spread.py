"""Do all layers learn at one pace?"""

from torch import Tensor

from initatlas.predictors.base import Predictor, Untrained


def _measure(untrained: Untrained) -> Tensor:
    norms = untrained.hidden("log_weight_gradient_norm2")
    return norms.amax(dim=1) - norms.amin(dim=1)


WEIGHT_GRADIENT_SPREAD = Predictor(
    name="weight_gradient_spread",
    unit="nat",
    definition="largest minus smallest ln ‖∂C/∂W^l‖² over hidden layers l",
    source="Glorot & Bengio 2010, section 4.2",
    measure=_measure,
)
