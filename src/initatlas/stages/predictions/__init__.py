"""What theory says of a study, one table each. To add one, write its file and list it here.

Each is computed for one activation: `compute(job, dataset)` gives the table.
"""

from initatlas.stages.predictions.base import Prediction
from initatlas.stages.predictions.correlation_map import CORRELATION_MAP
from initatlas.stages.predictions.depth_scales import DEPTH_SCALES
from initatlas.stages.predictions.edge_of_chaos import EDGE_OF_CHAOS
from initatlas.stages.predictions.jacobian_density import JACOBIAN_DENSITY
from initatlas.stages.predictions.kernel_condition import KERNEL_CONDITION
from initatlas.stages.predictions.map_theory import MAP_THEORY
from initatlas.stages.predictions.phase_diagram import PHASE_DIAGRAM
from initatlas.stages.predictions.phases import PHASES
from initatlas.stages.predictions.plane_curves import PLANE_CURVES
from initatlas.stages.predictions.plane_theory import PLANE_THEORY
from initatlas.stages.predictions.profiles import PROFILES
from initatlas.stages.predictions.trainability_theory import TRAINABILITY_THEORY

PREDICTIONS: dict[str, Prediction] = {
    p.name: p
    for p in (
        PROFILES,
        PHASES,
        PHASE_DIAGRAM,
        EDGE_OF_CHAOS,
        CORRELATION_MAP,
        DEPTH_SCALES,
        JACOBIAN_DENSITY,
        KERNEL_CONDITION,
        TRAINABILITY_THEORY,
        MAP_THEORY,
        PLANE_THEORY,
        PLANE_CURVES,
    )
}

__all__ = ["PREDICTIONS", "Prediction"]
