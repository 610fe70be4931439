"""Where should signals settle along σ_w², at each σ_b² of the plane? As theory says."""

from initatlas.reducers.base import Reducer, gathered
from initatlas.tables.predicted import PLANE_CURVES as TABLE

PLANE_CURVES = Reducer(
    name="plane_curves", predictions=("plane_curves",), table=TABLE, reduce=gathered
)
