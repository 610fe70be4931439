"""What do signals and gradients look like before training? Per cell and layer, over seeds."""

import pyarrow as pa

from initatlas.reducers.base import Reducer
from initatlas.reducers.over_seeds import summarize, summary_fields
from initatlas.tables import INITIALIZATION, statistics
from initatlas.tables.reduced import LAYERS as TABLE


def reduce(cell: pa.Table) -> pa.Table:
    """One row per layer of each of the cell's variances, in the table's order of columns."""
    fields = statistics(cell, INITIALIZATION)
    keys = [field.name for field in TABLE.columns if field.name != "n_seeds"]
    schema = TABLE.schema([new for field in fields for new in summary_fields(field)])
    return summarize(cell, keys, fields).select(schema.names).cast(schema)


LAYERS = Reducer(name="layers", stage="initialization", table=TABLE, reduce=reduce)
