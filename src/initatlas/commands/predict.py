"""Compute what theory says of one activation of the study."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from initatlas import keys, tables
from initatlas.stages.predictions import PREDICTIONS


def add_arguments(parser: ArgumentParser) -> None:
    """A key, the data set where the prediction starts from it, and where the table goes."""
    parser.add_argument("--key", type=keys.parse, required=True, help="the job's key, JSON")
    parser.add_argument("--dataset", type=Path, nargs="?", help="the prepared data set")
    parser.add_argument("--output", type=Path, required=True, help="Arrow file to write")


def run(arguments: Namespace) -> None:
    """One table, of one activation."""
    keys.check("predict", arguments.key)
    job = arguments.key.job
    prediction = PREDICTIONS[job["prediction"]]
    dataset = arguments.dataset and tables.read(arguments.dataset, tables.DATASET)
    table = prediction.compute(job, dataset)
    tables.write_arrow(arguments.output, prediction.table, table, arguments.key.provenance())
