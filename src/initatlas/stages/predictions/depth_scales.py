"""How many layers do correlations and gradients of this activation travel, by σ_w²?"""

import numpy as np
import pyarrow as pa

from initatlas import tables, theory
from initatlas.stages.cells import Job, activation_of
from initatlas.stages.predictions.base import Prediction, rows
from initatlas.stages.predictions.phase_diagram import widest

POINTS = 160  # σ_w² of each curve, evenly spaced: ξ diverges within a few of them
SIGMA_B2 = (0.0, 0.05)  # without biases, and with those of Schoenholz et al. 2017


def _compute(job: Job, dataset: pa.Table | None) -> pa.Table:
    activation = activation_of(job)
    sigma_w2, sigma_b2 = np.meshgrid(np.linspace(0, widest(activation), POINTS + 1)[1:], SIGMA_B2)
    scales = theory.depth_scales(activation, sigma_w2, sigma_b2)
    return rows(
        tables.DEPTH_SCALES,
        {
            "activation": job["activation"]["name"],
            "sigma_w2": sigma_w2,
            "sigma_b2": sigma_b2,
            "q_star": scales.q_star,
            "c_star": scales.c_star,
            "chi_1": scales.chi_1,
            "xi_q": scales.xi_q,
            "xi_c": scales.xi_c,
            "xi_grad": scales.xi_grad,
        },
    )


DEPTH_SCALES = Prediction(
    name="depth_scales",
    table=tables.DEPTH_SCALES,
    compute=_compute,
    needs=(),
    stage="initialization",
)
