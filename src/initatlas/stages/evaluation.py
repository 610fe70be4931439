"""What are networks shown when they are measured? Fixed points, and pairs of known correlation."""

import math
from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import torch

from initatlas.networks.propagate import Batch
from initatlas.rng import generator
from initatlas.training.loop import Data


def data_of(dataset: pa.Table, dtype: torch.dtype) -> Data:
    """The data set's table as tensors: one copy of it, in this format."""
    inputs = dataset["inputs"].combine_chunks().flatten().to_numpy().reshape(len(dataset), -1)
    labels = dataset["label"].to_numpy()
    train = np.asarray(dataset["split"].to_pylist()) == "train"
    return Data(
        train_inputs=torch.as_tensor(inputs[train]).to(dtype),
        train_labels=torch.as_tensor(labels[train].copy()),
        test_inputs=torch.as_tensor(inputs[~train]).to(dtype),
        test_labels=torch.as_tensor(labels[~train].copy()),
    )


def evaluation_batch(job: Mapping, data: Data, points: int) -> Batch:
    """The first `points` of a fixed shuffle of the training set, and pairs.

    The draws are addressed by the study's seed and the data set alone, so every network of a
    study is shown the same.
    """
    address = (job["seed"], "evaluation", job["dataset"]["name"])
    chosen = generator(*address, "points").permutation(len(data.train_labels))[:points]
    inputs, labels = data.train_inputs[chosen], data.train_labels[chosen]
    settings = job["measurement"]
    length2 = inputs.double().square().sum(dim=1).mean().item()
    pairs = prescribed_pairs(
        generator(*address, "prescribed"),
        settings["pairs"],
        inputs.shape[1],
        length2,
        settings["pair_correlation"],
    )
    same, different = class_pairs(
        generator(*address, "class pairs"), labels.numpy(force=True), settings["pairs"]
    )
    return Batch(
        inputs=inputs,
        labels=labels,
        prescribed=torch.as_tensor(pairs).to(inputs.dtype),
        same_class=torch.as_tensor(same),
        different_class=torch.as_tensor(different),
    )


def prescribed_pairs(
    rng: np.random.Generator, pairs: int, dimension: int, length2: float, correlation: float
) -> np.ndarray:
    """(2 · pairs, dimension) points of squared length `length2`; neighbours have cosine c⁰."""
    a, b = rng.standard_normal((2, pairs, dimension))
    a /= np.linalg.norm(a, axis=1, keepdims=True)
    b -= a * (a * b).sum(axis=1, keepdims=True)
    b /= np.linalg.norm(b, axis=1, keepdims=True)
    partner = correlation * a + math.sqrt(1 - correlation**2) * b
    return math.sqrt(length2) * np.stack([a, partner], axis=1).reshape(2 * pairs, dimension)


def class_pairs(
    rng: np.random.Generator, labels: np.ndarray, pairs: int
) -> tuple[np.ndarray, np.ndarray]:
    """Up to `pairs` pairs of points of one class, and as many of two classes."""
    first, second = np.triu_indices(len(labels), k=1)
    order = rng.permutation(len(first))
    candidates = np.stack([first[order], second[order]], axis=1)
    alike = labels[candidates[:, 0]] == labels[candidates[:, 1]]
    return candidates[alike][:pairs], candidates[~alike][:pairs]
