"""Does the last layer tell the classes apart?"""

from torch import Tensor

from initatlas.predictors.base import Predictor, Untrained


def _measure(untrained: Untrained) -> Tensor:
    return untrained.last("correlation_same_class") - untrained.last("correlation_different_class")


CLASS_SEPARATION = Predictor(
    name="class_separation",
    unit="1",
    definition=(
        "correlation of z in the last hidden layer of points of one class minus that of two classes"
    ),
    source="this package, from the correlations of Poole et al. 2016",
    measure=_measure,
)
