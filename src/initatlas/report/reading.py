"""Which tables does the report read? Those that it prints or finds something in."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pyarrow.parquet

from initatlas import tables
from initatlas.tables.predicted import EDGE_OF_CHAOS, PHASES
from initatlas.tables.reduced import AGREEMENT, CROSSINGS, LAYERS, RATES, TIMINGS
from initatlas.tables.trained import CONVERGENCE, OUTCOMES
from initatlas.tables.verdicts import FRONTIER, LEADERBOARD, RECOMMENDATION

MEASURED = (RATES, CROSSINGS, LAYERS, OUTCOMES, CONVERGENCE, TIMINGS)
PREDICTED = (PHASES, EDGE_OF_CHAOS, AGREEMENT)
VERDICTS = (RECOMMENDATION, LEADERBOARD, FRONTIER)
READ = {kind.name: kind for kind in (*MEASURED, *PREDICTED, *VERDICTS)}


def read_tables(results: Path, names: Sequence[str]) -> dict[str, pd.DataFrame]:
    """The study's tables of these names, as far as the report has a use for them."""
    return {
        name: tables.read(results / "tables" / f"{name}.parquet", kind).to_pandas()
        for name, kind in READ.items()
        if name in set(names)
    }


def row_counts(results: Path, names: Sequence[str]) -> dict[str, int]:
    """Rows of each of the study's tables."""
    paths = {name: results / "tables" / f"{name}.parquet" for name in names}
    return {name: pyarrow.parquet.read_metadata(path).num_rows for name, path in paths.items()}
