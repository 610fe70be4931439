"""Where on the (σ_w², σ_b²) plane is this activation ordered, chaotic, or neither?"""

import numpy as np
import pyarrow as pa

from initatlas import tables, theory
from initatlas.stages.cells import Job, activation_of
from initatlas.stages.predictions.base import Prediction, rows

POINTS = 60  # along each axis: a cell of the plane is then a few pixels of a figure
WIDEST = 4.0  # of σ_w² beyond the critical point's, so that both phases are in view


def axes(job: Job) -> tuple[np.ndarray, np.ndarray]:
    """σ_w² from 0 to beyond all that is of interest, σ_b² from 0 to 0.5, both at bin centres."""
    activation = activation_of(job)
    try:
        critical = theory.critical_point(activation, 0.05).sigma_w2
    except theory.NoCriticalPointError:
        critical = 2.0
    centres = (np.arange(POINTS) + 0.5) / POINTS
    return centres * max(WIDEST, 1.5 * critical), centres * 0.5


def _compute(job: Job, dataset: pa.Table) -> pa.Table:
    diagram = theory.phase_diagram(activation_of(job), *axes(job))
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


PHASE_DIAGRAM = Prediction(name="phase_diagram", table=tables.PHASE_DIAGRAM, compute=_compute)
