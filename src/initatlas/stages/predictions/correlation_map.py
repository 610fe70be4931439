"""Does a layer of this activation draw two inputs together or push them apart?"""

import numpy as np
import pyarrow as pa

from initatlas import tables, theory
from initatlas.stages.cells import Job, activation_of
from initatlas.stages.predictions.base import Prediction, rows
from initatlas.stages.predictions.recipes import recipes

C = np.linspace(0, 1, 101)


def _compute(job: Job, dataset: pa.Table | None) -> pa.Table:
    activation, name = activation_of(job), job["activation"]["name"]
    points = sorted({(r.sigma_w2, r.sigma_b2) for r in recipes(job) if r.sigma_w2 > 0})
    sigma_w2, sigma_b2 = np.array(points, dtype=float).reshape(-1, 2).T
    scales = theory.depth_scales(activation, sigma_w2, sigma_b2)
    settled = np.isfinite(scales.q_star) & (scales.q_star > 0)  # C is the map at a length q*
    parts = [
        rows(
            tables.CORRELATION_MAP,
            {
                "activation": name,
                "sigma_w2": sigma_w2[k],
                "sigma_b2": sigma_b2[k],
                "c": C,
                "c_next": theory.correlation_map(
                    activation, C, scales.q_star[k], sigma_w2[k], sigma_b2[k]
                ),
                "c_star": scales.c_star[k],
            },
        )
        for k in np.flatnonzero(settled)
    ]
    return pa.concat_tables(parts) if parts else tables.CORRELATION_MAP.schema().empty_table()


CORRELATION_MAP = Prediction(
    name="correlation_map",
    table=tables.CORRELATION_MAP,
    compute=_compute,
    needs=("initializers",),
    stage="initialization",
)
