"""What is kept of a training run? Layer statistics, losses and histograms at recorded steps."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import torch
from torch import Tensor

from initatlas.initializers import Initializer
from initatlas.networks import Network
from initatlas.networks.base import table_rows
from initatlas.networks.ensemble import Shapes
from initatlas.networks.propagate import Batch, Signals, signals
from initatlas.probes import PROBES, observe
from initatlas.probes.base import log_norm2
from initatlas.stages.cells import Job
from initatlas.stages.columns import (
    cell_columns,
    column,
    layer_columns,
    statistic_fields,
    table,
)
from initatlas.tables import TRAINING, Statistic
from initatlas.training.histograms import Bins, activation_histogram, weight_histogram
from initatlas.training.loop import Data, MiniBatch, Run, evaluate
from initatlas.training.losses import cross_entropy_gradient

UPDATE_RATIO = Statistic(
    name="update_ratio", unit="1", definition="‖ΔW‖_F / ‖W‖_F of the last step, W after it"
)
SCHEMA = TRAINING.schema([*statistic_fields(), UPDATE_RATIO.field()])
STATISTICS = (*PROBES, UPDATE_RATIO.name)
LOSSES = ("train_loss", "train_accuracy", "test_loss", "test_accuracy")
HISTOGRAMS = ("activation_histogram", "weight_histogram")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorder:
    """Collects what `train` reports: arrays over (net, step, …), masked where nothing was seen.

    A network that has diverged has NaN statistics and losses from then on, and no histograms.
    """

    plan: Mapping[str, object]
    data: Data
    batch: Batch
    steps: tuple[int, ...]
    statistics: dict[str, list[np.ma.MaskedArray]]
    losses: dict[str, list[np.ndarray]]
    histograms: dict[str, list[np.ma.MaskedArray]]
    networks: int
    mini_batches: list[list[MiniBatch]] = field(default_factory=list)

    @classmethod
    def start(
        cls, plan: Mapping, data: Data, batch: Batch, networks: int, steps: tuple[int, ...]
    ) -> "Recorder":
        """An empty record of this many networks."""
        return cls(
            plan=plan,
            data=data,
            batch=batch,
            steps=steps,
            networks=networks,
            statistics={name: [] for name in STATISTICS},
            losses={name: [] for name in LOSSES},
            histograms={name: [] for name in HISTOGRAMS},
        )

    def record(self, run: Run, step: int, before: tuple[Tensor, ...]) -> None:
        """Measure the networks that are alive; the last record sees all the data."""
        self.mini_batches.append(list(run.history))
        run.history.clear()
        observed = self._observe(run, before)
        for name in STATISTICS:
            self.statistics[name].append(self._everywhere(observed[name], run.alive))
        for name in HISTOGRAMS:
            self.histograms[name].append(self._counts(observed[name], run.alive))
        limit = None if step == self.steps[-1] else self.plan["loss_points"]
        train = evaluate(run, self.data.train_inputs[:limit], self.data.train_labels[:limit])
        test = evaluate(run, self.data.test_inputs[:limit], self.data.test_labels[:limit])
        for name, values in zip(LOSSES, (*train, *test), strict=True):
            everywhere = np.full(self.networks, np.nan)
            everywhere[run.alive.numpy(force=True)] = values.numpy(force=True)
            self.losses[name].append(everywhere)

    def _observe(self, run: Run, before: tuple[Tensor, ...]) -> dict[str, list[Tensor | None]]:
        ranges = self.plan["histogram"]
        activations = Bins.between(ranges["activations"], ranges["bins"])
        weights = Bins.between(ranges["weights"], ranges["bins"])

        def update_ratio(layer: Signals) -> Tensor | None:
            if layer.weight is None or not before:
                return None
            moved = log_norm2(layer.weight - before[layer.position])
            return ((moved - log_norm2(layer.weight)) / 2).exp()

        measures = {probe.name: probe.measure for probe in PROBES.values()} | {
            UPDATE_RATIO.name: update_ratio,
            "activation_histogram": lambda layer: activation_histogram(layer, activations),
            "weight_histogram": lambda layer: weight_histogram(layer, weights),
        }
        layers = signals(
            run.architecture, run.ensemble, run.activation, self.batch, cross_entropy_gradient
        )
        return observe(layers, measures)

    def _everywhere(self, values: list[Tensor | None], alive: Tensor) -> np.ma.MaskedArray:
        """(net, layer) with NaN for networks that have diverged."""
        everywhere = np.ma.masked_all((self.networks, len(values)))
        for layer, value in enumerate(values):
            if value is not None:
                everywhere[:, layer] = np.nan
                everywhere[alive.numpy(force=True), layer] = value.numpy(force=True)
        return everywhere

    def _counts(self, values: list[Tensor | None], alive: Tensor) -> np.ma.MaskedArray:
        """(net, layer, bin), masked where there is nothing to count."""
        size = self.plan["histogram"]["bins"] + 3
        everywhere = np.ma.masked_all((self.networks, len(values), size), dtype=np.int32)
        for layer, value in enumerate(values):
            if value is not None:
                everywhere[alive.numpy(force=True), layer] = value.numpy(force=True)
        return everywhere


def trace_table(
    job: Job,
    runs: list[tuple[Network, float]],
    optimizer: str,
    initializer: Initializer,
    shapes: Shapes,
    recorder: Recorder,
) -> pa.Table:
    """The record as rows: network, step, layer, in that order."""
    networks = [network for network, _ in runs]
    steps, layers = len(recorder.steps), len(table_rows(shapes)) + 1
    columns = cell_columns(job, networks, initializer, steps * layers)
    columns |= layer_columns(networks, initializer, shapes, steps)
    rates = np.repeat([rate for _, rate in runs], steps * layers)
    columns |= {
        "optimizer": pa.array([optimizer] * len(rates)),
        "learning_rate": pa.array(rates),
        "step": pa.array(np.tile(np.repeat(recorder.steps, layers), len(runs)), pa.int64()),
        "batch_loss": _mini_batch_lists(recorder, "loss", layers),
        "batch_accuracy": _mini_batch_lists(recorder, "accuracy", layers),
    }
    for name, records in recorder.statistics.items():
        columns[name] = column(np.ma.stack(records, axis=1))
    for name, records in recorder.losses.items():
        readout = np.ma.masked_all((len(runs), steps, layers))
        readout[:, :, -1] = np.stack(records, axis=1)
        columns[name] = column(readout)
    for name, records in recorder.histograms.items():
        columns[name] = _lists(np.ma.stack(records, axis=1))
    return table(SCHEMA, columns)


def _lists(counts: np.ma.MaskedArray) -> pa.Array:
    """The last axis as a list per row, null where masked."""
    rows = counts.reshape(-1, counts.shape[-1])
    absent = np.ma.getmaskarray(rows)[:, 0]
    sizes = np.where(absent, 0, rows.shape[1])
    offsets = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32)
    values = np.ma.getdata(rows)[~absent].ravel()
    return pa.ListArray.from_arrays(
        pa.array(offsets), pa.array(values, pa.int32()), mask=pa.array(absent)
    )


def _mini_batch_lists(recorder: Recorder, name: str, layers: int) -> pa.Array:
    """On readout rows, the values of each step since the last record; null on other rows."""
    by_step = []
    for seen in recorder.mini_batches:
        values = torch.full((recorder.networks, len(seen)), torch.nan)
        ran = torch.zeros(recorder.networks, dtype=torch.long)
        for position, batch in enumerate(seen):
            values[batch.alive, position] = getattr(batch, name).float()
            ran[batch.alive] += 1
        by_step.append(
            [row[:count].numpy(force=True) for row, count in zip(values, ran, strict=True)]
        )
    nothing = [None] * (layers - 1)
    rows = [
        entry
        for network in range(recorder.networks)
        for step in by_step
        for entry in (*nothing, step[network])
    ]
    return pa.array(rows, pa.list_(pa.float32()))
