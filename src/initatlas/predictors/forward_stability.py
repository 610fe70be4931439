"""Does the signal keep its length through the network?"""

from torch import Tensor

from initatlas.predictors.base import Predictor, Untrained


def _measure(untrained: Untrained) -> Tensor:
    lengths = untrained.hidden("q").log()
    return (lengths - lengths[:, :1]).abs().amax(dim=1)


FORWARD_STABILITY = Predictor(
    name="forward_stability",
    unit="nat",
    definition="max over hidden layers l of |ln q_l − ln q_1|, q_l = E[z²] over units and points",
    source="He et al. 2015; Hanin & Rolnick 2018 (failure mode 1)",
    measure=_measure,
)
