"""Where on the plane are gradients kept? The critical curve of each activation."""

from initatlas.reducers.base import Reducer, gathered
from initatlas.tables import EDGE_OF_CHAOS as TABLE

EDGE_OF_CHAOS = Reducer(
    name="edge_of_chaos", predictions=("edge_of_chaos",), table=TABLE, reduce=gathered
)
