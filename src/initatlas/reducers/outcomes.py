"""Did it train? One row per network and learning rate: how training ended, and how fast."""

import pyarrow as pa

from initatlas.reducers.base import Reducer
from initatlas.reducers.endings import Runs, endings
from initatlas.tables.trained import OUTCOMES as TABLE


def reduce(cell: pa.Table, **rule: float) -> pa.Table:
    """How each run of the cell ended; `rule` says what counts as what (see `endings`)."""
    found = endings(Runs(cell), -1, rule)
    columns = {name: cell[name] for name in cell.column_names if name not in found}
    schema = TABLE.schema()
    return pa.table(columns | found).select(schema.names).cast(schema)


OUTCOMES = Reducer(
    name="outcomes", stage="trainability", settings="outcomes", table=TABLE, reduce=reduce
)
