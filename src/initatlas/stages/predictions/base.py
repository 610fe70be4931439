"""What is a prediction? A table that theory fills for one activation of a study."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from initatlas.tables import Table

Job = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """`compute(job, dataset)` gives a table of kind `table`, of the job's activation.

    needs: what the job must know besides the activation; `dataset` is None without "dataset".
    stage: whose axes (initializers, depths, widths …) these are.
    """

    name: str
    table: Table
    compute: Callable[[Job, pa.Table | None], pa.Table]
    needs: tuple[str, ...]
    stage: str


def rows(kind: Table, columns: Mapping[str, object]) -> pa.Table:
    """The columns in the table's order; a single value stands for every row."""
    arrays = {name: np.asarray(values) for name, values in columns.items()}
    length = max(array.size for array in arrays.values())
    filled = [
        pa.array(np.broadcast_to(arrays[field.name].ravel(), length).tolist(), field.type)
        for field in kind.columns
    ]
    return pa.table(filled, schema=kind.schema())
