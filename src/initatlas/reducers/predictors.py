"""What could be told of each network before it was trained?"""

import pyarrow as pa

from initatlas.reducers.base import Reducer
from initatlas.reducers.over_seeds import Groups
from initatlas.tables import TRAINABILITY, statistics
from initatlas.tables.columns import NETWORK_KEYS
from initatlas.tables.trained import PREDICTORS as TABLE


def reduce(cell: pa.Table, stage: str) -> pa.Table:
    """One row per network: its runs all repeat what was measured before them."""
    schema = TABLE.schema(statistics(cell, TRAINABILITY))
    networks = cell.take(pa.array(Groups.by(cell, NETWORK_KEYS).firsts))
    experiment = pa.array([stage] * networks.num_rows)
    return networks.append_column("experiment", experiment).select(schema.names).cast(schema)


PREDICTORS = Reducer(
    name="predictors", stages=("trainability", "trainability_map"), table=TABLE, reduce=reduce
)
