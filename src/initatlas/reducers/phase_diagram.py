"""Which phase has which place on the (σ_w², σ_b²) plane? As theory says, per activation."""

from initatlas.reducers.base import Reducer, gathered
from initatlas.tables import PHASE_DIAGRAM as TABLE

PHASE_DIAGRAM = Reducer(
    name="phase_diagram", predictions=("phase_diagram",), table=TABLE, reduce=gathered
)
