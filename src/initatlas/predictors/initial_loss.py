"""Where does training start?"""

from torch import Tensor

from initatlas.predictors.base import LOSS, Predictor, Untrained


def _measure(untrained: Untrained) -> Tensor:
    return untrained.layers[LOSS][:, -1]


INITIAL_LOSS = Predictor(
    name="initial_loss",
    unit="nat",
    definition=(
        "cross-entropy of the evaluation points before training; ln C where outputs say nothing"
    ),
    source="Zhang et al. 2019 (Fixup) on the scale of outputs",
    measure=_measure,
)
