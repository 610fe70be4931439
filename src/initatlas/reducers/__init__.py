"""Reducers: from block files to the study's tables. One file each; to add one, list it here.

What the command line calls:

    reduce(name, grid, results, **settings) -> (Table, pa.Table)

`grid` lists the blocks to read (`study.grid(REDUCERS[name].stage)`), `results` is the study's
folder. A reducer that `needs` reduced tables reads these from results/tables, and takes grid=None
and `either`, which of the tables that it may read the study has;
one that takes `predictions` alone reads results/theory of the grid's activations; one of several
`stages` takes their grids by name. A reducer with `settings` takes that section of the study: for
outcomes, `threshold`, `window` and `blow_up`. Blocks are read one cell at a time, so memory is
bounded by a cell and by the table that comes out. `timings` reads no table:
`TIMINGS.reduce(usage.collect(logs))`.

Write the result with `tables.write_parquet`; if it has fewer than CSV_ROWS rows, also
`tables.write_text(…, csv_text(table))` beside it.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pyarrow as pa

from initatlas.reducers.agreement import AGREEMENT
from initatlas.reducers.base import CSV_ROWS, Reducer, csv_text
from initatlas.reducers.best_rates import BEST_RATES
from initatlas.reducers.contrast import CONTRAST
from initatlas.reducers.contrast_rates import CONTRAST_RATES
from initatlas.reducers.convergence import CONVERGENCE
from initatlas.reducers.correlation_map import CORRELATION_MAP
from initatlas.reducers.crossings import CROSSINGS
from initatlas.reducers.depth_scales import DEPTH_SCALES
from initatlas.reducers.edge_of_chaos import EDGE_OF_CHAOS
from initatlas.reducers.frontier import FRONTIER
from initatlas.reducers.histograms import HISTOGRAMS
from initatlas.reducers.jacobian_density import JACOBIAN_DENSITY
from initatlas.reducers.kernel_condition import KERNEL_CONDITION
from initatlas.reducers.layers import LAYERS
from initatlas.reducers.leaderboard import LEADERBOARD
from initatlas.reducers.map_best_rates import MAP_BEST_RATES
from initatlas.reducers.map_outcomes import MAP_OUTCOMES
from initatlas.reducers.map_theory import MAP_THEORY
from initatlas.reducers.outcomes import OUTCOMES
from initatlas.reducers.phase_diagram import PHASE_DIAGRAM
from initatlas.reducers.phase_plane import PHASE_PLANE
from initatlas.reducers.phases import PHASES
from initatlas.reducers.plane_curves import PLANE_CURVES
from initatlas.reducers.predictors import PREDICTORS
from initatlas.reducers.rate_convergence import RATE_CONVERGENCE
from initatlas.reducers.rates import RATES
from initatlas.reducers.reading import (
    Grid,
    predicted,
    reduce_blocks,
    reduce_stages,
    reduce_tables,
)
from initatlas.reducers.recommendation import RECOMMENDATION
from initatlas.reducers.scores import SCORES
from initatlas.reducers.spectra import SPECTRA
from initatlas.reducers.timings import TIMINGS
from initatlas.reducers.traces import TRACES
from initatlas.reducers.trainability_theory import TRAINABILITY_THEORY
from initatlas.tables import Table

REDUCERS: dict[str, Reducer] = {
    r.name: r
    for r in (
        LAYERS,
        RATES,
        CROSSINGS,
        PHASES,
        PHASE_DIAGRAM,
        PHASE_PLANE,
        PLANE_CURVES,
        EDGE_OF_CHAOS,
        CORRELATION_MAP,
        DEPTH_SCALES,
        CONTRAST,
        CONTRAST_RATES,
        AGREEMENT,
        SPECTRA,
        JACOBIAN_DENSITY,
        KERNEL_CONDITION,
        TRACES,
        HISTOGRAMS,
        OUTCOMES,
        BEST_RATES,
        CONVERGENCE,
        RATE_CONVERGENCE,
        MAP_OUTCOMES,
        MAP_BEST_RATES,
        PREDICTORS,
        TRAINABILITY_THEORY,
        MAP_THEORY,
        SCORES,
        LEADERBOARD,
        FRONTIER,
        RECOMMENDATION,
        TIMINGS,
    )
}


def reduce(
    name: str,
    grid: Grid | Mapping[str, Grid] | None,
    results: Path,
    either: Sequence[str] = (),
    **settings: object,
) -> tuple[Table, pa.Table]:
    """The table called `name`, and its kind, from a study's files."""
    reducer = REDUCERS[name]
    if reducer.stages:
        return reducer.table, reduce_stages(reducer, grid, results)
    if reducer.stage:
        return reducer.table, reduce_blocks(reducer, grid, results, **settings)
    if reducer.predictions:
        return reducer.table, reducer.reduce(*predicted(reducer, grid, results))
    kinds = {needed: REDUCERS[needed].table for needed in (*reducer.needs, *either)}
    return reducer.table, reduce_tables(reducer, kinds, results)


__all__ = ["CSV_ROWS", "REDUCERS", "Reducer", "csv_text", "reduce"]
