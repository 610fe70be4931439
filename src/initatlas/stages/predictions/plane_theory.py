"""Where should the signals of each cell of the plane settle, and how far are they at its depth?"""

import numpy as np
import pyarrow as pa
import torch

from initatlas import theory
from initatlas.stages.cells import Job, activation_of, initializer_of
from initatlas.stages.columns import cell_columns, table
from initatlas.stages.evaluation import data_of, evaluation_batch
from initatlas.stages.predictions.base import Prediction
from initatlas.stages.predictions.networks import cells_of, layers_of
from initatlas.stages.predictions.profiles import lengths_of
from initatlas.tables.predicted import PLANE_THEORY as TABLE

SETTLED = ("q_star", "c_star", "chi_1", "xi_c")
LAST_HIDDEN = -2  # of a profile's layers: the last one is the readout


def _compute(job: Job, dataset: pa.Table) -> pa.Table:
    data = data_of(dataset, torch.float64)
    batch = evaluation_batch(job, data, job["measurement"]["points"])
    lengths = lengths_of(batch)
    classes = int(data.train_labels.max()) + 1
    parts = [TABLE.schema().empty_table()]
    for cell, networks, shapes in cells_of(job, batch.inputs.shape[1], classes):
        initializer = initializer_of(cell)
        found = [facts(cell, layers_of(initializer, each, shapes), lengths) for each in networks]
        columns = cell_columns(cell, networks, initializer, 1)
        columns |= {
            name: pa.array([fact[name] for fact in found], pa.float64()) for name in found[0]
        }
        parts.append(table(TABLE.schema(), columns))
    return pa.concat_tables(parts)


def facts(job: Job, layers: theory.Layers, lengths: np.ndarray) -> dict[str, float]:
    """Fixed points that the data's mean length leads to, and the last hidden layer's values.

    Hidden layers are of one width: the last one's variances are those of all that are square.
    """
    activation, mean = activation_of(job), lengths.mean()
    first = layers.sigma_w2[0] * mean + layers.sigma_b2[0]
    at = layers.sigma_w2[LAST_HIDDEN], layers.sigma_b2[LAST_HIDDEN]
    scales = theory.depth_scales(activation, *at, q0=first)
    many = theory.depth_profile(activation, layers, lengths)
    pair = theory.depth_profile(activation, layers, mean, job["measurement"]["pair_correlation"])
    return {name: float(getattr(scales, name)) for name in SETTLED} | {
        "q": float(many.q[:, LAST_HIDDEN].mean()),
        "correlation": float(pair.correlation[LAST_HIDDEN]),
    }


PLANE_THEORY = Prediction(
    name="plane_theory",
    table=TABLE,
    compute=_compute,
    needs=("dataset", "grids", "measurement"),
    stage="phase_plane",
)
