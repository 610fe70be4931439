"""How are activations and weights distributed while networks learn? Densities over seeds."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from initatlas.reducers.base import Reducer
from initatlas.reducers.over_seeds import Groups
from initatlas.tables import provenance
from initatlas.tables.columns import CELL_KEYS, RUN
from initatlas.tables.reduced import HISTOGRAMS as TABLE

KEYS = (*CELL_KEYS, *(field.name for field in RUN), "step", "layer")
QUANTITIES = {"activation": "activations", "weight": "weights"}  # column → range in the settings


def reduce(cell: pa.Table) -> pa.Table:
    """One row per optimizer, learning rate, step, layer and quantity of the cell's variances."""
    ranges = provenance(cell)["job"]["training"]["histogram"]
    parts = [_densities(cell, name, ranges[where]) for name, where in QUANTITIES.items()]
    return pa.concat_tables(parts)


def _densities(cell: pa.Table, quantity: str, ends: list[float]) -> pa.Table:
    rows = cell.filter(pc.is_valid(cell[f"{quantity}_histogram"]))
    schema = TABLE.schema()
    if not rows.num_rows:  # every network had diverged, or none has such a layer
        return schema.empty_table()
    groups = Groups.by(rows, KEYS)
    counts = np.stack(rows[f"{quantity}_histogram"].combine_chunks().to_numpy(False))
    columns = {name: rows[name].take(pa.array(groups.firsts)) for name in KEYS}
    columns |= {
        "quantity": pa.array([quantity] * len(groups.sizes)),
        "low": pa.array(np.full(len(groups.sizes), ends[0])),
        "high": pa.array(np.full(len(groups.sizes), ends[1])),
    }
    columns |= shares(counts[groups.order].astype(np.float64), groups, ends)
    return pa.table(columns).select(schema.names).cast(schema)


def shares(counts: np.ndarray, groups: Groups, ends: list[float]) -> dict[str, pa.Array]:
    """Mean density in each bin and shares outside, over the networks with any finite value.

    `counts` are (row, 1 + bins + 2): below, in each bin, above, not finite.
    """
    finite = counts[:, :-1].sum(axis=1, keepdims=True)
    usable = (finite > 0).astype(np.float64)
    parts = groups.total(counts[:, :-1] / np.where(finite > 0, finite, 1))
    seeds = groups.total(usable)
    with np.errstate(invalid="ignore"):
        mean = parts / seeds
    bins = mean.shape[1] - 2
    density = mean[:, 1:-1] * (bins / (ends[1] - ends[0]))
    return {
        "density": pa.array(list(density), pa.list_(pa.float64())),
        "below": pa.array(mean[:, 0]),
        "above": pa.array(mean[:, -1]),
        "n_seeds": pa.array(groups.sizes),
        "n_not_finite": pa.array(groups.total(counts[:, -1]).astype(np.int64)),
    }


HISTOGRAMS = Reducer(name="histograms", stage="training", table=TABLE, reduce=reduce)
