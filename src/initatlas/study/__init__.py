"""The study: a configuration, validated before anything runs, and the blocks it consists of."""

from initatlas.grid import Block, Grid
from initatlas.study.loading import load_yaml
from initatlas.study.problems import StudyError
from initatlas.study.study import Study, load

__all__ = ["Block", "Grid", "Study", "StudyError", "load", "load_yaml"]
