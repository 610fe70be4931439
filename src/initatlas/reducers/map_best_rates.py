"""How well did a network train at its best learning rate, had training stopped there?"""

import pyarrow as pa

from initatlas.reducers.base import Reducer
from initatlas.reducers.best_rates import best
from initatlas.tables.trained import MAP_BEST_RATES as TABLE


def reduce(map_outcomes: pa.Table) -> pa.Table:
    """One row per network, optimizer and checkpoint: each checkpoint has its own best rate."""
    return best(map_outcomes, TABLE)


MAP_BEST_RATES = Reducer(name="map_best_rates", needs=("map_outcomes",), table=TABLE, reduce=reduce)
