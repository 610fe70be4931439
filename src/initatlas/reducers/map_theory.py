"""Where on the map should networks train? Theory of its cells."""

from initatlas.reducers.base import Reducer, gathered
from initatlas.tables.predicted import MAP_THEORY as TABLE

MAP_THEORY = Reducer(name="map_theory", predictions=("map_theory",), table=TABLE, reduce=gathered)
