"""What becomes of networks that are trained? Their traces, layer by layer and step by step."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import groupby

import pyarrow as pa
import torch

from initatlas.networks import Network
from initatlas.networks.ensemble import Shapes
from initatlas.networks.propagate import Batch
from initatlas.rng import generator
from initatlas.stages.cells import (
    Job,
    activation_of,
    architecture_of,
    chunks,
    ensemble_of,
    initializer_of,
    networks_of,
    shapes_of,
)
from initatlas.stages.evaluation import data_of, evaluation_batch
from initatlas.stages.traces import Recorder, trace_table
from initatlas.training.loop import Data, Run, batches, recorded_steps, train
from initatlas.training.optimizers import OPTIMIZERS

Runs = list[tuple[Network, float]]
"""Networks, each with the learning rate that it is trained at."""


def train_block(job: Job, dataset: pa.Table) -> pa.Table:
    """One row per network of the block, optimizer, learning rate, recorded step and layer."""
    plan = job["training"]
    data = data_of(dataset, getattr(torch, plan["dtype"]))
    batch = evaluation_batch(job, data, plan["points"])
    with subnormals_as_zero():
        return pa.concat_tables(_parts(job, data, batch)).combine_chunks()


@contextmanager
def subnormals_as_zero() -> Iterator[None]:
    """Gradients of deep ordered networks decay into subnormal numbers.

    On these, processors are a hundred times slower; as zeros they do the same to a weight: nothing.
    """
    torch.set_flush_denormal(True)
    try:
        yield
    finally:
        torch.set_flush_denormal(False)


def _parts(job: Job, data: Data, batch: Batch) -> list[pa.Table]:
    """A table for each chunk of the block's networks."""
    plan, parts = job["training"], []
    for width in job["widths"]:
        networks = networks_of(job, width)
        for settings, entries in groupby(plan["optimizers"], key=_without_rate):
            runs = [(n, entry["learning_rate"]) for entry in entries for n in networks]
            bytes_each = _bytes_each(job, width, data, dict(settings))
            parts += [
                _train_chunk(job, chunk, dict(settings), data, batch)
                for chunk in chunks(runs, bytes_each, job["memory_mb"])
            ]
    return parts


def _without_rate(entry: Mapping[str, object]) -> tuple:
    return tuple((name, value) for name, value in entry.items() if name != "learning_rate")


def _shapes(job: Job, width: int, data: Data) -> Shapes:
    n_classes = int(data.train_labels.max()) + 1
    return shapes_of(job, width, data.train_inputs.shape[1], n_classes)


def _bytes_each(job: Job, width: int, data: Data, settings: dict) -> int:
    """Parameters, the weights before a recorded step, the optimizer's buffers, two workspaces."""
    plan = job["training"]
    points = plan["batch_size"] + plan["points"] + 2 * job["measurement"]["pairs"]
    copies = 2 + OPTIMIZERS[settings["name"]].copies
    itemsize = data.train_inputs.dtype.itemsize
    shapes = _shapes(job, width, data)
    return architecture_of(job).bytes_per_network(shapes, points, copies, itemsize)


def _train_chunk(job: Job, runs: Runs, settings: dict, data: Data, batch: Batch) -> pa.Table:
    plan = job["training"]
    networks = [network for network, _ in runs]
    rates = torch.tensor([rate for _, rate in runs], dtype=data.train_inputs.dtype)
    shapes = _shapes(job, networks[0].width, data)
    initializer = initializer_of(job)
    ensemble = ensemble_of(job, networks, shapes, batch.inputs)
    options = {name: value for name, value in settings.items() if name != "name"}
    run = Run.start(
        architecture_of(job),
        activation_of(job),
        ensemble,
        OPTIMIZERS[settings["name"]].start(ensemble, rates, **options),
        plan["batch_size"],
    )
    order = generator(job["seed"], "batches", job["dataset"]["name"], plan["batch_size"])
    steps = recorded_steps(plan["steps"], plan["records"])
    recorder = Recorder.start(plan, data, batch, len(runs), steps)
    points = len(data.train_labels)
    train(run, data, batches(order, points, plan["batch_size"]), steps, recorder.record)
    return trace_table(job, runs, settings["name"], initializer, shapes, recorder)
