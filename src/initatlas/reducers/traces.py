"""What becomes of signals, gradients and losses during training? Per step and layer, over seeds."""

import pyarrow as pa

from initatlas.reducers.base import Reducer
from initatlas.reducers.over_seeds import summarize, summary_fields
from initatlas.tables import TRAINING, statistics
from initatlas.tables.reduced import TRACES as TABLE

LOSSES = ("train_loss", "train_accuracy", "test_loss", "test_accuracy")


def reduce(cell: pa.Table) -> pa.Table:
    """One row per optimizer, learning rate, step and layer of each of the cell's variances."""
    losses = [field for field in TRAINING.columns if field.name in LOSSES]
    fields = [*losses, *statistics(cell, TRAINING)]
    keys = [field.name for field in TABLE.columns if field.name != "n_seeds"]
    schema = TABLE.schema([new for field in fields for new in summary_fields(field)])
    return summarize(cell, keys, fields).select(schema.names).cast(schema)


TRACES = Reducer(name="traces", stage="training", table=TABLE, reduce=reduce)
