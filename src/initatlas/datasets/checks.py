"""Is what a data set loads fit to be learned from? What networks and statistics rely on."""

import math

import numpy as np

from initatlas.datasets.base import Points
from initatlas.datasets.files import DatasetError


def check_points(name: str, points: Points, shape: tuple[int, ...] | None = None) -> None:
    """See that inputs are numbers, labels class numbers, and that there is one for each.

    Images have as many features as their shape has pixels.

    Raises:
        DatasetError: they are not; all that is wrong is said.
    """
    inputs, labels, test = points.inputs, points.labels, points.test
    found = []
    if inputs.ndim != 2 or 0 in inputs.shape or inputs.dtype.kind not in "fiu":
        found.append(f"inputs must be numbers, (point, feature); got {_described(inputs)}")
    elif not np.isfinite(inputs).all():
        bad = np.flatnonzero(~np.isfinite(inputs).all(axis=1))
        found.append(f"inputs must be finite; point {bad[0]} is not ({len(bad)} in all)")
    elif shape and inputs.shape[1] != math.prod(shape):
        found.append(
            f"images of shape {shape} have {math.prod(shape)} features; got {inputs.shape[1]}"
        )
    if labels.ndim != 1 or labels.dtype.kind not in "iu":
        found.append(f"labels must be whole numbers, (point,); got {_described(labels)}")
    elif len(labels) != len(inputs):
        found.append(f"there must be one label a point; got {len(labels)} for {len(inputs)}")
    if test is not None and (test.shape != labels.shape or test.dtype != bool):
        found.append(f"test must be True or False, (point,); got {_described(test)}")
    _refuse(name, found)


def check_classes(name: str, labels: np.ndarray, test: np.ndarray) -> None:
    """See that classes are 0, 1, …, that each can be learned, and that there is a test.

    Raises:
        DatasetError: that is not so.
    """
    learned = np.unique(labels[~test])
    found = []
    if not test.any():
        found.append("there is no test point")
    if len(learned) < 2:
        found.append(f"training needs two classes or more; got {learned.tolist()}")
    if len(learned) and (learned[0] != 0 or learned[-1] != len(learned) - 1):
        found.append(
            f"classes must be numbered 0 to {len(learned) - 1} without a gap; "
            f"training has {learned[:8].tolist()}"
        )
    unknown = np.setdiff1d(labels[test], learned)
    if len(unknown):
        found.append(f"the test has classes that training lacks: {unknown[:8].tolist()}")
    _refuse(name, found)


def _refuse(name: str, found: list[str]) -> None:
    if found:
        raise DatasetError("\n".join(f"data set '{name}': {problem}" for problem in found))


def _described(array: np.ndarray) -> str:
    return f"{array.dtype} {array.shape}"
