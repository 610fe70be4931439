"""How many units of the last hidden layer pass no gradient?"""

from initatlas.predictors.base import Predictor

DEAD_FRACTION_LAST = Predictor(
    name="dead_fraction_last",
    unit="1",
    definition=(
        "fraction of the last hidden layer's units with |φ′(z)| < 0.01 at every evaluation point"
    ),
    source="Lu et al. 2020 (dying ReLU)",
    measure=lambda untrained: untrained.last("dead_fraction"),
)
