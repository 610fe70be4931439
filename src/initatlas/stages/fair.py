"""How do runs become rows? One row per network, optimizer and learning rate, in that order."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from jaxtyping import Float, Int
from torch import Tensor

from initatlas.networks import Network
from initatlas.predictors import PREDICTORS
from initatlas.stages.cells import Job, initializer_of
from initatlas.stages.columns import cell_columns, table
from initatlas.stages.untrained import Start
from initatlas.tables import TRAINABILITY, Statistic

SCHEMA = TRAINABILITY.schema(
    Statistic(name=p.name, unit=p.unit, definition=p.definition).field()
    for p in PREDICTORS.values()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """Runs of one optimizer after training; `networks` are positions in the chunk."""

    optimizer: str
    networks: Int[Tensor, " run"]
    learning_rate: Float[Tensor, " run"]
    relative_learning_rate: Float[Tensor, " run"]
    scores: dict[str, Float[Tensor, "run checkpoint"]]
    batches: dict[str, list[Float[Tensor, " _"]]]  # diverged ones ended earlier
    kernel_drift: Float[Tensor, " run"]


def fair_table(
    job: Job, networks: Sequence[Network], start: Start, ended: list[Ended], steps: tuple[int, ...]
) -> pa.Table:
    """The rows of these networks, whatever the order in which their runs were made."""
    positions = np.concatenate([part.networks.numpy(force=True) for part in ended])
    columns = cell_columns(job, [networks[k] for k in positions], initializer_of(job), 1)
    columns["optimizer"] = pa.array([part.optimizer for part in ended for _ in part.networks])
    for name in ("learning_rate", "relative_learning_rate", "kernel_drift"):
        columns[name] = pa.array(
            np.concatenate([getattr(part, name).numpy(force=True) for part in ended])
        )
    columns["checkpoint"] = pa.array([list(steps)] * len(positions), pa.list_(pa.int64()))
    for name in ended[0].scores:
        rows = [row for part in ended for row in part.scores[name].numpy(force=True)]
        columns[name] = pa.array(rows, pa.list_(pa.float64()))
    for name in ended[0].batches:
        rows = [row.numpy(force=True) for part in ended for row in part.batches[name]]
        columns[name] = pa.array(rows, pa.list_(pa.float32()))
    for name, values in start.predictors.items():
        columns[name] = pa.array(values.numpy(force=True)[positions])
    return table(SCHEMA, columns).take(pa.array(np.argsort(positions, kind="stable")))
