"""What may choose a learning rate? A part of the training set that no network is trained on."""

from collections.abc import Mapping
from dataclasses import replace

import pyarrow as pa
import torch

from initatlas.datasets.split import stratified
from initatlas.networks.propagate import Batch
from initatlas.rng import generator
from initatlas.stages.evaluation import data_of, evaluation_batch
from initatlas.training.checkpoints import Points, Split


def split_of(job: Mapping, dataset: pa.Table, dtype: torch.dtype) -> Split:
    """The training set without `validation_points` of it, those, and the test set.

    The draw is addressed by the study's seed and the data set alone, each class in its share.
    """
    data, count = data_of(dataset, dtype), job["trainability"]["validation_points"]
    rng = generator(job["seed"], "validation", job["dataset"]["name"])
    held = torch.as_tensor(stratified(rng, data.train_labels.numpy(force=True), count))
    return Split(
        train=Points(inputs=data.train_inputs[~held], labels=data.train_labels[~held]),
        validation=Points(inputs=data.train_inputs[held], labels=data.train_labels[held]),
        test=Points(inputs=data.test_inputs, labels=data.test_labels),
    )


def batch_of(job: Mapping, dataset: pa.Table, dtype: torch.dtype) -> Batch:
    """The evaluation points and pairs, all from what is trained on."""
    data, split = data_of(dataset, dtype), split_of(job, dataset, dtype)
    trained_on = replace(data, train_inputs=split.train.inputs, train_labels=split.train.labels)
    return evaluation_batch(job, trained_on, job["trainability"]["points"])
