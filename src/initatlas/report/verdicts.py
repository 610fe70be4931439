"""What should one use, and what foretells training? The study's verdicts as tables that read."""

import numpy as np
import pandas as pd

from initatlas.figures.predictor_leaderboard import OUTCOMES, PREDICTOR_LEADERBOARD
from initatlas.figures.words import percent
from initatlas.report.evidence import Tables
from initatlas.report.listing import Listing, cut, said

PLACES = 10  # ranks of the leaderboard that are printed, beside the score and the baselines
RECOMMENDED = (
    "activation",
    "depth",
    "use",
    "architecture",
    "decisive",
    "test accuracy",
    "runner-up",
    "ahead by",
    "theory said",
    "was right",
    "trained",
    "median steps",
    "seeds",
    "width",
    "optimizer",
    "not told apart",
)
FORETOLD = (
    "outcome",
    "rank",
    "predictor",
    "from",
    "optimizer",
    "Spearman’s ρ",
    "Kendall’s τ",
    "AUC",
    "strength",
    "95 % from",
    "to",
    "chance?",
    "cells",
)


def recommendation(tables: Tables) -> list[Listing]:
    """Per activation, depth and architecture: what to use, on what evidence, and theory's say."""
    if "recommendation" not in tables or tables["recommendation"].empty:
        return []
    rows = tables["recommendation"].sort_values(["activation", "depth"], kind="stable")
    note = (
        "The initializer with the best mean test accuracy, each network at the learning rate that "
        "validation points chose; a diverged network’s accuracy is 0. In brackets: 95 % intervals "
        "(Student’s t). decisive: it is ahead of every other candidate by more than the scatter "
        "(Welch’s intervals, for all comparisons at once). not told apart: candidates that are "
        "not; of few seeds this says more of the scatter than of the candidates. theory said: of "
        "the highest score that theory predicts, with constants fitted on other data; right if all "
        "that it picks are the best or not told from it."
    )
    return [
        cut(
            "The initializer that trains best, and what theory said beforehand",
            note,
            RECOMMENDED,
            [_recommended(row) for row in rows.itertuples()],
            "recommendation",
            filters=("activation", "depth", "architecture", "decisive"),
            words=("use", "runner-up", "not told apart", "theory said"),
        )
    ]


def _recommended(row: tuple) -> list[str]:
    return [
        row.activation,
        str(row.depth),
        row.initializer,
        row.architecture,
        "yes" if row.decisive else "no",
        _bounded(row.score, row.score_low, row.score_high),
        row.runner_up,
        _ahead(row),
        row.theory_pick,
        _right(row),
        percent(row.trained_fraction),
        "never" if np.isinf(row.steps_median) else f"{row.steps_median:g}",
        str(row.n_seeds),
        str(row.width),
        row.optimizer,
        row.as_good,
    ]


def _bounded(value: float, low: float, high: float) -> str:
    """An accuracy and its interval, as far as it lies within 0 and 1."""
    if np.isnan(low):
        return f"{value:.3f}"
    return f"{value:.3f} ({max(low, 0):.3f}–{min(high, 1):.3f})"


def _ahead(row: tuple) -> str:
    if np.isnan(row.difference):
        return ""
    if np.isnan(row.difference_low):
        return f"{row.difference:.3f}"
    ends = (f"{end:.3f}".replace("-", "−") for end in (row.difference_low, row.difference_high))
    return f"{row.difference:.3f} ({' to '.join(ends)})"


def _right(row: tuple) -> str:
    """Whether theory's pick is not told from the best, and what following it costs if it is."""
    if np.isnan(row.theory_right):
        return ""
    return "yes" if row.theory_right else f"no, costs {row.theory_loss:.3f}"


def leaderboard(tables: Tables) -> list[Listing]:
    """The best predictors of each outcome over all activations, the score and the baselines."""
    if "leaderboard" not in tables or tables["leaderboard"].empty:
        return []
    (frame,) = PREDICTOR_LEADERBOARD.tidy(tables).values()
    rows = frame[(frame.activation == "all")]
    marked = rows.source.isin(["score", "baseline"])
    rows = rows[(rows["rank"] <= PLACES) | marked]
    note = (
        f"The {PLACES} best of each outcome over all activations together, the score and the "
        "baselines, whatever their rank. strength: 2 AUC − 1 of trained or not, else |ρ|, with its "
        "95 % interval by bootstrap over cells. chance?: no where Holm’s p < 0.05 for all "
        "predictors of the outcome. All rows, by activation too, are in tables/leaderboard.parquet."
    )
    return [
        cut(
            "What foretells training",
            note,
            FORETOLD,
            [_foretold(row) for _, row in rows.iterrows()],
            "leaderboard",
            filters=("outcome", "from", "optimizer"),
        )
    ]


def _foretold(row: pd.Series) -> list[str]:
    numbers = ("spearman", "kendall", "auc", "strength", "low", "high")
    return [
        OUTCOMES[row.outcome].partition(" (")[0],
        "" if pd.isna(row["rank"]) else f"{row['rank']:g}",
        row["name"],
        row.source,
        row.optimizer,
        *(said(row[name], 2) for name in numbers),
        "no" if row.found else "may be",
        str(row.n_cells),
    ]
