"""Did it train, had training stopped there? A row per network, learning rate and checkpoint."""

import pyarrow as pa

from initatlas.reducers.base import Reducer
from initatlas.reducers.endings import Runs, endings
from initatlas.tables.trained import MAP_OUTCOMES as TABLE


def reduce(cell: pa.Table, **rule: float) -> pa.Table:
    """How each run stood at every checkpoint after the start; those of one step together."""
    runs, schema = Runs(cell), TABLE.schema()
    parts = []
    for position, step in enumerate(runs.steps):
        if step:
            found = endings(runs, position, rule) | {"step": [step] * cell.num_rows}
            columns = {name: cell[name] for name in cell.column_names if name not in found}
            parts.append(pa.table(columns | found).select(schema.names).cast(schema))
    return pa.concat_tables(parts)


MAP_OUTCOMES = Reducer(
    name="map_outcomes", stage="trainability_map", settings="outcomes", table=TABLE, reduce=reduce
)
