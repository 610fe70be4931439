"""How far from Gaussian is the last hidden layer?"""

from initatlas.predictors.base import Predictor

KURTOSIS_LAST = Predictor(
    name="kurtosis_last",
    unit="1",
    definition="excess kurtosis of its z over units and points",
    source="Hanin & Nica 2020 (log-normal lengths make tails heavy)",
    measure=lambda untrained: untrained.last("preactivation_kurtosis"),
)
