"""The leaderboard and the score: who wins is said, what beats what, and what weighs nothing."""

import numpy as np
import pandas as pd
import pytest

from initatlas.figures import predictor_leaderboard as board
from initatlas.figures import stability_score
from initatlas.tables.columns import CELL_KEYS

BEST = "Whether networks train is best foretold by"
SOURCES = {
    "gradient_stability": "measured",
    "score": "score",
    "distance_to_critical": "baseline",
    "depth": "baseline",
}


def rows(auc: dict[str, float], reach: float = 0.01, **changes: object) -> pd.DataFrame:
    """The leaderboard of these predictors, by AUC of the outcome trained."""
    order = sorted(auc, key=lambda name: -abs(auc[name] - 0.5))
    found = [
        {
            "experiment": "trainability",
            "optimizer": "sgd",
            "activation": "all",
            "predictor": name,
            "source": SOURCES[name],
            "outcome": "trained",
            "spearman": 2 * value - 1,
            "spearman_low": 2 * value - 1 - reach,
            "spearman_high": 2 * value - 1 + reach,
            "kendall": 2 * value - 1,
            "auc": value,
            "auc_low": value - reach,
            "auc_high": value + reach,
            "n_cells": 40,
            "n_excluded": 0,
            "rank": order.index(name) + 1.0,
            "found": 1,
        }
        | changes
        for name, value in auc.items()
    ]
    return pd.DataFrame(found)


def title(frame: pd.DataFrame) -> str:
    return board.title(board.tidy({"leaderboard": frame}))


def test_the_winner_is_named_with_its_auc_in_its_own_direction():
    found = title(rows({"gradient_stability": 0.03, "score": 0.9, "distance_to_critical": 0.3}))
    assert found.startswith(f"{BEST} gradient_stability (AUC 0.97")
    assert "95 %: 0.96 to 0.98" in found


@pytest.mark.parametrize(
    ("score", "trivial", "reach", "said"),
    [
        (0.9, 0.3, 0.01, "the score beats the trivial |σ_w² − σ_w²crit| (0.90 against 0.70)"),
        (0.6, 0.1, 0.01, "the trivial |σ_w² − σ_w²crit| beats the score (0.60 against 0.90"),
        (0.8, 0.25, 0.1, "the score is ahead of the trivial |σ_w² − σ_w²crit|, but"),
        (0.7, 0.25, 0.1, "the score is behind the trivial |σ_w² − σ_w²crit|, but"),
        (0.8, 0.2, 0.1, "the score does no better than"),
    ],
)
def test_the_score_is_compared_whichever_way_it_comes_out(score, trivial, reach, said):
    frame = rows({"score": score, "distance_to_critical": trivial}, reach)
    # 0.8 and 1 − 0.2 differ by rounding.
    assert said in title(frame.round(9))


@pytest.mark.parametrize(
    ("depth", "said"),
    [
        (0.2, "the score beats depth alone (0.90 against 0.80) and the trivial |σ_w² − σ_w²crit| "),
        (0.05, "depth alone beats the score (0.90 against 0.95, the score’s first); the score be"),
    ],
)
def test_the_score_is_compared_with_every_baseline_and_not_with_the_weakest(depth, said):
    frame = rows({"score": 0.9, "distance_to_critical": 0.4, "depth": depth})
    assert said in title(frame)


def test_ties_for_the_first_place_are_all_named():
    frame = rows({"gradient_stability": 1.0, "score": 1.0}).assign(rank=1.0)
    assert title(frame).startswith(f"{BEST} gradient_stability and the stability score (")


def test_where_all_cells_end_alike_accuracy_is_told_of():
    frame = rows({"score": 0.9, "distance_to_critical": 0.2})
    alike = frame.assign(auc=float("nan"), auc_low=float("nan"), auc_high=float("nan"))
    both = pd.concat([alike, frame.assign(outcome="final_test_accuracy")])
    assert title(both).startswith("The final test accuracy is best foretold by the stability score")
    assert title(alike).startswith("No predictor could be told from chance")


def test_a_figure_starts_with_all_activations_and_both_experiments_where_there_are_both():
    one = rows({"score": 0.9, "distance_to_critical": 0.2})
    mixed = pd.concat([one.assign(activation="tanh"), one, one.assign(experiment="both")])
    frame = board.tidy({"leaderboard": mixed})[board.NAME]
    assert set(frame.experiment) == {"both"}
    split = board.tidy({"leaderboard": pd.concat([one.assign(activation="tanh"), one])})[board.NAME]
    assert split.activation.iloc[0] == "all"


def test_predictors_stand_in_the_order_of_their_ranks():
    frame = board.tidy(
        {
            "leaderboard": rows(
                {"score": 0.7, "gradient_stability": 0.05, "distance_to_critical": 0.4}
            )
        }
    )[board.NAME]
    order = frame.sort_values("order").name.tolist()
    assert order == ["gradient_stability", "score", "|σ_w² − σ_w²crit|"]


@pytest.mark.parametrize(("weight", "said"), [(0.0, True), (0.4, False)])
def test_a_part_that_weighs_nothing_is_named(weight, said):
    cell = dict.fromkeys(CELL_KEYS, "x") | {
        "depth": 4,
        "width": 8,
        "sigma_w2": 1.0,
        "sigma_b2": 0.0,
    }
    burdens = {f"{name}_burden": [0.3, np.nan] for name in stability_score.PARTS}
    frame = pd.DataFrame(burdens | {"depth_ratio_burden": [0.0, weight]})
    frame = frame.assign(**cell, optimizer=["sgd", "adam"], held_out=1, n_seeds=3)
    frame = frame.assign(quantity="test accuracy", score_of=["both", "measured"])
    caption = stability_score.caption({"stability_score": frame})
    assert ("L/ξ_c took nothing: the calibration found no use for it." in caption) is said
    assert "1 point at first; by all choices, 2 cells × optimizer." in caption
