"""What will a study cost, by the cost model? Networks, core-hours and the largest block, by stage.

Theory, tables, figures and the report are not in it.
"""

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from typing import NamedTuple

from initatlas import costs
from initatlas.commands.where import add_study, load
from initatlas.plan import STAGES
from initatlas.study import Study

HEADINGS = ("stage", "blocks", "networks", "core time", "largest block", "its memory")


class Cost(NamedTuple):
    """Of a stage: blocks, networks, core seconds; seconds and MiB of its largest block."""

    stage: str
    blocks: int
    networks: int
    seconds: float
    longest: float
    memory_mb: int


def add_arguments(parser: ArgumentParser) -> None:
    """The study's configuration file."""
    add_study(parser)


def run(arguments: Namespace) -> None:
    """A row for each stage that the study has, and their sum."""
    found = list(stages(load(arguments.study)))
    whole = Cost("all", *(sum(c[k] for c in found) for k in (1, 2, 3)), *_largest(found))
    rows = [HEADINGS, *(_told(cost) for cost in (*found, whole))]
    widths = [max(len(row[k]) for row in rows) for k in range(len(HEADINGS))]
    for name, *cells in rows:
        right = "  ".join(cell.rjust(w) for cell, w in zip(cells, widths[1:], strict=True))
        sys.stdout.write(f"{name.ljust(widths[0])}  {right}\n")


def stages(study: Study) -> Iterator[Cost]:
    """What each stage of a study costs.

    A run of training is of a network; other stages measure each network once.
    """
    for stage in STAGES:
        jobs = [study.job(stage, block) for block in study.grid(stage).blocks()]
        if jobs:
            yield Cost(
                stage=stage,
                blocks=len(jobs),
                networks=sum(costs.networks(job) * len(job["widths"]) for job in jobs),
                seconds=sum(costs.seconds(job) for job in jobs),
                longest=max(costs.seconds(job) for job in jobs),
                memory_mb=max(costs.memory_mb(job) for job in jobs),
            )


def _largest(found: list[Cost]) -> tuple[float, int]:
    return max(cost.longest for cost in found), max(cost.memory_mb for cost in found)


def _told(cost: Cost) -> tuple[str, ...]:
    times = (_time(cost.seconds), _time(cost.longest))
    memory = f"{cost.memory_mb / 1024:.1f} GiB"
    return (cost.stage, f"{cost.blocks:,}", f"{cost.networks:,}", *times, memory)


def _time(seconds: float) -> str:
    """In the unit in which it is at least 2."""
    for unit, size in (("h", 3600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:,.0f} {unit}"
    return f"{seconds:.1f} s"
