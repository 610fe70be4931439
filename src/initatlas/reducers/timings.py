"""What did the study cost? Time and memory of each stage's jobs."""

from collections.abc import Sequence

import pandas as pd
import pyarrow as pa

from initatlas.reducers.base import Reducer
from initatlas.tables.reduced import TIMINGS as TABLE


def reduce(jobs: Sequence[dict]) -> pa.Table:
    """One row per rule, of `usage.collect`'s jobs: the dearest first."""
    schema = TABLE.schema()
    if not jobs:
        return schema.empty_table()
    rows = (
        pd.DataFrame(list(jobs))
        .groupby("rule")
        .agg(
            jobs=("seconds", "size"),
            seconds=("seconds", "sum"),
            cpu_seconds=("cpu_seconds", "sum"),
            slowest_seconds=("seconds", "max"),
            peak_memory_mb=("peak_memory_mb", "max"),
        )
    )
    rows = rows.reset_index().sort_values(["cpu_seconds", "rule"], ascending=[False, True])
    return pa.Table.from_pandas(rows, schema=schema, preserve_index=False)


TIMINGS = Reducer(name="timings", table=TABLE, reduce=reduce)
