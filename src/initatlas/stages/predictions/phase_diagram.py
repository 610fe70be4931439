"""Where on the (σ_w², σ_b²) plane is this activation ordered, chaotic, or neither?"""

import numpy as np
import pyarrow as pa

from initatlas import tables, theory
from initatlas.activations import Activation
from initatlas.initializers import critical
from initatlas.stages.cells import Job, activation_of
from initatlas.stages.predictions.base import Prediction, rows

POINTS = 60  # along each axis: a cell of the plane is then a few pixels of a figure
WIDEST = 4.0  # σ_w² at the least, and beyond the critical point's: both phases are in view
HIGHEST = 0.5  # σ_b² at the least, and beyond the critical initializer's


def widest(activation: Activation) -> float:
    """σ_w² beyond all that is of interest."""
    try:
        at = theory.critical_point(activation, 0.05).sigma_w2
    except theory.NoCriticalPointError:
        at = 2.0
    return max(WIDEST, 1.5 * at)


def highest(activation: Activation) -> float:
    """σ_b² beyond all that is of interest."""
    return max(HIGHEST, 1.25 * critical.variances(activation)[1])


def _compute(job: Job, dataset: pa.Table | None) -> pa.Table:
    activation = activation_of(job)
    centres = (np.arange(POINTS) + 0.5) / POINTS
    sigma_w2, sigma_b2 = centres * widest(activation), centres * highest(activation)
    diagram = theory.phase_diagram(activation, sigma_w2, sigma_b2)
    sigma_w2, sigma_b2 = np.meshgrid(diagram.sigma_w2, diagram.sigma_b2)
    return rows(
        tables.PHASE_DIAGRAM,
        {
            "activation": job["activation"]["name"],
            "sigma_w2": sigma_w2,
            "sigma_b2": sigma_b2,
            "q_star": diagram.q_star,
            "chi_1": diagram.chi_1,
            "phase": diagram.phase,
        },
    )


PHASE_DIAGRAM = Prediction(
    name="phase_diagram",
    table=tables.PHASE_DIAGRAM,
    compute=_compute,
    needs=(),
    stage="initialization",
)
