"""How stable are signals and gradients, as numbers? Growth per layer at initialization."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from initatlas.reducers.base import Reducer
from initatlas.reducers.over_seeds import summarize, summary_fields
from initatlas.tables import column
from initatlas.tables.columns import CELL_KEYS, NETWORK_KEYS
from initatlas.tables.reduced import RATES as TABLE

FIELDS = tuple(
    column(name, pa.float64(), unit, definition)
    for name, unit, definition in (
        ("forward_rate", "1/layer", "(ln q_L − ln q_1) / (L − 1): growth of the signal"),
        (
            "backward_rate",
            "1/layer",
            "(ln ‖∂C/∂z^1‖² − ln ‖∂C/∂z^L‖²) / (L − 1): growth of the gradient towards the input",
        ),
        ("correlation_input", "1", "correlation c⁰ of the pairs of prescribed correlation"),
        ("correlation_last", "1", "their correlation c^L in the last hidden layer"),
        ("correlation_change", "1", "c^L − c⁰"),
    )
)


def reduce(cell: pa.Table) -> pa.Table:
    """One row per variance of the cell: rates of each network, then over its seeds."""
    depth = cell["depth"][0].as_py()
    inputs, first, last = (_at(cell, layer) for layer in (0, 1, depth))
    delta = [_numbers(layer, "log_delta_norm2") for layer in (first, last)]
    c = [_numbers(layer, "correlation") for layer in (inputs, last)]
    with np.errstate(invalid="ignore", divide="ignore"):
        q = [np.log(_numbers(layer, "q")) for layer in (first, last)]
        columns = {
            "forward_rate": (q[1] - q[0]) / (depth - 1),
            "backward_rate": (delta[0] - delta[1]) / (depth - 1),
            "correlation_input": c[0],
            "correlation_last": c[1],
            "correlation_change": c[1] - c[0],
        }
    keys = {name: first[name] for name in NETWORK_KEYS}
    networks = pa.table(keys | {name: pa.array(values) for name, values in columns.items()})
    schema = TABLE.schema([new for field in FIELDS for new in summary_fields(field)])
    return summarize(networks, CELL_KEYS, FIELDS).select(schema.names).cast(schema)


def _at(cell: pa.Table, layer: int) -> pa.Table:
    """One layer of every network, networks in the same order whatever the layer."""
    rows = cell.filter(pc.equal(cell["layer"], layer))
    return rows.sort_by([(name, "ascending") for name in NETWORK_KEYS])


def _numbers(rows: pa.Table, name: str) -> np.ndarray:
    return rows[name].fill_null(np.nan).to_numpy()


RATES = Reducer(name="rates", stage="initialization", table=TABLE, reduce=reduce)
