"""What is known of a cell? Its networks' numbers at initialization, and how they ended.

Medians over networks, so that one infinite value does not decide; NaN says nothing and is left out.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from initatlas.reducers.score import POWERS
from initatlas.tables.columns import CELL_KEYS

SCATTERED = "gradient_growth"  # signed, unlike gradient_stability, so that its variance is β


def at_initialization(predictors: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """One row per cell and experiment: medians of the named predictors, and gradient_scatter."""
    keys = [*CELL_KEYS, "experiment"]
    groups = predictors.groupby(keys, dropna=False, sort=True)
    cells = groups[list(names)].median()
    cells["gradient_scatter"] = groups[SCATTERED].agg(finite_variance)
    cells["n_seeds"] = groups.size()
    return cells.reset_index()


def finite_variance(values: pd.Series) -> float:
    """Variance of networks; ∞ where one is infinite, NaN where fewer than two are known."""
    known = values[values.notna()]
    if np.isinf(known).any():
        return np.inf
    return known.var(ddof=1)


def at_best_rate(best: pd.DataFrame) -> pd.DataFrame:
    """One row per cell and optimizer: how its networks ended at each one's best learning rate.

    `trained` is 1 where more than half of the networks did; `trained_share` is how many. A network
    that never reached the threshold took infinitely many steps; one without a workable rate has
    the narrowest window, −∞ decades; an accuracy that was lost to divergence is 0.
    """
    trained = (best.outcome == "trained").astype(float)
    accuracy = ["final_train_accuracy", "final_test_accuracy"]
    numbers = best.assign(
        trained_share=trained,
        steps_to_threshold=best.steps_to_threshold.where(trained == 1, np.inf),
        window_decades=best.window_decades.where(best.rates_workable > 0, -np.inf),
        **{name: best[name].fillna(0.0) for name in accuracy},
    )
    groups = numbers.groupby([*CELL_KEYS, "optimizer"], dropna=False, sort=True)
    cells = groups[[*accuracy, "trained_share"]].mean()
    medians = ["steps_to_threshold", "window_decades", "learning_rate"]
    cells[medians] = groups[medians].median()
    cells = cells.rename(columns={"learning_rate": "best_rate"})
    return cells.assign(trained=(cells.trained_share > 0.5).astype(float)).reset_index()


def last_step(best: pd.DataFrame) -> pd.DataFrame:
    """The rows of a map's last checkpoint."""
    return best[best.step == best.step.max()].drop(columns="step")


def calibration_cells(scores: pd.DataFrame, best_rates: pd.DataFrame) -> pd.DataFrame:
    """Cells with the parts of their scores, and how many networks trained with any optimizer."""
    ends = at_best_rate(best_rates)
    share = ends.groupby(list(CELL_KEYS), dropna=False).trained_share.mean().reset_index()
    own = scores[scores.experiment == "trainability"]
    return own[[*CELL_KEYS, *POWERS]].merge(share, on=list(CELL_KEYS))
