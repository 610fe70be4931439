"""How saturated is the last hidden layer?"""

from initatlas.predictors.base import Predictor

SATURATED_FRACTION_LAST = Predictor(
    name="saturated_fraction_last",
    unit="1",
    definition="fraction of its φ(z) within 1 % of an end of φ's range; NaN where φ is not bounded",
    source="Glorot & Bengio 2010",
    measure=lambda untrained: untrained.last("saturated_fraction"),
)
