"""Which (σ_w², σ_b²) keep this activation's gradients, and which of them keep its lengths too?"""

import numpy as np
import pyarrow as pa

from initatlas import tables, theory
from initatlas.activations import Activation
from initatlas.stages.cells import Job, activation_of
from initatlas.stages.predictions.base import Prediction, rows

Q = np.geomspace(1e-4, 1e2, 241)  # q* along the curve
FINER = 60  # steps between two of them where the curve enters the plane: sigmoid's rises steeply


def lengths(activation: Activation) -> np.ndarray:
    """q* along the curve, more of them where its σ_b² passes 0."""
    below = theory.edge_of_chaos(activation, Q).sigma_b2 < 0
    enters = np.flatnonzero(below[1:] != below[:-1])
    finer = [np.geomspace(Q[k], Q[k + 1], FINER + 1) for k in enters]
    return np.unique(np.concatenate([Q, *finer]))


def _compute(job: Job, dataset: pa.Table | None) -> pa.Table:
    activation = activation_of(job)
    edge = theory.edge_of_chaos(activation, lengths(activation))
    real = edge.sigma_b2 >= 0  # below 0 there is no network
    return rows(
        tables.EDGE_OF_CHAOS,
        {
            "activation": np.full(np.count_nonzero(real), job["activation"]["name"]),
            "sigma_w2": edge.sigma_w2[real],
            "sigma_b2": edge.sigma_b2[real],
            "q_star": edge.q[real],
            "length_slope": edge.length_slope[real],
        },
    )


EDGE_OF_CHAOS = Prediction(
    name="edge_of_chaos",
    table=tables.EDGE_OF_CHAOS,
    compute=_compute,
    needs=(),
    stage="initialization",
)
