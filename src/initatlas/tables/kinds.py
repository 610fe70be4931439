"""What is a table? Its columns, their units, its grain."""

from collections.abc import Iterable
from dataclasses import dataclass

import pyarrow as pa


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistic:
    """A named float64 column: what it is, and in which unit."""

    name: str
    unit: str
    definition: str

    def field(self) -> pa.Field:
        """The column, with unit and definition as field metadata."""
        return column(self.name, pa.float64(), self.unit, self.definition)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A kind of table: its required columns, and the columns that tell its rows apart.

    An `open` table may hold further columns behind the required ones (its statistics); their
    units and definitions stand in the file's own field metadata.
    """

    name: str
    columns: tuple[pa.Field, ...]
    grain: tuple[str, ...]
    open: bool = False

    def schema(self, statistics: Iterable[pa.Field] = ()) -> pa.Schema:
        """The Arrow schema, with `statistics` behind the required columns."""
        return pa.schema([*self.columns, *statistics])


def column(name: str, kind: pa.DataType, unit: str, definition: str) -> pa.Field:
    """A column with its unit and definition as field metadata."""
    return pa.field(name, kind, metadata={"unit": unit, "definition": definition})


def text(name: str, definition: str) -> pa.Field:
    """A column of names."""
    return column(name, pa.string(), "name", definition)


def count(name: str, definition: str, unit: str = "count") -> pa.Field:
    """A column of whole numbers."""
    return column(name, pa.int64(), unit, definition)


def number(name: str, definition: str, unit: str = "1") -> pa.Field:
    """A column of float64 values; NaN and ±inf are values, null is the absence of one."""
    return column(name, pa.float64(), unit, definition)
