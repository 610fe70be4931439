"""How evenly should Jacobians stretch? As theory says."""

from initatlas.reducers.base import Reducer, gathered
from initatlas.tables.predicted import JACOBIAN_DENSITY as TABLE

JACOBIAN_DENSITY = Reducer(
    name="jacobian_density", predictions=("jacobian_density",), table=TABLE, reduce=gathered
)
