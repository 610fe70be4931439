"""Numbers of an untrained network: one file each. To add one, write its file and list it here."""

from initatlas.predictors.base import Predictor, Untrained
from initatlas.predictors.class_separation import CLASS_SEPARATION
from initatlas.predictors.correlation_last import CORRELATION_LAST
from initatlas.predictors.dead_fraction_last import DEAD_FRACTION_LAST
from initatlas.predictors.effective_rank_last import EFFECTIVE_RANK_LAST
from initatlas.predictors.forward_stability import FORWARD_STABILITY
from initatlas.predictors.gradient_growth import GRADIENT_GROWTH
from initatlas.predictors.gradient_stability import GRADIENT_STABILITY
from initatlas.predictors.initial_loss import INITIAL_LOSS
from initatlas.predictors.kurtosis_last import KURTOSIS_LAST
from initatlas.predictors.log_gradient_norm2 import LOG_GRADIENT_NORM2
from initatlas.predictors.log_ntk_condition_number import LOG_NTK_CONDITION_NUMBER
from initatlas.predictors.log_ntk_largest_eigenvalue import LOG_NTK_LARGEST_EIGENVALUE
from initatlas.predictors.ntk_alignment import NTK_ALIGNMENT
from initatlas.predictors.saturated_fraction_last import SATURATED_FRACTION_LAST
from initatlas.predictors.signal_growth import SIGNAL_GROWTH
from initatlas.predictors.weight_gradient_spread import WEIGHT_GRADIENT_SPREAD

PREDICTORS: dict[str, Predictor] = {
    p.name: p
    for p in (
        FORWARD_STABILITY,
        SIGNAL_GROWTH,
        GRADIENT_STABILITY,
        GRADIENT_GROWTH,
        CORRELATION_LAST,
        CLASS_SEPARATION,
        DEAD_FRACTION_LAST,
        SATURATED_FRACTION_LAST,
        EFFECTIVE_RANK_LAST,
        KURTOSIS_LAST,
        INITIAL_LOSS,
        LOG_GRADIENT_NORM2,
        WEIGHT_GRADIENT_SPREAD,
        LOG_NTK_LARGEST_EIGENVALUE,
        LOG_NTK_CONDITION_NUMBER,
        NTK_ALIGNMENT,
    )
}

__all__ = ["PREDICTORS", "Predictor", "Untrained"]
