"""Do inputs stay apart?"""

from initatlas.predictors.base import Predictor

CORRELATION_LAST = Predictor(
    name="correlation_last",
    unit="1",
    definition="correlation of z in the last hidden layer, mean over pairs of prescribed c⁰",
    source="Poole et al. 2016; Schoenholz et al. 2017",
    measure=lambda untrained: untrained.last("correlation"),
)
