"""Verdicts in the report: what to use, and what foretells training, said as the tables have it."""

import math

import numpy as np
import pandas as pd
import pytest

from initatlas.report import verdicts
from initatlas.report.chapters import OPENING
from initatlas.report.finding import Finding
from initatlas.report.page import FIRST, told_in
from initatlas.report.trainability_findings import foretold, frontier, predicting, recommended
from tests.unit.figures.test_leaderboard import rows as leaderboard


def advice(**changes: object) -> dict[str, object]:
    """A row of the recommendation: a is ahead of b beyond the scatter, as theory said."""
    return {
        "architecture": "mlp",
        "activation": "relu",
        "depth": 64,
        "width": 128,
        "initializer": "a",
        "runner_up": "b",
        "score": 0.9,
        "score_low": 0.85,
        "score_high": 1.02,
        "runner_up_score": 0.7,
        "difference": 0.2,
        "difference_low": 0.1,
        "difference_high": 0.3,
        "decisive": 1,
        "as_good": "",
        "n_candidates": 3,
        "optimizer": "sgd",
        "learning_rate": 0.1,
        "steps_median": 120.0,
        "trained_fraction": 1.0,
        "n_seeds": 8,
        "theory_pick": "a",
        "theory_score": 0.9,
        "theory_loss": 0.0,
        "theory_right": 1.0,
        "chance_loss": 0.2,
        "chance_right": 0.25,
    } | changes


def tables(*rows: dict[str, object]) -> dict[str, pd.DataFrame]:
    return {"recommendation": pd.DataFrame(rows)}


def cells(listing, column: str) -> list[str]:
    place = list(listing.columns).index(column)
    return [row[place] for row in listing.rows]


def test_a_recommendation_holds_its_evidence_and_an_accuracy_ends_at_1():
    (found,) = verdicts.recommendation(tables(advice()))
    assert cells(found, "use") == ["a"]
    assert cells(found, "test accuracy") == ["0.900 (0.850–1.000)"]
    assert cells(found, "ahead by") == ["0.200 (0.100 to 0.300)"]
    assert cells(found, "median steps") == ["120"]
    assert cells(found, "decisive") == ["yes"]
    assert cells(found, "was right") == ["yes"]
    assert "architecture" not in found.columns
    assert found.filters == ()


def test_several_architectures_and_depths_can_be_chosen_among():
    rows = [advice(depth=depth, architecture=name) for depth in (4, 64) for name in ("mlp", "cnn")]
    (found,) = verdicts.recommendation(tables(*rows))
    assert found.filters == ("depth", "architecture")
    assert cells(found, "depth") == ["4", "4", "64", "64"]


def test_what_is_not_sure_or_not_known_is_said():
    alone = {"runner_up": "", "n_candidates": 1, "n_seeds": 1} | dict.fromkeys(
        ["difference", "difference_low", "difference_high", "score_low", "score_high"], math.nan
    )
    (found,) = verdicts.recommendation(
        tables(
            advice(decisive=0, as_good="b, c", theory_right=0.0, theory_loss=0.25),
            advice(
                depth=128, steps_median=math.inf, theory_right=math.nan, theory_pick="", **alone
            ),
        )
    )
    assert cells(found, "not told apart") == ["b, c", ""]
    assert cells(found, "was right") == ["no, costs 0.250", ""]
    assert cells(found, "median steps") == ["120", "never"]
    assert cells(found, "test accuracy")[1] == "0.900"
    assert cells(found, "ahead by")[1] == ""


def test_studies_without_verdicts_print_none():
    for listing in (verdicts.recommendation, verdicts.leaderboard):
        assert listing({}) == []
    for finding in (frontier, recommended, foretold, predicting):
        assert finding({}) == []


def test_the_score_and_the_baselines_are_printed_whatever_their_rank():
    board = leaderboard({"gradient_stability": 0.1, "score": 0.8, "distance_to_critical": 0.45})
    board.loc[board.predictor != "gradient_stability", "rank"] += 30
    (found,) = verdicts.leaderboard({"leaderboard": board})
    assert cells(found, "predictor") == ["gradient_stability", "score", "|σ_w² − σ_w²crit|"]
    assert cells(found, "rank") == ["1", "32", "33"]
    assert cells(found, "AUC") == ["0.10", "0.80", "0.45"]
    assert cells(found, "strength") == ["0.80", "0.60", "0.10"]


def test_the_best_initializers_of_the_deepest_networks_are_found():
    (found,) = recommended(
        tables(advice(), advice(activation="tanh", initializer="c", decisive=0), advice(depth=4))
    )
    assert found.text == (
        "Of 3 combinations of activation and depth, a is the best, or not told from it, in 2, 1 "
        "of 3 initializers in none. At depth 64, the best test accuracy is 0.90 (95 %: 0.85 to "
        "1.00) for relu with a, "
        "0.90 (95 %: 0.85 to 1.00) for tanh with c; 1 of 2 winners is ahead of every other beyond "
        "the scatter of seeds."
    )
    assert recommended(tables(advice(n_candidates=1))) == []


