"""Reduce blocks to one of the study's tables."""

from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa

from initatlas import keys, tables, usage
from initatlas.grid import Grid
from initatlas.reducers import CSV_ROWS, REDUCERS, csv_text, reduce
from initatlas.tables import Table


def add_arguments(parser: ArgumentParser) -> None:
    """A key, the study's folder, and where the table goes."""
    parser.add_argument("--key", type=keys.parse, required=True, help="the job's key, JSON")
    parser.add_argument("--results", type=Path, required=True, help="the study's folder")
    parser.add_argument("--output", type=Path, required=True, help="Parquet file to write")


def run(arguments: Namespace) -> None:
    """The table; beside it the same as CSV, if it is small."""
    keys.check("reduce", arguments.key)
    kind, table = _reduced(arguments.key.job, arguments.results)
    tables.write_parquet(arguments.output, kind, table, arguments.key.provenance())
    text = arguments.output.with_suffix(".csv")
    if table.num_rows < CSV_ROWS:
        tables.write_text(text, csv_text(table))
    else:
        text.unlink(missing_ok=True)  # of a smaller study


def _reduced(job: Mapping, results: Path) -> tuple[Table, pa.Table]:
    if "logs" in job:
        reducer = REDUCERS[job["reducer"]]
        return reducer.table, reducer.reduce(usage.collect(results / "logs", _logs(job)))
    either = job.get("either", ())
    return reduce(job["reducer"], _grid(job), results, either, **job["settings"])


def _grid(job: Mapping) -> Grid | dict[str, Grid] | None:
    """Which blocks are read: of a stage, of several stages, or none."""
    if "stages" in job:
        return {stage: Grid.from_json(plain) for stage, plain in job["stages"].items()}
    return Grid.from_json(job["grid"]) if "grid" in job else None


def _logs(job: Mapping) -> list[str]:
    """The logs of all that the study has computed before this table: no others are in its way."""
    grids = {rule: Grid.from_json(plain) for rule, plain in job["logs_of_blocks"].items()}
    blocks = [block.path(rule) for rule, grid in grids.items() for block in grid.blocks()]
    return [*job["logs"], *(path.removesuffix(".arrow") for path in blocks)]
