"""Do networks train at a fair learning rate? Every network of a block, at every rate of a grid.

A network and a rate make a run; the runs of a chunk are trained as one ensemble. Before training
every network is measured: how steep its loss is, which sets relative rates, and all predictors.
"""

from itertools import groupby
from typing import NamedTuple

import pyarrow as pa
import torch
from torch import Tensor

from initatlas.networks import Ensemble, Network
from initatlas.networks.ensemble import Shapes
from initatlas.networks.propagate import Batch
from initatlas.rng import generator
from initatlas.spectra.output_kernel import OutputKernel, drift
from initatlas.stages.cells import (
    Job,
    activation_of,
    architecture_of,
    budget_mb,
    chunks,
    ensemble_of,
    networks_of,
    shapes_of,
)
from initatlas.stages.fair import Ended, fair_table
from initatlas.stages.rates import Runs, most_rates, runs_of, usable, without_rate
from initatlas.stages.splits import batch_of, split_of
from initatlas.stages.train import subnormals_as_zero
from initatlas.stages.untrained import Start, kernel_bytes, kernel_of, measure
from initatlas.training.checkpoints import Split, advance, mini_batches, scores
from initatlas.training.loop import Run, batches, recorded_steps
from initatlas.training.optimizers import OPTIMIZERS

# Weights and signals of a chunk that stay in the caches: 16 networks of 64 layers of 128 units
# train at 54 GFLOP/s, 64 of them at 49, one at 37.
CHUNK_MB = 128


class Shown(NamedTuple):
    """What networks are shown: to train, and in float64 to be measured."""

    split: Split
    batch: Batch


def trainability(job: Job, dataset: pa.Table) -> pa.Table:
    """One row per network of the block, optimizer and learning rate."""
    plan = job["trainability"]
    dtype = getattr(torch, plan["dtype"])
    shown = Shown(split_of(job, dataset, dtype), batch_of(job, dataset, torch.float64))
    parts = []
    for width in job["widths"]:
        shapes = _shapes(job, width, shown.split)
        with subnormals_as_zero():
            parts += [
                _chunk(job, networks, shapes, shown)
                for networks in chunks(
                    networks_of(job, width),
                    _bytes_each(job, shapes) * most_rates(plan["optimizers"]),
                    budget_mb(job, CHUNK_MB),
                )
            ]
    return pa.concat_tables(parts).combine_chunks()


def _shapes(job: Job, width: int, split: Split) -> Shapes:
    n_classes = int(max(split.train.labels.max(), split.validation.labels.max())) + 1
    dimension = split.train.inputs.shape[1]
    return shapes_of(job, width, dimension, n_classes)


def _bytes_each(job: Job, shapes: Shapes) -> int:
    """A run's parameters, the optimizer's buffers, its workspace, and its kernel."""
    plan = job["trainability"]
    copies = 1 + max(OPTIMIZERS[entry["name"]].copies for entry in plan["optimizers"])
    itemsize = getattr(torch, plan["dtype"]).itemsize
    each = architecture_of(job).bytes_per_network(shapes, plan["batch_size"], copies, itemsize)
    return each + kernel_bytes(job, shapes[-1].fan_out)


def _chunk(job: Job, networks: list[Network], shapes: Shapes, shown: Shown) -> pa.Table:
    """Some of the block's networks, measured and then trained at every rate."""
    dtype = shown.split.train.inputs.dtype
    ensemble = ensemble_of(job, networks, shapes, shown.batch.inputs.to(dtype))
    start = measure(job, ensemble, shown.batch, budget_mb(job, CHUNK_MB))
    ended = [
        _train(job, ensemble, start, runs, dict(settings), shown)
        for settings, entries in groupby(job["trainability"]["optimizers"], key=without_rate)
        for runs in runs_of(
            list(entries), start.log_sharpness, _bytes_each(job, shapes), budget_mb(job, CHUNK_MB)
        )
    ]
    return fair_table(job, networks, start, ended, checkpoints(job))


def _train(
    job: Job, ensemble: Ensemble, start: Start, runs: Runs, settings: dict, shown: Shown
) -> Ended:
    plan = job["trainability"]
    copies = ensemble.select(runs.networks)
    options = {name: value for name, value in settings.items() if name != "name"}
    run = Run.start(
        architecture_of(job),
        activation_of(job),
        copies,
        OPTIMIZERS[settings["name"]].start(
            copies, usable(runs.rates, copies.weights[0].dtype), **options
        ),
        plan["batch_size"],
    )
    order = generator(job["seed"], "batches", job["dataset"]["name"], plan["batch_size"])
    points = shown.split.train
    steps = checkpoints(job)
    seen = [
        scores(
            run,
            shown.split,
            len(runs.networks),
            None if step == steps[-1] else plan["loss_points"],
        )
        for step in advance(
            run, points, batches(order, len(points.labels), plan["batch_size"]), steps
        )
    ]
    return Ended(
        optimizer=settings["name"],
        networks=runs.networks,
        learning_rate=runs.rates,
        relative_learning_rate=runs.relative,
        scores={name: torch.stack([at[name] for at in seen], dim=1) for name in seen[0]},
        batches=mini_batches(run, len(runs.networks)),
        kernel_drift=_drift(job, run, start.kernel, runs.networks, shown.batch),
    )


def checkpoints(job: Job) -> tuple[int, ...]:
    """Steps at which losses are taken, the first 0, the last the end."""
    return recorded_steps(job["trainability"]["steps"], job["trainability"]["checkpoints"])


def _drift(job: Job, run: Run, start: OutputKernel, networks: Tensor, batch: Batch) -> Tensor:
    """How far each run's kernel has moved from that of its network; NaN for the diverged."""
    everywhere = torch.full((len(networks),), torch.nan, dtype=torch.float64)
    if len(run.alive):
        origin = networks[run.alive]
        before = OutputKernel(start.matrix[origin], start.log_scale[origin], start.points)
        after = kernel_of(job, run.ensemble, batch, budget_mb(job, CHUNK_MB))
        everywhere[run.alive] = drift(before, after)
    return everywhere
