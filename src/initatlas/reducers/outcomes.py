"""Did it train? One row per network and learning rate: how training ended, and how fast."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from initatlas.reducers.base import Reducer
from initatlas.reducers.over_seeds import Groups
from initatlas.tables.columns import NETWORK_KEYS, RUN
from initatlas.tables.reduced import OUTCOMES as TABLE

KEYS = (*NETWORK_KEYS, *(field.name for field in RUN))
FINAL = ("train_loss", "train_accuracy", "test_accuracy")


def reduce(cell: pa.Table, *, threshold: float, window: int) -> pa.Table:
    """How each network of the cell ended.

    Args:
        cell: training rows.
        threshold: accuracy on the mini-batches that counts as trained.
        window: mini-batches that this accuracy is averaged over.
    """
    readout = cell.filter(pc.equal(cell["layer"], pc.add(cell["depth"], 1)))
    readout = readout.sort_by([("step", "ascending")])
    groups = Groups.by(readout, KEYS)  # steps stay in order within a network
    readout = readout.take(pa.array(groups.order))
    last = readout.take(pa.array(groups.starts + groups.sizes - 1))
    final = {name: last[name].to_numpy() for name in FINAL}
    losses, accuracies = (_joined(readout[name], groups) for name in BATCHES)
    diverged = np.array([first_not_finite(loss) for loss in losses])
    # The last update may do the damage: then only the loss after it shows it.
    unseen = np.isnan(diverged) & ~np.isfinite(final["train_loss"])
    diverged = np.where(unseen, last["step"].to_numpy(), diverged)
    steps = np.array([steps_to(values, threshold, window) for values in accuracies])
    columns = {name: last[name] for name in KEYS}
    columns |= {
        "outcome": pa.array(_outcomes(steps, diverged)),
        "steps_to_threshold": pa.array(steps),
        "diverged_step": pa.array(diverged),
        **{f"final_{name}": pa.array(values) for name, values in final.items()},
        "generalization_gap": pa.array(final["train_accuracy"] - final["test_accuracy"]),
    }
    schema = TABLE.schema()
    return pa.table(columns).select(schema.names).cast(schema)


BATCHES = ("batch_loss", "batch_accuracy")


def steps_to(accuracies: np.ndarray, threshold: float, window: int) -> float:
    """Mini-batches seen when the mean over the last `window` first reaches `threshold`.

    NaN if it never does, or if there are fewer mini-batches than the window holds.
    """
    if len(accuracies) < window:
        return np.nan
    sums = np.concatenate([[0.0], np.cumsum(accuracies, dtype=np.float64)])
    means = (sums[window:] - sums[:-window]) / window
    # Accuracies are float32, good to 6e-8: rounding must not hide a mean at the threshold, and no
    # other mean of whole points of a batch is as close to it.
    reached = np.flatnonzero(means >= threshold - 1e-6)
    return float(reached[0] + window) if len(reached) else np.nan


def first_not_finite(losses: np.ndarray) -> float:
    """The step whose loss was not finite; NaN if all were."""
    bad = np.flatnonzero(~np.isfinite(losses))
    return float(bad[0] + 1) if len(bad) else np.nan


def _joined(lists: pa.ChunkedArray, groups: Groups) -> list[np.ndarray]:
    """The mini-batches of each network, those of all recorded steps in a row."""
    values = [np.asarray(v if v is not None else [], np.float64) for v in lists.to_pylist()]
    return [
        np.concatenate(values[start : start + size])
        for start, size in zip(groups.starts, groups.sizes, strict=True)
    ]


def _outcomes(steps: np.ndarray, diverged: np.ndarray) -> np.ndarray:
    """Diverged, whatever came before; else trained if the threshold was reached; else stalled."""
    settled = np.where(np.isnan(steps), "stalled", "trained")
    return np.where(np.isnan(diverged), settled, "diverged")


OUTCOMES = Reducer(name="outcomes", stage="training", table=TABLE, reduce=reduce)
