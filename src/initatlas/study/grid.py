"""Blocks and grids, which live in `initatlas.grid`: a job that needs them need not import more."""

from initatlas.grid import Block, Grid

__all__ = ["Block", "Grid"]
