"""How many networks of a cell train at their best rate, how fast, and how well? Over seeds."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from initatlas.reducers.base import Reducer
from initatlas.reducers.over_seeds import Groups, summarize, summary_fields
from initatlas.tables import Table
from initatlas.tables.trained import CONVERGENCE as TABLE
from initatlas.tables.trained import FINAL


def reduce(best_rates: pa.Table) -> pa.Table:
    """One row per cell and optimizer, each network at its own best learning rate."""
    groups = Groups.by(best_rates, TABLE.grain)
    rates = best_rates["learning_rate"].to_numpy()[groups.order]
    with np.errstate(invalid="ignore"):
        middle = [float(np.median(part)) for part in np.split(rates, groups.starts[1:])]
    return counted(best_rates, TABLE, {"learning_rate_median": middle})


def counted(runs: pa.Table, kind: Table, more: dict[str, Sequence[float]]) -> pa.Table:
    """How the runs of each group of the table's grain ended, and their scores over seeds."""
    groups = Groups.by(runs, kind.grain)
    summary = summarize(runs, kind.grain, FINAL)
    ended = runs["outcome"].to_numpy()[groups.order]
    for outcome in ("trained", "stalled", "diverged"):
        count = groups.total((ended == outcome).astype(np.int64))
        summary = summary.append_column(f"n_{outcome}", pa.array(count))
    steps = runs["steps_to_threshold"].to_numpy()[groups.order]
    # A diverged network may have passed the threshold before: it has not trained.
    steps = np.where((ended == "trained") & ~np.isnan(steps), steps, np.inf)
    more = more | {
        "steps_to_threshold_median": [median(part) for part in np.split(steps, groups.starts[1:])]
    }
    for name, values in more.items():
        summary = summary.append_column(name, pa.array(values, pa.float64()))
    schema = kind.schema([new for field in FINAL for new in summary_fields(field)])
    return summary.select(schema.names).cast(schema)


def median(steps: np.ndarray) -> float:
    """The median, where infinity is a value like others: half of the networks took longer."""
    ordered = np.sort(steps)
    low, high = ordered[(len(steps) - 1) // 2], ordered[len(steps) // 2]
    return float(high if np.isinf(high) else (low + high) / 2)


CONVERGENCE = Reducer(name="convergence", needs=("best_rates",), table=TABLE, reduce=reduce)
