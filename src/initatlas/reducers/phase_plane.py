"""Where do signals settle on the plane of (σ_w², σ_b²)? The last hidden layer, beside theory.

Means over networks of q and of the prescribed pairs' correlation; what theory says of infinite
depth (q*, c*), and of that very depth from the data's own lengths.
"""

import pyarrow as pa
import pyarrow.compute as pc

from initatlas.reducers.base import Reducer
from initatlas.reducers.over_seeds import summarize
from initatlas.tables.columns import CELL_KEYS
from initatlas.tables.reduced import PHASE_PLANE as TABLE

STATISTICS = ("q", "correlation")
MEASURED = TABLE.columns[: [field.name for field in TABLE.columns].index("q_star")]
SAID = {
    "q_star": "q_star",
    "c_star": "c_star",
    "chi_1": "chi_1",
    "xi_c": "xi_c",
    "q_theory": "q",
    "correlation_theory": "correlation",
}


def reduce(cell: pa.Table) -> pa.Table:
    """One row for each of the cell's variances: the layer below the readout."""
    last = cell.filter(pc.equal(cell["layer"], cell["depth"]))
    fields = [last.schema.field(name) for name in STATISTICS]
    schema = pa.schema(MEASURED)
    return summarize(last, CELL_KEYS, fields).select(schema.names).cast(schema)


def compare(measured: pa.Table, theory: pa.Table) -> pa.Table:
    """The measured rows with theory's columns behind them; NaN where theory has no say."""
    columns = theory.select([*CELL_KEYS, *SAID.values()]).rename_columns([*CELL_KEYS, *SAID])
    rows = measured.to_pandas().merge(
        columns.to_pandas(), on=list(CELL_KEYS), how="left", validate="m:1"
    )
    for name in SAID:
        values = pa.array(rows[name].to_numpy(), from_pandas=False)
        measured = measured.append_column(TABLE.schema().field(name), values)
    return measured


PHASE_PLANE = Reducer(
    name="phase_plane",
    stage="phase_plane",
    predictions=("plane_theory",),
    table=TABLE,
    reduce=reduce,
    compare=compare,
)