def test_of_several_architectures_the_one_that_most_was_tried_with_is_told_of():
    rows = [advice(architecture="cnn"), advice(initializer="c"), advice(depth=4)]
    (found,) = recommended(tables(*rows))
    assert "At depth 64 of mlp networks, the best test accuracy is 0.90" in found.text
    assert "for relu with c" in found.text


def test_the_accuracies_of_one_initializer_are_said_together_and_few_are_named():
    rows = [advice(activation=f"φ{k}", initializer="ab"[k % 2]) for k in range(6)]
    (found,) = recommended(tables(*rows))
    assert "1.00) for φ0 and 0.90 (95 %: 0.85 to 1.00) for φ2 with a, 0.90" in found.text
    assert "for φ3 with b (2 other activations in the table); 6 of 6" in found.text


def test_who_is_not_told_from_the_best_counts_with_it():
    rows = [advice(as_good="b, c"), advice(depth=4, initializer="b", as_good="a")]
    (found,) = recommended(tables(*rows))
    assert found.text.startswith(
        "Of 2 combinations of activation and depth, a and b are each the best, or not told from "
        "it, in 2, c in 1. At depth 64,"
    )
    shares = {n.name.split()[4]: n.value for n in found.numbers if "not told from it" in n.name}
    assert shares == {"a": 1.0, "b": 1.0, "c": 0.5}
    alike = [
        advice(as_good="b", n_candidates=2),
        advice(depth=4, initializer="b", as_good="a", n_candidates=2),
    ]
    (found,) = recommended(tables(*alike))
    assert found.text.startswith("At depth 64,")


def test_what_following_theory_costs_is_found_beside_what_chance_would():
    rows = [
        advice(),
        advice(theory_right=0.0, theory_loss=0.3, activation="tanh", chance_right=0.75),
    ]
    (found,) = foretold(tables(*rows))
    assert found.text == (
        "What theory’s score would have picked is the best or cannot be told from it in 1 of 2 "
        "cases, a candidate at random in 1.0; following it costs 0.15 of test accuracy on average "
        "(0.30 at most), choosing at random 0.20."
    )


def fit(**changes: object) -> dict[str, object]:
    return {
        "architecture": "mlp",
        "initializer": "gaussian",
        "activation": "tanh",
        "optimizer": "sgd",
        "step": 300,
        "side": "both",
        "scale": "xi_c",
        "k": 4.1,
        "low": 3.7,
        "high": 4.6,
        "verdict": "fitted",
        "n_cells": 60,
    } | changes


def test_the_factor_of_the_last_checkpoint_is_found_with_its_interval():
    table = pd.DataFrame([fit(), fit(step=30, k=2.0), fit(side="chaotic", k=9.0)])
    (found,) = frontier({"frontier": table})
    assert found.text == (
        "Half of the networks train at a depth of 4.1 ξ_c (3.7 to 4.6) for tanh with sgd; 6 ξ_c "
        "was assumed, and is not within the interval (95 % intervals, after 300 updates)."
    )
    assert found.figure == "trainability_map"


def test_a_frontier_that_is_not_there_is_said_but_not_if_it_cannot_be_seen():
    lost = dict.fromkeys(["k", "low", "high"], np.nan)
    (found,) = frontier({"frontier": pd.DataFrame([fit(verdict="no_boundary", **lost)])})
    assert "no map shows an end of trainability" in found.text
    assert frontier({"frontier": pd.DataFrame([fit(verdict="few_cells", **lost)])}) == []


def test_who_predicts_training_is_found():
    board = leaderboard({"score": 0.9, "distance_to_critical": 0.3})
    (found,) = predicting({"leaderboard": board})
    assert found.text.startswith("Whether networks train is best foretold by the stability score")
    assert found.text.endswith("the score beats the trivial |σ_w² − σ_w²crit| (0.90 against 0.70).")


@pytest.mark.parametrize("many", [2, 9])
def test_a_report_opens_with_a_few_findings_and_the_others_stand_in_their_chapters(many):
    found = [Finding(text=str(k), figure="shown") for k in range(many)]
    lost = Finding(text="lost", figure="absent")
    shown = [
        {"anchor": OPENING, "figures": [{"name": "hero"}]},
        {"anchor": "here", "figures": [{"name": "shown"}]},
    ]
    told = told_in([*found, lost, Finding(text="hero", figure="hero")], shown)
    first = [str(k) for k in range(min(many, FIRST))]
    assert [f.text for f in told[OPENING]] == [*first, "lost", "hero"]
    assert [f.text for f in told["here"]] == [str(k) for k in range(FIRST, many)]
