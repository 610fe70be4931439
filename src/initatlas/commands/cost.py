"""What will a study cost, by the cost model? Networks, core-hours and the largest block, by stage.

Beside it what the blocks that are there have cost, so that a first few of them check the model on
the machine at hand. Theory, tables, figures and the report are not in it.
"""

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from initatlas import costs, usage
from initatlas.commands.where import add_study, load
from initatlas.plan import STAGES
from initatlas.study import Study

HEADINGS = ("stage", "blocks", "networks", "core time", "largest block", "its memory")
RECORDED = ("computed", "took", "of expected", "peak memory")
NOTE = "A job that was not forked took a second or two to import torch, which is not expected here."


class Record(NamedTuple):
    """What blocks took: how many, their seconds, those expected of them, MiB of the largest."""

    blocks: int
    seconds: float
    expected: float
    peak_mb: float


class Cost(NamedTuple):
    """Of a stage: blocks, networks, core seconds; seconds and MiB of its largest block."""

    stage: str
    blocks: int
    networks: int
    seconds: float
    longest: float
    memory_mb: int
    record: Record


def add_arguments(parser: ArgumentParser) -> None:
    """The study's configuration file."""
    add_study(parser)


def run(arguments: Namespace) -> None:
    """A row for each stage that the study has, and their sum."""
    found = list(stages(load(arguments.study)))
    found.append(_sum(found))
    rows = [HEADINGS, *(_told(cost) for cost in found)]
    if found[-1].record.blocks:
        more = [RECORDED, *(_told_of(cost.record) for cost in found)]
        rows = [(*row, *cells) for row, cells in zip(rows, more, strict=True)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for name, *cells in rows:
        right = "  ".join(cell.rjust(w) for cell, w in zip(cells, widths[1:], strict=True))
        sys.stdout.write(f"{name.ljust(widths[0])}  {right}\n")
    if found[-1].record.blocks:
        sys.stdout.write(f"{NOTE}\n")


def stages(study: Study) -> Iterator[Cost]:
    """What each stage of a study costs.

    A run of training is of a network; other stages measure each network once.
    """
    for stage, (rule, _) in STAGES.items():
        logs = Path("results", study.name, "logs")
        jobs, taken = [], []
        for block in study.grid(stage).blocks():
            jobs.append(study.job(stage, block))
            taken.append(usage.of((logs / block.path(rule)).with_suffix(".log")))
        if jobs:
            yield Cost(
                stage=stage,
                blocks=len(jobs),
                networks=sum(costs.networks(job) * len(job["widths"]) for job in jobs),
                seconds=sum(costs.seconds(job) for job in jobs),
                longest=max(costs.seconds(job) for job in jobs),
                memory_mb=max(costs.memory_mb(job) for job in jobs),
                record=_record(study.device, jobs, taken),
            )


def _record(device: str, jobs: list[dict], taken: list[dict | None]) -> Record:
    """Of the jobs that have a record. A GPU is held for as long as a job takes, a core for less."""
    seconds = "cpu_seconds" if device == "cpu" else "seconds"
    known = [(job, took) for job, took in zip(jobs, taken, strict=True) if took]
    return Record(
        blocks=len(known),
        seconds=sum(took[seconds] for _, took in known),
        expected=sum(costs.seconds(job) for job, _ in known),
        peak_mb=max((took["peak_memory_mb"] for _, took in known), default=0),
    )


def _sum(found: list[Cost]) -> Cost:
    records = [cost.record for cost in found]
    return Cost(
        "all",
        *(sum(cost[k] for cost in found) for k in (1, 2, 3)),
        *(max(cost[k] for cost in found) for k in (4, 5)),
        Record(*(sum(r[k] for r in records) for k in range(3)), max(r.peak_mb for r in records)),
    )


def _told(cost: Cost) -> tuple[str, ...]:
    times = (_time(cost.seconds), _time(cost.longest))
    return (cost.stage, f"{cost.blocks:,}", f"{cost.networks:,}", *times, _memory(cost.memory_mb))


def _told_of(record: Record) -> tuple[str, ...]:
    if not record.blocks:
        return ("0", "", "", "")
    share = f"{record.seconds / record.expected:.0%}"
    return (f"{record.blocks:,}", _time(record.seconds), share, _memory(record.peak_mb))


def _memory(mb: float) -> str:
    return f"{mb / 1024:.1f} GiB"


def _time(seconds: float) -> str:
    """In the unit in which it is at least 2."""
    for unit, size in (("h", 3600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:,.0f} {unit}"
    return f"{seconds:.1f} s"
