"""Where on the map should networks train? Theory of its cells."""

import pyarrow as pa

from initatlas.stages.cells import Job
from initatlas.stages.predictions.base import Prediction
from initatlas.stages.predictions.cells import trained_cells
from initatlas.tables.predicted import MAP_THEORY as TABLE


def _compute(job: Job, dataset: pa.Table) -> pa.Table:
    return trained_cells(job, dataset, TABLE)


MAP_THEORY = Prediction(
    name="map_theory",
    table=TABLE,
    compute=_compute,
    needs=("dataset", "grids", "measurement", "trainability"),
    stage="trainability_map",
)
