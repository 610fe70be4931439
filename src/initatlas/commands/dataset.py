"""Prepare the data set: standardize, split, measure."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from initatlas import keys, tables
from initatlas.stages.prepare import prepare


def add_arguments(parser: ArgumentParser) -> None:
    """A key, the folder of downloaded files, and where the table goes."""
    parser.add_argument("--key", type=keys.parse, required=True, help="the job's key, JSON")
    parser.add_argument("--cache", type=Path, required=True, help="folder of downloaded files")
    parser.add_argument("--output", type=Path, required=True, help="Arrow file to write")


def run(arguments: Namespace) -> None:
    """One row per point; what was measured of it goes into the file's provenance."""
    keys.check("dataset", arguments.key)
    table, facts = prepare(arguments.key.job, arguments.cache)
    provenance = arguments.key.provenance() | {"measured": facts}
    tables.write_arrow(arguments.output, tables.DATASET, table, provenance)
