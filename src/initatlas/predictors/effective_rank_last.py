"""In how many directions do points spread in the last hidden layer?"""

from initatlas.predictors.base import Predictor

EFFECTIVE_RANK_LAST = Predictor(
    name="effective_rank_last",
    unit="1",
    definition="(Σ λ)² / Σ λ² over eigenvalues of the points' Gram matrix of φ(z) there",
    source="Daneshmand et al. 2020",
    measure=lambda untrained: untrained.last("effective_rank"),
)
