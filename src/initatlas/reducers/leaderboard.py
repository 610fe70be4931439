"""Which number known at initialization predicts how training ends? Every one, against every end.

Over cells, per activation and all together. What calibrated the score is left out.
"""

from collections.abc import Iterator

import pandas as pd
import pyarrow as pa

from initatlas.reducers.base import Reducer
from initatlas.reducers.cell_summaries import at_best_rate, at_initialization, last_step
from initatlas.reducers.comparing import compared
from initatlas.reducers.score import SCORES
from initatlas.rng import generator
from initatlas.tables.columns import CELL_KEYS
from initatlas.tables.verdicts import LEADERBOARD as TABLE
from initatlas.tables.verdicts import PARTS

OUTCOMES = (
    "steps_to_threshold",
    "final_train_accuracy",
    "final_test_accuracy",
    "trained",
    "best_rate",
    "window_decades",
)
LANDSCAPE = ("q_star", "chi_1", "xi_q", "xi_c", "xi_grad", "log_ntk_condition_number_theory")
MEASURED_PARTS = ("forward_stability", "gradient_stability", "gradient_scatter")
THEORY = (*(f.name for f in PARTS if f.name not in MEASURED_PARTS), *LANDSCAPE)
BASELINES = ("distance_to_critical", "depth")
EXPERIMENTS = ("trainability", "trainability_map")
NOT_PREDICTORS = (*CELL_KEYS, "seed", "experiment")
GROUP = ("experiment", "optimizer", "activation")


def reduce(
    predictors: pa.Table,
    scores: pa.Table,
    best_rates: pa.Table | None,
    map_best_rates: pa.Table | None,
) -> pa.Table:
    """One row per group of cells, predictor and outcome."""
    frame = predictors.to_pandas()
    measured = [name for name in frame.columns if name not in NOT_PREDICTORS]
    cells = at_initialization(frame, measured).drop(columns=["n_seeds"])
    scored = scores.to_pandas()
    known = [name for name in scored.columns if name not in cells.columns]
    keys = [*CELL_KEYS, "experiment"]
    cells = cells.merge(scored[[*keys, *known]], on=keys)
    cells = cells[cells.held_out == 1].merge(_ends(best_rates, map_best_rates), on=keys)
    sources = dict.fromkeys([*measured, "gradient_scatter"], "measured")
    sources |= dict.fromkeys(THEORY, "theory") | dict.fromkeys(SCORES, "score")
    sources |= dict.fromkeys(BASELINES, "baseline")
    return ranked(cells, sources)


def ranked(cells: pd.DataFrame, sources: dict[str, str]) -> pa.Table:
    """The leaderboard of cells with their predictors and outcomes, by the predictors' sources."""
    parts = [TABLE.schema().empty_table().to_pandas()]
    for group, rows in _groups(cells):
        address = [str(rows.study.iloc[0]), *group]
        rng = generator(0, "leaderboard", *address)
        found = compared(rows, list(sources), OUTCOMES, rng)
        found["n_excluded"] = len(rows) - found.n_cells
        parts.append(found.assign(**dict(zip(GROUP, group, strict=True))))
    table = pd.concat([part for part in parts if len(part)] or parts, ignore_index=True)
    table = table.assign(source=table.predictor.map(sources))
    return pa.Table.from_pandas(table, schema=TABLE.schema(), preserve_index=False)


def _ends(best: pa.Table | None, mapped: pa.Table | None) -> pd.DataFrame:
    """How the cells of both experiments ended, those of the map at its last checkpoint."""
    found = []
    if best is not None:
        found.append(at_best_rate(best.to_pandas()).assign(experiment=EXPERIMENTS[0]))
    if mapped is not None:
        ends = at_best_rate(last_step(mapped.to_pandas()))
        found.append(ends.assign(experiment=EXPERIMENTS[1]))
    return pd.concat(found, ignore_index=True)


def _groups(cells: pd.DataFrame) -> Iterator[tuple[tuple[str, str, str], pd.DataFrame]]:
    """Cells in an order of their own, by experiment, optimizer and activation, and together.

    A cell of both experiments counts once among both.
    """
    keys = [*CELL_KEYS, "experiment", "optimizer"]
    cells = cells.sort_values(keys, ignore_index=True)
    both = cells.drop_duplicates([*CELL_KEYS, "optimizer"]).assign(experiment="both")
    shared = set.intersection(*(set(part.optimizer) for _, part in cells.groupby("experiment")))
    several = cells.experiment.nunique() > 1
    joined = [cells, both[both.optimizer.isin(shared)]] if several else [cells]
    for (experiment, optimizer), rows in pd.concat(joined).groupby(["experiment", "optimizer"]):
        yield (experiment, optimizer, "all"), rows
        for activation, own in rows.groupby("activation"):
            yield (experiment, optimizer, activation), own


LEADERBOARD = Reducer(
    name="leaderboard",
    needs=("predictors", "scores"),
    either=("best_rates", "map_best_rates"),
    table=TABLE,
    reduce=reduce,
)
