"""How many networks of a cell train at each learning rate? The whole grid, over seeds."""

import numpy as np
import pyarrow as pa

from initatlas.reducers.base import Reducer
from initatlas.reducers.convergence import counted
from initatlas.tables.trained import RATE_CONVERGENCE as TABLE


def reduce(outcomes: pa.Table) -> pa.Table:
    """One row per cell, optimizer and rate: relative rates are the cell's, absolute ones follow."""
    relative = outcomes["relative_learning_rate"].to_numpy()
    own = np.where(np.isnan(relative), outcomes["learning_rate"].to_numpy(), np.nan)
    place = outcomes.column_names.index("learning_rate")
    field = outcomes.schema.field("learning_rate")
    return counted(outcomes.set_column(place, field, pa.array(own)), TABLE, {})


RATE_CONVERGENCE = Reducer(name="rate_convergence", needs=("outcomes",), table=TABLE, reduce=reduce)
