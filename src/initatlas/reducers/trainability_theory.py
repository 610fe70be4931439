"""Whose networks should train? Theory of the cells of the fair protocol."""

from initatlas.reducers.base import Reducer, gathered
from initatlas.tables.predicted import TRAINABILITY_THEORY as TABLE

TRAINABILITY_THEORY = Reducer(
    name="trainability_theory", predictions=("trainability_theory",), table=TABLE, reduce=gathered
)
