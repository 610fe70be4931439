"""Does the tangent kernel tell the classes apart?"""

from initatlas.predictors.base import Predictor

NTK_ALIGNMENT = Predictor(
    name="ntk_alignment",
    unit="1",
    definition=(
        "cosine between the tangent kernel of points, mean over outputs, and Y Yᵀ, Y the one- "
        "hot labels"
    ),
    source="Cristianini et al. 2001; Baratin et al. 2021",
    measure=lambda untrained: untrained.kernel.alignment(untrained.labels),
)
