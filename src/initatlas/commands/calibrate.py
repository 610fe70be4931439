"""Fit the score's constants to a study of its own, and write the module that freezes them.

The study is workflow/studies/calibration.yaml; the module is src/initatlas/reducers/calibration.py.
"""

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

import pyarrow as pa

from initatlas import tables
from initatlas.reducers.calibrating import CalibrationError, calibrate
from initatlas.reducers.calibration_text import module_text
from initatlas.reducers.cell_summaries import calibration_cells
from initatlas.tables.trained import BEST_RATES
from initatlas.tables.verdicts import SCORES

READ = (SCORES, BEST_RATES)


def add_arguments(parser: ArgumentParser) -> None:
    """The calibration study's folder, and where the module goes."""
    parser.add_argument("--results", type=Path, required=True, help="results/calibration")
    parser.add_argument("--output", type=Path, help="Python module to write; default: printed")


def run(arguments: Namespace) -> int:
    """Status 1 if the study does not tell what the constants are."""
    folder = arguments.results / "tables"
    read = [tables.read(folder / f"{kind.name}.parquet", kind) for kind in READ]
    cells = calibration_cells(*(table.to_pandas() for table in read))
    digest = tables.content_digest(pa.Table.from_pandas(cells, preserve_index=False))
    try:
        calibration = calibrate(cells, digest)
    except CalibrationError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    text = module_text(calibration)
    if arguments.output is None:
        sys.stdout.write(text)
    else:
        tables.write_text(arguments.output, text)
    return 0
