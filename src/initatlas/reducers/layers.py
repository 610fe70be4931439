"""What do signals and gradients look like before training? Per cell and layer, over seeds.

Beside each statistic that theory predicts stands what it says: `x_theory`, expected of infinitely
wide networks that are shown the same data; to first order in 1/width `x_theory_beta`, the variance
over networks of ln x (of x itself where x is a logarithm or a correlation), `x_theory_shift`, what
is added to the expected x, or to ln E x, and `x_theory_order`, how small first order is: one
input's variance.
"""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from initatlas.reducers.base import Reducer
from initatlas.reducers.over_seeds import summarize, summary_fields
from initatlas.tables import INITIALIZATION, column, statistics
from initatlas.tables.columns import CELL_KEYS, NETWORK_KEYS
from initatlas.tables.reduced import LAYERS as TABLE

KEYS = [field.name for field in TABLE.columns if field.name != "n_seeds"]
GAIN = column(
    "log_delta_gain",
    pa.float64(),
    "nat",
    "ln of the mean over points of ‖∂C/∂z^l‖², minus its value at the readout",
)
# What theory says of a statistic stands in the column of this name; of ln of it, in …_beta.
PREDICTED = {
    "q": "q",
    "preactivation_variance": "q",
    "activation_mean": "activation_mean",
    "activation_variance": "activation_variance",
    "correlation": "correlation",
    "log_delta_gain": "log_delta_gain",
    "log_delta_norm2": "log_delta_gain",
}
SCATTERED = {
    "q": "q_beta",
    "preactivation_variance": "q_beta",
    "activation_variance": "activation_variance_beta",
    "correlation": "correlation_beta",
    "log_delta_gain": "log_delta_gain_beta",
    "log_delta_norm2": "log_delta_gain_beta",
}
ITSELF = ("correlation", "log_delta_gain", "log_delta_norm2")  # …_beta is not of its logarithm
SHIFTED = ("q", "activation_mean", "activation_variance", "correlation", "log_delta_gain")
ORDERS = {"log_delta_gain": "point_log_delta_gain_beta"}  # of all others that of lengths
LENGTH_ORDER = "point_q_beta"


def reduce(cell: pa.Table) -> pa.Table:
    """One row per layer of each of the cell's variances, in the table's order of columns."""
    cell = with_gain(cell)
    fields = statistics(cell, INITIALIZATION)
    schema = TABLE.schema([new for field in fields for new in summary_fields(field)])
    return summarize(cell, KEYS, fields).select(schema.names).cast(schema)


def with_gain(cell: pa.Table) -> pa.Table:
    """The cell with `log_delta_gain`: each network's own readout is what its layers start from."""
    if "log_delta_norm2" not in cell.column_names:
        return cell
    network = cell.select(list(NETWORK_KEYS)).to_pandas()
    number = network.groupby(list(NETWORK_KEYS), dropna=False, sort=False).ngroup().to_numpy()
    log = cell["log_delta_norm2"].fill_null(np.nan).to_numpy()
    last = pc.equal(cell["layer"], pc.add(cell["depth"], 1)).to_numpy()
    start = np.empty(number.max() + 1)
    start[number[last]] = log[last]
    with np.errstate(invalid="ignore"):
        gain = pa.array(log - start[number], mask=cell["log_delta_norm2"].is_null().to_numpy())
    return cell.append_column(GAIN, gain)


def compare(measured: pa.Table, profiles: pa.Table) -> pa.Table:
    """The measured rows with theory's columns behind them; NaN where theory has no say."""
    keys = [*CELL_KEYS, "layer"]
    of_width = {f"{name}_theory_shift": f"{name}_shift" for name in SHIFTED}
    of_width |= {f"{name}_theory_order": ORDERS.get(name, LENGTH_ORDER) for name in SHIFTED}
    wanted = sorted({*PREDICTED.values(), *SCATTERED.values(), *of_width.values()})
    found = (
        measured.select(keys)
        .to_pandas()
        .merge(profiles.select([*keys, *wanted]).to_pandas(), on=keys, how="left", validate="m:1")
    )
    found = found.assign(log_delta_norm2=_from_readout(measured, found))
    for name, source in PREDICTED.items():
        values = found.log_delta_norm2 if name == "log_delta_norm2" else found[source]
        text = f"{name}_mean as theory expects it of infinitely wide networks"
        measured = _append(measured, f"{name}_theory", values, text)
        if name in SCATTERED:
            what = name if name in ITSELF else f"the logarithm of {name}"
            text = f"variance over networks of {what}, to first order in 1/width"
            measured = _append(measured, f"{name}_theory_beta", found[SCATTERED[name]], text)
    for name, source in of_width.items():
        text = profiles.schema.field(source).metadata[b"definition"].decode()
        measured = _append(measured, name, found[source], text)
    return measured


def _from_readout(measured: pa.Table, found: pd.DataFrame) -> pd.Series:
    """Ln E‖∂C/∂z^l‖², theory's ratio starting from the readout's measured value."""
    if "log_delta_norm2_mean" not in measured.column_names:
        return found.log_delta_gain
    rows = measured.select([*CELL_KEYS, "layer", "log_delta_norm2_mean"]).to_pandas()
    readout = rows[rows.layer == rows.depth + 1].drop(columns="layer")
    start = rows[list(CELL_KEYS)].merge(readout, on=list(CELL_KEYS), how="left", validate="m:1")
    return found.log_delta_gain + start.log_delta_norm2_mean


def _append(table: pa.Table, name: str, values: pd.Series, definition: str) -> pa.Table:
    field = column(name, pa.float64(), "1", definition)
    return table.append_column(field, pa.array(values.to_numpy(), from_pandas=False))


LAYERS = Reducer(
    name="layers",
    stage="initialization",
    predictions=("profiles",),
    table=TABLE,
    reduce=reduce,
    compare=compare,
)
