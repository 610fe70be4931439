"""Does a layer draw inputs together? The correlation map of each activation and recipe."""

from initatlas.reducers.base import Reducer, gathered
from initatlas.tables import CORRELATION_MAP as TABLE

CORRELATION_MAP = Reducer(
    name="correlation_map", predictions=("correlation_map",), table=TABLE, reduce=gathered
)
