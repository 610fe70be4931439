"""How deep do correlations and gradients travel? Depth scales by σ_w², per activation."""

from initatlas.reducers.base import Reducer, gathered
from initatlas.tables import DEPTH_SCALES as TABLE

DEPTH_SCALES = Reducer(
    name="depth_scales", predictions=("depth_scales",), table=TABLE, reduce=gathered
)
