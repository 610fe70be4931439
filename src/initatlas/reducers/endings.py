"""How did a run end? Trained, stalled or diverged, from its losses and accuracies.

- *diverged*: a loss was not finite; or, at the end, the training loss is more than `blow_up` times
  what it was before training: bounded activations keep a loss finite whatever the weights do;
- *trained*: not diverged, and the accuracy on mini-batches, averaged over `window` of them, has
  reached `threshold`;
- *stalled*: finite, and not at the threshold.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa

from initatlas.tables.blocks import SERIES

NAMES = tuple(name for name, _, _ in SERIES)


class Runs:
    """The runs of a cell: what they went through, as arrays and lists, row by row."""

    def __init__(self, cell: pa.Table) -> None:
        self.cell = cell
        self.checkpoints = _lists(cell["checkpoint"])
        self.series = {name: np.stack(_lists(cell[name])) for name in NAMES}
        self.losses = _lists(cell["batch_loss"])
        self.accuracies = _lists(cell["batch_accuracy"])

    @property
    def steps(self) -> list[int]:
        """Steps at which losses were taken: the same for all runs of a cell."""
        return [int(step) for step in self.checkpoints[0]]


def endings(runs: Runs, position: int, rule: Mapping[str, float]) -> dict[str, Sequence]:
    """Outcome and scores of every run, were its checkpoint number `position` the end.

    Args:
        runs: of one cell.
        position: of the checkpoint; −1 is the end of training.
        rule: `threshold`, `window` and `blow_up`, as above.
    """
    step, at = runs.steps[position], {n: values[:, position] for n, values in runs.series.items()}
    diverged = np.array([first_not_finite(loss[:step]) for loss in runs.losses])
    start = runs.series["train_loss"][:, 0]
    # The last update may do the damage: then only the loss after it shows it.
    lost = ~np.isfinite(at["train_loss"]) | (at["train_loss"] > rule["blow_up"] * start)
    diverged = np.where(np.isnan(diverged) & lost, step, diverged)
    steps = [steps_to(a[:step], rule["threshold"], rule["window"]) for a in runs.accuracies]
    last = position in (-1, len(runs.steps) - 1)
    drift = runs.cell["kernel_drift"].to_numpy()
    return {
        "outcome": outcomes(np.array(steps), diverged),
        "steps_to_threshold": steps,
        "diverged_step": diverged,
        **{f"final_{name}": values for name, values in at.items()},
        "generalization_gap": at["train_accuracy"] - at["test_accuracy"],
        "kernel_drift": drift if last else np.full(len(drift), np.nan),
    }


def outcomes(steps: np.ndarray, diverged: np.ndarray) -> np.ndarray:
    """Diverged, whatever came before; else trained if the threshold was reached; else stalled."""
    settled = np.where(np.isnan(steps), "stalled", "trained")
    return np.where(np.isnan(diverged), settled, "diverged")


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


def _lists(values: pa.ChunkedArray) -> list[np.ndarray]:
    return list(values.combine_chunks().to_numpy(zero_copy_only=False))
