"""How well does a network train at its best learning rate, and how many rates do?

The best is the one with the highest accuracy on validation points, of equals that with the lower
loss there, then the smaller one; a rate at which the network diverged only where it always does.
The test set has no say in it.
"""

import numpy as np
import pandas as pd
import pyarrow as pa

from initatlas.reducers.base import Reducer
from initatlas.tables import Table
from initatlas.tables.trained import BEST_RATES as TABLE
from initatlas.tables.trained import WINDOW

RANKS = ["network", "diverged", "accuracy", "loss", "learning_rate"]


def reduce(outcomes: pa.Table) -> pa.Table:
    """One row per network and optimizer."""
    return best(outcomes, TABLE)


def best(outcomes: pa.Table, kind: Table) -> pa.Table:
    """The best run of each group of the table's grain, and the window of rates that work."""
    frame = outcomes.to_pandas()
    if frame.empty:
        return kind.schema().empty_table()
    keys = frame.groupby(list(kind.grain), dropna=False, sort=False)
    ranked = frame.assign(
        network=keys.ngroup(),
        diverged=frame.outcome == "diverged",
        accuracy=-frame.final_validation_accuracy.fillna(-1.0),
        loss=frame.final_validation_loss.fillna(np.inf),
    ).sort_values(RANKS, kind="stable")
    chosen = ranked.drop_duplicates("network").set_index("network")
    found = chosen.join(_window(ranked, chosen.learning_rate))
    # Column by column: a frame's NaN would become null, which says something else.
    columns = [pa.array(found[field.name].to_numpy(), field.type) for field in kind.columns]
    return pa.table(columns, schema=kind.schema())


def _window(ranked: pd.DataFrame, chosen: pd.Series) -> pd.DataFrame:
    """What the rates of each network say together."""
    trained = ranked.outcome == "trained"
    workable = ranked.learning_rate.where(trained).groupby(ranked.network)
    tried = ranked.learning_rate.groupby(ranked.network)
    low, high = tried.min(), tried.max()
    columns = {
        "window_decades": np.log10(workable.max() / workable.min()),
        "rates_workable": trained.groupby(ranked.network).sum(),
        "rates_tried": tried.size(),
        # Rates that are no numbers have no order: no edge either.
        "rate_at_edge": ((chosen == low) | (chosen == high)).astype(np.int64),
    }
    return pd.DataFrame({field.name: columns[field.name] for field in WINDOW})


BEST_RATES = Reducer(name="best_rates", needs=("outcomes",), table=TABLE, reduce=reduce)
