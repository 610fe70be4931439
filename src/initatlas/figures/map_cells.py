"""How did the cells of a trainability map end, and where do they lie in the plane?"""

from collections.abc import Callable

import numpy as np
import pandas as pd

PLANE = ["architecture", "dataset", "initializer", "activation", "width", "sigma_b2"]
CELL = [*PLANE, "optimizer", "step", "sigma_w2", "depth"]
# What colour tells → the column with its mean over networks.
QUANTITIES = {
    "test accuracy": "final_test_accuracy",
    "training accuracy": "final_train_accuracy",
    "share that trained": "trained",
}
Spacing = Callable[[np.ndarray], np.ndarray]  # in which an axis is even


def cells_of(best: pd.DataFrame) -> pd.DataFrame:
    """Means over the networks of each cell, a diverged one's accuracy 0, and the cell's edges."""
    best = best[best.step > 0]
    ended = {f"n_{end}": best.outcome == end for end in ("trained", "stalled", "diverged")}
    rows = best.assign(trained=(best.outcome == "trained").astype(float), **ended)
    rows = rows.assign(
        final_test_accuracy=rows.final_test_accuracy.fillna(0.0),
        final_train_accuracy=rows.final_train_accuracy.fillna(0.0),
    )
    groups = rows.groupby(CELL, dropna=False, sort=False)
    cells = groups[list(QUANTITIES.values())].mean()
    cells[list(ended)] = groups[list(ended)].sum().astype(int)
    cells = cells.assign(n_seeds=groups.size(), rate=groups.learning_rate.median()).reset_index()
    lost = cells.n_diverged == cells.n_seeds
    cells.loc[lost, list(QUANTITIES.values())[:2]] = np.nan
    # Each plane has a grid of its own: among the values of another its cells would have gaps.
    planes = [_with_edges(plane) for _, plane in cells.groupby(PLANE, dropna=False, sort=False)]
    cells = pd.concat(planes, ignore_index=True)
    mark = np.select([cells.n_diverged > 0, 2 * cells.n_trained <= cells.n_seeds], ["×", "–"], "")
    return cells.assign(mark=mark)


def _with_edges(plane: pd.DataFrame) -> pd.DataFrame:
    """The cells with their ends: even in σ_w², and in the logarithm of the depth."""
    low, high = _edges(plane.sigma_w2, np.copy)
    least, most = _edges(plane.depth, np.log)
    return plane.assign(
        sigma_w2_low=low.clip(0),
        sigma_w2_high=high,
        depth_low=np.exp(least),
        depth_high=np.exp(most),
    )


def _edges(values: pd.Series, spacing: Spacing) -> tuple[np.ndarray, np.ndarray]:
    """Halfway to the neighbours of each value, in the spacing of the axis."""
    known = spacing(np.sort(values.unique()).astype(float))
    middle = (known[1:] + known[:-1]) / 2
    first, last = (known[1] - known[0], known[-1] - known[-2]) if len(known) > 1 else (0.7, 0.7)
    ends = np.concatenate([[known[0] - first / 2], middle, [known[-1] + last / 2]])
    place = np.searchsorted(known, spacing(values.to_numpy(dtype=float)) - 1e-12)
    return ends[place], ends[place + 1]
