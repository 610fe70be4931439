"""What is a printed table? Text by rows and columns, with what a reader must know of it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pandas as pd

from initatlas.figures.words import number

# Columns that go where all rows say the same.
DULL = {"σ_w²", "σ_b²", "width", "architecture", "optimizer"}
ROWS = 300  # rows that are printed; the file beside the report holds all


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A table as text: its title, what a reader must know, names of columns, rows.

    filters: columns of which a reader may choose one value. words: columns of running text.
    """

    title: str
    note: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    filters: Sequence[str] = ()
    words: Sequence[str] = ()

    @property
    def anchor(self) -> str:
        """What the table is called in addresses: the first words of its title."""
        return "-".join(["table", *re.findall(r"\w+", self.title.lower())[:4]])

    def values(self, column: str) -> list[str]:
        """What there is to choose from in a column, in order of appearance."""
        place = list(self.columns).index(column)
        return list(dict.fromkeys(row[place] for row in self.rows))


def said(value: float, digits: int = 3) -> str:
    """A number in a cell; nothing where there is none."""
    if pd.isna(value):
        return ""
    return number(value, digits).replace("minus infinity", "−∞").replace("infinity", "∞")


def cut(
    title: str,
    note: str,
    columns: Sequence[str],
    body: Iterable[Sequence[str]],
    table: str,
    *,
    filters: Sequence[str] = (),
    words: Sequence[str] = (),
) -> Listing:
    """The listing with its first rows, and where the others are; nobody filters by one value."""
    rows = list(body)
    differing = [len({row[place] for row in rows}) > 1 for place in range(len(columns))]
    told = [place for place, name in enumerate(columns) if name not in DULL or differing[place]]
    several = [name for name, differs in zip(columns, differing, strict=True) if differs]
    columns = [columns[place] for place in told]
    rows = [[row[place] for place in told] for row in rows]
    more = f" {len(rows) - ROWS} more rows are in tables/{table}.parquet." * (len(rows) > ROWS)
    return Listing(
        title=title,
        note=note + more,
        columns=columns,
        rows=rows[:ROWS],
        filters=tuple(name for name in filters if name in several),
        words=words,
    )
