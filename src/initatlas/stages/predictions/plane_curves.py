"""Where should signals settle along σ_w², at each σ_b² of the plane's sweeps?"""

import numpy as np
import pyarrow as pa

from initatlas import theory
from initatlas.stages.cells import Job, activation_of
from initatlas.stages.predictions.base import Prediction, rows
from initatlas.tables.predicted import PLANE_CURVES as TABLE

POINTS = 81  # σ_w² of each curve, evenly spaced over those that are measured
SETTLED = ("q_star", "c_star", "chi_1", "xi_c")


def _compute(job: Job, dataset: pa.Table | None) -> pa.Table:
    entries = (entry for grid in job["grids"] for entry in grid["initializers"])
    swept = [entry for entry in entries if "sigma_w2" in entry]
    if not swept:
        return TABLE.schema().empty_table()
    weights = [value for entry in swept for value in entry["sigma_w2"]]
    biases = sorted({value for entry in swept for value in entry["sigma_b2"]})
    sigma_w2, sigma_b2 = np.meshgrid(np.linspace(min(weights), max(weights), POINTS), biases)
    scales = theory.depth_scales(activation_of(job), sigma_w2, sigma_b2)
    columns = {name: getattr(scales, name) for name in SETTLED}
    columns |= {"activation": job["activation"]["name"]}
    return rows(TABLE, columns | {"sigma_w2": sigma_w2, "sigma_b2": sigma_b2})


PLANE_CURVES = Prediction(
    name="plane_curves",
    table=TABLE,
    compute=_compute,
    needs=("grids",),
    stage="phase_plane",
)
