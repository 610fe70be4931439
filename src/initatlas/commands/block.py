"""What the commands for blocks of networks share: a job and a data set in, one table out."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa

from initatlas import devices, keys, tables


def add_arguments(parser: ArgumentParser) -> None:
    """A key, the data set, and where the table goes."""
    parser.add_argument("--key", type=keys.parse, required=True, help="the job's key, JSON")
    parser.add_argument("--dataset", type=Path, required=True, help="the prepared data set")
    parser.add_argument("--output", type=Path, required=True, help="Arrow file to write")


def run(
    command: str,
    arguments: Namespace,
    stage: Callable[[dict, pa.Table], pa.Table],
    kind: tables.Table,
) -> None:
    """Compute the block and write its table."""
    keys.check(command, arguments.key)
    dataset = tables.read(arguments.dataset, tables.DATASET)
    with devices.on(arguments.key.job["device"]):
        table = stage(arguments.key.job, dataset)
    tables.write_arrow(arguments.output, kind, table, arguments.key.provenance())
