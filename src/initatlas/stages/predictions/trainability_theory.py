"""Whose networks should train? Theory of the cells of the fair protocol."""

import pyarrow as pa

from initatlas.stages.cells import Job
from initatlas.stages.predictions.base import Prediction
from initatlas.stages.predictions.cells import trained_cells
from initatlas.tables.predicted import TRAINABILITY_THEORY as TABLE


def _compute(job: Job, dataset: pa.Table) -> pa.Table:
    return trained_cells(job, dataset, TABLE)


TRAINABILITY_THEORY = Prediction(
    name="trainability_theory",
    table=TABLE,
    compute=_compute,
    needs=("dataset", "grids", "measurement", "trainability"),
    stage="trainability",
)
