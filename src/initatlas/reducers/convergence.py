"""How many networks of a cell train, how fast, and how well? Outcomes over seeds."""

import numpy as np
import pyarrow as pa

from initatlas.reducers.base import Reducer
from initatlas.reducers.over_seeds import Groups, summarize, summary_fields
from initatlas.tables.columns import CELL_KEYS, RUN
from initatlas.tables.reduced import CONVERGENCE as TABLE
from initatlas.tables.reduced import OUTCOMES

KEYS = (*CELL_KEYS, *(field.name for field in RUN))
FINAL = ("final_train_accuracy", "final_test_accuracy", "final_train_loss", "generalization_gap")
FIELDS = tuple(field for field in OUTCOMES.columns if field.name in FINAL)


def reduce(outcomes: pa.Table) -> pa.Table:
    """One row per cell, optimizer and learning rate."""
    groups = Groups.by(outcomes, KEYS)
    summary = summarize(outcomes, KEYS, FIELDS)
    ended = outcomes["outcome"].to_numpy()[groups.order]
    for outcome in ("trained", "stalled", "diverged"):
        count = groups.total((ended == outcome).astype(np.int64))
        summary = summary.append_column(f"n_{outcome}", pa.array(count))
    steps = outcomes["steps_to_threshold"].to_numpy()[groups.order]
    # A diverged network may have passed the threshold before: it has not trained.
    steps = np.where((ended == "trained") & ~np.isnan(steps), steps, np.inf)
    medians = [median(part) for part in np.split(steps, groups.starts[1:])]
    summary = summary.append_column("steps_to_threshold_median", pa.array(medians))
    schema = TABLE.schema([new for field in FIELDS for new in summary_fields(field)])
    return summary.select(schema.names).cast(schema)


def median(steps: np.ndarray) -> float:
    """The median, where infinity is a value like others: half of the networks took longer."""
    ordered = np.sort(steps)
    low, high = ordered[(len(steps) - 1) // 2], ordered[len(steps) // 2]
    return float(high if np.isinf(high) else (low + high) / 2)


CONVERGENCE = Reducer(name="convergence", needs=("outcomes",), table=TABLE, reduce=reduce)
