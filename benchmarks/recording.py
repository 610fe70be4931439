"""(b) What does recording cost? The same training with a recorder and without, in turns, one core.

Steps and records cost the same whenever they come, so a few steps with all the records of a
whole training tell what the records add to it.
"""

import statistics
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from benchmarks import trainer
from benchmarks.result import Result, seconds, share
from initatlas.networks.propagate import Batch
from initatlas.rng import generator
from initatlas.stages.evaluation import data_of, evaluation_batch
from initatlas.stages.prepare import prepare
from initatlas.stages.traces import Recorder
from initatlas.training.loop import Data, Run, batches, recorded_steps, train

JOB = {"seed": 0, "dataset": {"name": "digits"}}
MEASUREMENT = {"pairs": 16, "pair_correlation": 0.5}
POINTS = 64
PLAN = {
    "loss_points": 256,
    "histogram": {"bins": 40, "activations": [-4.0, 4.0], "weights": [-4.0, 4.0]},
}
STEPS = 16  # that are timed
TURNS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A training whose records are weighed."""

    networks: int = 24
    width: int = 256
    phi: str = "relu"
    batch: int = 128
    steps: int = 500
    records: int = 12

    @property
    def name(self) -> str:
        return (
            f"{self.networks} networks, {self.width}, {self.phi}, {self.batch} points, "
            f"{self.records} records in {self.steps} steps"
        )


SETTINGS = (
    Setting(),
    Setting(phi="tanh"),
    Setting(batch=64),
    Setting(width=128),
    Setting(networks=8, width=128, batch=64, steps=300, records=10),  # the default study's
)


def measure() -> list[Result]:
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    table, _ = prepare(JOB, Path())
    data = data_of(table, torch.float32)
    batch = evaluation_batch(JOB | {"measurement": MEASUREMENT}, data, POINTS)
    rows = [weigh(setting, data, batch) for setting in SETTINGS]
    columns = ("training", "a step", "a record", "GFLOP/s without", "with", "recording costs")
    title = f"(b) Recording, {trainer.DEPTH} layers, one core"
    remark = (
        "A record: fifteen statistics and two histograms of every layer at "
        f"{POINTS} points and {MEASUREMENT['pairs']} pairs, losses at {PLAN['loss_points']} "
        f"training and test points (the last at all); mean over all records, medians of {TURNS}."
    )
    return [Result(title=title, columns=columns, rows=rows, remarks=(remark,))]


def weigh(setting: Setting, data: Data, batch: Batch) -> tuple[str, ...]:
    without, recorded = [], []
    for _ in range(TURNS):
        without.append(run(setting, data, batch, recording=False))
        recorded.append(run(setting, data, batch, recording=True))
    step = statistics.median(without) / STEPS
    added = statistics.median(a - b for a, b in zip(recorded, without, strict=True))
    alone = step * setting.steps
    work = trainer.operations(setting.width, setting.networks, setting.batch) * setting.steps / 1e9
    return (
        setting.name,
        seconds(step),
        seconds(added / setting.records),
        f"{work / alone:.1f}",
        f"{work / (alone + added):.1f}",
        share(added / alone),
    )


def run(setting: Setting, data: Data, batch: Batch, *, recording: bool) -> float:
    """Seconds of processor time of `STEPS` steps, with all the records or with none."""
    trained = trainer.start(setting.width, setting.phi, "SGD", setting.networks, setting.batch)
    order = batches(generator(0, "order"), len(data.train_labels), setting.batch)
    steps = (0, STEPS)
    record = _nothing
    if recording:
        count = len(recorded_steps(setting.steps, setting.records))
        steps = tuple(np.linspace(0, STEPS, count).round().astype(int).tolist())
        record = Recorder.start(PLAN, data, batch, setting.networks, steps).record
    began = time.process_time()
    train(trained, data, order, steps, record)
    return time.process_time() - began


def _nothing(run: Run, step: int, before: tuple) -> None:
    run.history.clear()
