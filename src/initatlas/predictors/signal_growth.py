"""Does the signal grow or shrink through the network?"""

from torch import Tensor

from initatlas.predictors.base import Predictor, Untrained


def _measure(untrained: Untrained) -> Tensor:
    lengths = untrained.hidden("q").log()
    return lengths[:, -1] - lengths[:, 0]


SIGNAL_GROWTH = Predictor(
    name="signal_growth",
    unit="nat",
    definition="ln q_L − ln q_1, q_l = E[z²] over units and points of hidden layer l",
    source="Glorot & Bengio 2010; He et al. 2015",
    measure=_measure,
)
