"""How large is the whole gradient?"""

from torch import Tensor

from initatlas.predictors.base import Predictor, Untrained


def _measure(untrained: Untrained) -> Tensor:
    return untrained.layers["log_weight_gradient_norm2"][:, 1:].logsumexp(dim=1)


LOG_GRADIENT_NORM2 = Predictor(
    name="log_gradient_norm2",
    unit="nat",
    definition="ln Σ_l ‖∂C/∂W^l‖² over all weight layers, C the mean cross-entropy",
    source="Zhu et al. 2021 (GradInit) on gradient norms at the start",
    measure=_measure,
)
