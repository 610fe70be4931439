"""What is fed to the networks? A data set, split and standardized, and measured as it is fed in."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa

from initatlas.datasets import DATASETS, Dataset
from initatlas.references import load_object
from initatlas.rng import generator
from initatlas.tables import DATASET

TEST_SHARE = 0.2


def dataset_of(job: Mapping) -> Dataset:
    """The data set's record: one of ours, or the user's own."""
    named = job["dataset"]
    return load_object(named["object"]) if "object" in named else DATASETS[named["name"]]


def prepare(job: Mapping, cache: Path) -> tuple[pa.Table, dict[str, float]]:
    """The data set's table, and what theory starts from: lengths and correlations of its points."""
    dataset, address = dataset_of(job), (job["seed"], "dataset", job["dataset"]["name"])
    options = {name: v for name, v in job["dataset"].items() if name not in ("name", "object")}
    points = dataset.load(options, cache, generator(*address, "load"))
    test = points.test
    if test is None:
        test = split(generator(*address, "split"), points.labels)
    inputs = standardize(points.inputs, ~test).astype(np.float32)
    order = np.argsort(test, kind="stable")
    columns = [
        pa.array(np.where(test[order], "test", "train")),
        pa.array(points.labels[order], pa.int64()),
        pa.array(list(inputs[order]), pa.list_(pa.float32())),
    ]
    facts = measure(inputs[~test].astype(np.float64), points.labels[~test])
    return pa.table(columns, schema=DATASET.schema()), facts


def split(rng: np.random.Generator, labels: np.ndarray) -> np.ndarray:
    """Which points are the test set: a fifth of every class, drawn at random."""
    test = np.zeros(len(labels), dtype=bool)
    for label in np.unique(labels):
        members = rng.permutation(np.flatnonzero(labels == label))
        test[members[: round(TEST_SHARE * len(members))]] = True
    return test


def standardize(inputs: np.ndarray, train: np.ndarray) -> np.ndarray:
    """Each feature to mean 0 and variance 1 over the training set, then q⁰ = 1 on average.

    A feature that never varies there is set to 0 everywhere: whatever it does in the test set,
    no weight has been fitted to it. The last scaling makes up for such features.
    """
    mean, deviation = inputs[train].mean(axis=0), inputs[train].std(axis=0)
    varies = deviation > 0
    scaled = np.where(varies, (inputs - mean) / np.where(varies, deviation, 1), 0)
    return scaled / np.sqrt(np.square(scaled[train]).mean())


def measure(inputs: np.ndarray, labels: np.ndarray) -> dict[str, float]:
    """q⁰ = E|x|²/d, and the mean correlation of pairs of one class, of two, and of any two."""
    norms = np.linalg.norm(inputs, axis=1, keepdims=True)
    directions = inputs / np.where(norms > 0, norms, 1)
    total = _pair_sum(directions)
    same = sum(_pair_sum(directions[labels == label]) for label in np.unique(labels))
    counts = np.unique(labels, return_counts=True)[1]
    same_pairs = float((counts * (counts - 1)).sum())
    pairs = float(len(labels) * (len(labels) - 1))
    return {
        "points": len(labels),
        "input_dimension": inputs.shape[1],
        "classes": len(counts),
        "q": float(np.square(inputs).mean()),
        "correlation": total / pairs,
        "correlation_same_class": same / max(same_pairs, 1.0),
        "correlation_different_class": (total - same) / max(pairs - same_pairs, 1.0),
    }


def _pair_sum(directions: np.ndarray) -> float:
    """Σ over ordered pairs of different points of their scalar product: |Σ x|² − Σ |x|²."""
    return float(np.square(directions.sum(axis=0)).sum() - np.square(directions).sum())
