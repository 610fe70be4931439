"""What is a reducer? A function from tables to one table, and where its inputs come from."""

from collections.abc import Callable
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.csv

from initatlas.tables import Table

CSV_ROWS = 20_000  # tables with fewer rows are also written as text: a spreadsheet opens these
LISTS = (pa.types.is_list, pa.types.is_large_list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reducer:
    """`reduce` takes one cell's networks (if there is a `stage`), or the tables that are read.

    stage: whose block files are read, such as "initialization"; None: none.
    stages: several such stages, those that the study has; `reduce` takes the stage's name as well.
    settings: section of the study whose values are given to `reduce` by their names.
    needs: names of the reduced tables that are read.
    either: names of further ones, of which a study has at least one; None stands for the others.
    predictions: names of what theory predicts, each read as one table of all activations.
    compare: takes the reduced cells of all blocks and these tables, where there are both.
    """

    name: str
    table: Table
    reduce: Callable[..., pa.Table]
    stage: str | None = None
    stages: tuple[str, ...] = ()
    settings: str | None = None
    needs: tuple[str, ...] = ()
    either: tuple[str, ...] = ()
    predictions: tuple[str, ...] = ()
    compare: Callable[..., pa.Table] | None = None


def gathered(table: pa.Table) -> pa.Table:
    """What theory predicts of all activations, as it is."""
    return table


def csv_text(table: pa.Table) -> str:
    """The table as CSV; lists as numbers with blanks between them."""
    for position, field in enumerate(table.schema):
        if any(kind(field.type) for kind in LISTS):
            lists = table[field.name].to_pylist()
            texts = [None if v is None else " ".join(map(repr, v)) for v in lists]
            table = table.set_column(position, field.name, pa.array(texts, pa.string()))
    sink = pa.BufferOutputStream()
    pa.csv.write_csv(table, sink)
    return sink.getvalue().to_pybytes().decode()
