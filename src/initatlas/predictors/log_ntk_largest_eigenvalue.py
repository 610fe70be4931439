"""How steep is the loss?"""

from initatlas.predictors.base import Predictor

LOG_NTK_LARGEST_EIGENVALUE = Predictor(
    name="log_ntk_largest_eigenvalue",
    unit="nat",
    definition=(
        "ln λ_max(Θ/P), Θ the tangent kernel of P points and all outputs (standard "
        "parametrisation): gradient descent on the mean of ½‖f − y‖² is stable below 2/λ_max"
    ),
    source="LeCun et al. 1998; Jacot et al. 2018; Lewkowycz et al. 2020",
    measure=lambda untrained: untrained.log_sharpness,
)
