"""What is fed to the networks? A data set, split and standardized, and measured as it is fed in."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa

from initatlas.datasets import DATASETS, Dataset
from initatlas.datasets.checks import check_classes, check_points
from initatlas.datasets.files import DatasetError, verify
from initatlas.datasets.split import stratified, training_size
from initatlas.references import load_object
from initatlas.rng import generator
from initatlas.tables import DATASET

BLOCK = 4096  # points that are computed with at a time


def dataset_of(job: Mapping) -> Dataset:
    """The data set's record: one of ours, or the user's own."""
    named = job["dataset"]
    return load_object(named["object"]) if "object" in named else DATASETS[named["name"]]


def prepare(job: Mapping, cache: Path) -> tuple[pa.Table, dict[str, int | float]]:
    """The data set's table, and what theory starts from (`measure`) of its training points.

    Raises:
        DatasetError: the data set is not what it should be.
    """
    dataset, named = dataset_of(job), job["dataset"]
    verify(dataset, cache)
    options = {name: v for name, v in named.items() if name not in ("name", "object")}
    rng = generator(job["seed"], "dataset", named["name"])
    points = dataset.load(options, Path(cache), rng)
    check_points(named["name"], points, dataset.shape)
    test = points.test
    if test is None:
        rng = generator(job["seed"], "split", named["name"])
        count = len(points.labels) - training_size(len(points.labels))
        test = stratified(rng, points.labels, count)
    check_classes(named["name"], points.labels, test)
    inputs = standardized(points.inputs, ~test, np.float32)
    facts = measure(inputs[~test], points.labels[~test])
    return _table(inputs, points.labels, test), facts | {"test_points": int(test.sum())}


def standardized(inputs: np.ndarray, train: np.ndarray, dtype: type = np.float64) -> np.ndarray:
    """(x − m) / s with m the mean of each feature and s one number for all; q⁰ is then 1.

    m and s are of the training points, s² the variance averaged over features. One s and not one
    for each feature: a pixel that is set in one of 1,438 images would be 38 there, the longest
    image 32 times as long as the average in |x|², while theory takes all inputs as equally long.
    A feature that never varies is 0 in training, with no special case. Computed in float64, some
    points at a time, and rounded to `dtype`.

    Raises:
        DatasetError: all training points are the same.
    """
    seen = inputs[train]
    if not np.ptp(seen, axis=0).any():
        raise DatasetError("all training points are the same")
    mean = seen.mean(axis=0, dtype=np.float64)
    squares = sum(np.square(seen[block] - mean).sum() for block in _blocks(len(seen)))
    scale = np.sqrt(squares / seen.size)
    fed = np.empty(inputs.shape, dtype)
    for block in _blocks(len(inputs)):
        fed[block] = (inputs[block] - mean) / scale
    return fed


def measure(inputs: np.ndarray, labels: np.ndarray) -> dict[str, int | float]:
    """q⁰ = E|x|²/d, and c⁰: the mean cosine of pairs of one class, of two, and of any points.

    Points at the origin have no direction and are in no pair.
    """
    classes, members = np.unique(labels, return_inverse=True)
    sums, counts = np.zeros((len(classes), inputs.shape[1])), np.zeros(len(classes), int)
    length2 = 0.0
    for block in _blocks(len(inputs)):
        lengths = np.linalg.norm(inputs[block].astype(np.float64), axis=1)
        length2 += float(np.square(lengths).sum())
        (directed,) = np.nonzero(lengths)
        directions = inputs[block][directed] / lengths[directed, None]
        np.add.at(sums, members[block][directed], directions)
        counts += np.bincount(members[block][directed], minlength=len(classes))
    same, same_pairs = np.sum(
        [_cosines(*group) for group in zip(sums, counts.tolist(), strict=True)], axis=0
    )
    total, pairs = _cosines(sums.sum(axis=0), int(counts.sum()))
    return {
        "training_points": len(labels),
        "input_dimension": inputs.shape[1],
        "n_classes": len(classes),
        "q0": length2 / inputs.size,
        "c0": _mean(total, pairs),
        "c0_same_class": _mean(same, same_pairs),
        "c0_different_class": _mean(total - same, pairs - same_pairs),
    }


def _blocks(points: int) -> Iterator[slice]:
    """All points, some at a time: 60,000 colour images in float64 would take 1.5 GB."""
    return (slice(start, start + BLOCK) for start in range(0, points, BLOCK))


def _cosines(directions: np.ndarray, count: int) -> tuple[float, int]:
    """Sum over ordered pairs of different points, |Σ x|² − Σ |x|², and the number of pairs."""
    return float(np.square(directions).sum()) - count, count * (count - 1)


def _mean(total: float, count: int | float) -> float | None:
    return float(total / count) if count else None


def _table(inputs: np.ndarray, labels: np.ndarray, test: np.ndarray) -> pa.Table:
    """Training points first, both parts in the data set's own order."""
    order = np.argsort(test, kind="stable")
    offsets = np.arange(len(inputs) + 1) * inputs.shape[1]
    columns = [
        pa.array(np.where(test[order], "test", "train")),
        pa.array(labels[order], pa.int64()),
        pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), pa.array(inputs[order].ravel())),
    ]
    return pa.table(columns, schema=DATASET.schema())
