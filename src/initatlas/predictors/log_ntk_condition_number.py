"""How much slower is the slowest direction?"""

from initatlas.predictors.base import Predictor

LOG_NTK_CONDITION_NUMBER = Predictor(
    name="log_ntk_condition_number",
    unit="nat",
    definition=(
        "ln (λ_max/λ_min) of the tangent kernel of points, mean over outputs (standard "
        "parametrisation); ∞ where λ_min is rounding error"
    ),
    source="Xiao et al. 2020",
    measure=lambda untrained: untrained.kernel.log_condition_number,
)
