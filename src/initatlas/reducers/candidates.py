"""Which initializers are compared, and what is the evidence of each?

A sweep is a candidate for each of its variances. The accuracy of a network that diverged at every
learning rate is 0. Of several optimizers a candidate has the one of the best mean accuracy on the
validation set; test accuracies choose nothing.
"""

import numpy as np
import pandas as pd

from initatlas.tables.columns import CELL_KEYS, SWEPT


def named(frame: pd.DataFrame) -> pd.Series:
    """What each row's candidate is called: "he_normal", "gaussian σ_w² = 3"."""
    names = frame.initializer.copy()
    groups = frame.groupby(["architecture", "initializer", "activation"], dropna=False)
    bias = groups.sigma_b2.transform("nunique") > 1
    weight = (groups.sigma_w2.transform("nunique") > 1) | bias | (frame.initializer == SWEPT)
    names = names.where(~weight, names + frame.sigma_w2.map(" σ_w² = {:g}".format))
    return names.where(~bias, names + frame.sigma_b2.map(", σ_b² = {:g}".format))


def candidates(best_rates: pd.DataFrame) -> pd.DataFrame:
    """One row per cell: its name and the evidence, at its networks' best optimizer and rate."""
    frame = best_rates.assign(
        candidate=named(best_rates),
        trained=(best_rates.outcome == "trained").astype(float),
        accuracy=best_rates.final_test_accuracy.fillna(0.0),
        validation=best_rates.final_validation_accuracy.fillna(0.0),
    )
    steps = frame.steps_to_threshold.where(frame.trained == 1, np.inf)
    frame = frame.assign(steps_to_threshold=steps)
    groups = frame.groupby([*CELL_KEYS, "candidate", "optimizer"], dropna=False)
    cells = groups.agg(
        score=("accuracy", "mean"),
        variance=("accuracy", "var"),
        n_seeds=("accuracy", "size"),
        validation=("validation", "mean"),
        steps_median=("steps_to_threshold", "median"),
        learning_rate=("learning_rate", "median"),
        trained_fraction=("trained", "mean"),
    ).reset_index()
    cells = cells.sort_values(["validation", "optimizer"], ascending=[False, True], kind="stable")
    return cells.drop_duplicates([*CELL_KEYS, "candidate"])
