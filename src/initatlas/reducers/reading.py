"""Where do reducers read from? Block files, a cell at a time; theory; reduced tables; no more."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Protocol

import pyarrow as pa

from initatlas import tables
from initatlas.reducers.base import Reducer
from initatlas.tables import Table
from initatlas.tables.predicted import PREDICTED
from initatlas.tables.stages import KINDS


class Block(Protocol):
    """What a reducer must know of a block: the cell that it belongs to, and its file."""

    architecture: str
    initializer: str
    activation: str
    depth: int

    def path(self, stage: str) -> str:
        """The block's file, relative to the study's folder."""


class Grid(Protocol):
    """A study's blocks (`initatlas.study.Grid`)."""

    def blocks(self) -> tuple[Block, ...]:
        """All of them, in the study's order."""

    def predicted(self, prediction: str) -> tuple[str, ...]:
        """Files of what theory predicts, relative to the study's folder."""


def cells(grid: Grid, results: Path, stage: str) -> Iterator[pa.Table]:
    """All networks of one cell at a time: blocks that differ in their seeds alone, joined."""
    paths: dict[tuple, list[Path]] = {}
    for block in grid.blocks():
        cell = (block.architecture, block.initializer, block.activation, block.depth)
        paths.setdefault(cell, []).append(Path(results) / block.path(stage))
    for files in paths.values():
        yield pa.concat_tables([tables.read(path, KINDS[stage]) for path in files])


def reduce_blocks(reducer: Reducer, grid: Grid, results: Path, **settings: object) -> pa.Table:
    """The reduced cells of the reducer's stage, one below the other, beside what theory says."""
    parts = [reducer.reduce(cell, **settings) for cell in cells(grid, results, reducer.stage)]
    measured = pa.concat_tables(parts).combine_chunks()
    if reducer.compare is None:
        return measured
    return reducer.compare(measured, *predicted(reducer, grid, results))


def reduce_stages(reducer: Reducer, grids: Mapping[str, Grid], results: Path) -> pa.Table:
    """The reduced cells of every stage, one stage below the other."""
    parts = [
        reducer.reduce(cell, stage)
        for stage, grid in grids.items()
        for cell in cells(grid, results, stage)
    ]
    return pa.concat_tables(parts).combine_chunks()


def predicted(reducer: Reducer, grid: Grid, results: Path) -> Iterator[pa.Table]:
    """What theory predicts of all activations, one table for each of the reducer's predictions."""
    for name in reducer.predictions:
        paths = [Path(results) / path for path in grid.predicted(name)]
        yield pa.concat_tables([tables.read(path, PREDICTED[name]) for path in paths])


def reduce_tables(reducer: Reducer, kinds: Mapping[str, Table], results: Path) -> pa.Table:
    """What the reducer makes of the reduced tables that it needs, None for those without a kind."""
    folder = Path(results) / "tables"
    read = [
        tables.read(folder / f"{name}.parquet", kinds[name]) if name in kinds else None
        for name in (*reducer.needs, *reducer.either)
    ]
    return reducer.reduce(*read)
