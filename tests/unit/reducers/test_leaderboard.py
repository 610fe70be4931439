"""What predicts training: a planted number is found, chance is not, whatever the order of rows."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from initatlas.reducers import comparing
from initatlas.reducers.comparing import compared, rounded
from initatlas.reducers.leaderboard import reduce
from initatlas.reducers.scores import reduce as scores_of
from initatlas.rng import generator
from tests import trained_cells as planted

SIGMAS = np.geomspace(0.5, 4.0, 8).tolist()


def study(seeds: int = 3) -> dict:
    """Networks train where the gradient keeps its size; the forward signal says nothing."""
    cells = [
        cell
        for activation in ("tanh", "relu")
        for cell in planted.grid([4, 8, 16, 32], SIGMAS, activation=activation)
    ]
    rows = planted.networks(cells, seeds)
    growth = rows.depth * np.log(rows.sigma_w2)
    rows = rows.assign(gradient_growth=growth, gradient_stability=growth.abs())
    ends = planted.ended(rows, (growth.abs() < 8).to_numpy())
    return {
        "predictors": planted.predictors(rows),
        "theory": planted.theory(cells),
        "best_rates": planted.best_rates(ends.assign(learning_rate=1 / (1 + growth.abs()))),
    }


def leaderboard(given: dict) -> pd.DataFrame:
    scored = scores_of(given["predictors"], given["theory"], None, None)
    return reduce(given["predictors"], scored, given["best_rates"], None).to_pandas()


@pytest.fixture(scope="module")
def found() -> pd.DataFrame:
    return leaderboard(study())


def at(board: pd.DataFrame, predictor: str, outcome: str, activation: str = "all") -> pd.Series:
    row = board[
        (board.predictor == predictor)
        & (board.outcome == outcome)
        & (board.activation == activation)
    ]
    assert len(row) == 1
    return row.iloc[0]


def test_a_planted_predictor_wins_with_the_right_direction(found):
    row = at(found, "gradient_stability", "trained")
    assert row["auc"] == 0  # all that trained have the smaller value
    assert row["auc_high"] == 0
    assert row["rank"] == 1
    assert row["found"] == 1
    assert row["spearman"] < -0.7
    assert row["n_cells"] == 64
    assert at(found, "gradient_stability", "best_rate")["spearman"] == pytest.approx(-1, abs=1e-12)
    assert at(found, "gradient_stability", "steps_to_threshold")["spearman"] > 0.7


def test_noise_is_not_found(found):
    noise = found[(found.predictor == "noise") & (found.activation == "all")]
    assert len(noise) == 6
    assert (noise.found == 0).all()
    assert (noise["rank"].dropna() > 1).all()


def test_sources_and_groups_are_told(found):
    assert set(found.activation) == {"all", "relu", "tanh"}
    sources = found.drop_duplicates("predictor").set_index("predictor").source
    assert sources["noise"] == "measured"
    assert sources["xi_c"] == "theory"
    assert sources["score"] == "score"
    assert sources["depth"] == "baseline"
    assert (found[found.activation == "tanh"].n_cells <= 32).all()


def test_a_constant_predicts_nothing_and_has_no_place(found):
    row = at(found, "xi_c", "trained")
    assert np.isnan(row["spearman"])
    assert row["auc"] == 0.5  # all pairs tie
    assert row["found"] == 0


def test_only_what_is_yes_or_no_has_an_area(found):
    assert found[found.outcome != "trained"].auc.isna().all()
    assert found[(found.outcome == "trained") & (found.predictor == "depth")].auc.notna().all()


def test_rows_in_any_order_give_the_same_leaderboard(found):
    given = study()
    mixed = {name: planted.shuffled(table) for name, table in given.items()}
    pd.testing.assert_frame_equal(leaderboard(mixed), found, rtol=1e-9)


def test_nan_says_nothing_and_infinity_is_the_largest():
    cells = pd.DataFrame(
        {"x": [1.0, 2.0, np.nan, 3.0, np.inf, 4.0], "trained": [0, 0, 1, 1, 1, 1.0]}
    )
    row = compared(cells, ["x"], ["trained"], generator(0, "nan")).iloc[0]
    assert row["auc"] == 1
    assert row["n_cells"] == 5


def test_a_network_that_never_trains_takes_the_most_steps():
    given = study()
    rows = given["best_rates"].to_pandas()
    assert rows.steps_to_threshold.isna().any()
    board = leaderboard(given)
    row = at(board, "gradient_stability", "steps_to_threshold")
    assert row["n_cells"] == 64  # none is dropped


def test_cells_and_not_networks_are_counted():
    """More seeds of the same cells make no interval narrower than the cells do."""
    few, many = leaderboard(study(seeds=2)), leaderboard(study(seeds=10))
    widths = [
        at(board, "depth", "best_rate")[["spearman_low", "spearman_high"]].to_numpy(float)
        for board in (few, many)
    ]
    np.testing.assert_allclose(*widths, atol=1e-12)


def test_among_shuffled_outcomes_something_is_found_as_rarely_as_the_level_says(monkeypatch):
    """The level is that of all predictors of an outcome together."""
    monkeypatch.setattr(comparing, "TIMES", 0)  # intervals are not asked for
    rng = generator(0, "family")
    times, names = 150, [f"x{i}" for i in range(20)]
    draws = rng.normal(size=(times, 30, 20))
    outcomes = rng.permuted(np.broadcast_to(np.arange(30.0), (times, 30)), axis=1)
    boards = (
        compared(pd.DataFrame(x, columns=names).assign(y=y), names, ["y"], rng)
        for x, y in zip(draws, outcomes, strict=True)
    )
    wrong = sum(board.found.any() for board in boards)
    # Holm's level is exact but for the dependence of 20 tests on one outcome, which lowers it.
    assert 0 < wrong / times < 0.05 + 3 * np.sqrt(0.05 * 0.95 / times)


def test_what_calibrated_the_score_is_left_out(monkeypatch):
    from initatlas.reducers import scores
    from initatlas.reducers.score import Calibration

    known = scores.CALIBRATION
    fields = {"study": "c", "datasets": ("digits",), "depths": (4, 8), "tables": ""}
    monkeypatch.setattr(scores, "CALIBRATION", Calibration(scores=known.scores, **fields))
    board = leaderboard(study())
    assert at(board, "depth", "trained").n_cells == 32


def test_both_experiments_are_compared_alone_and_together():
    given = study()
    cells = planted.grid([4, 8, 16, 64], SIGMAS)
    rows = planted.networks(cells, 2)
    more = planted.predictors(rows, "trainability_map")
    joined = pa.concat_tables([given["predictors"], more])
    scored = scores_of(joined, given["theory"], planted.theory(cells), None)
    mapped = pd.concat([rows.assign(step=step) for step in (0, 10, 20)])
    board = reduce(joined, scored, given["best_rates"], planted.best_rates(mapped)).to_pandas()
    counts = board[(board.activation == "all") & (board.predictor == "depth")]
    counts = counts.groupby("experiment").n_cells.max()
    # 24 cells of tanh are in both experiments and count once.
    assert counts.to_dict() == {"trainability": 64, "trainability_map": 32, "both": 72}


def test_what_theory_computed_in_two_ways_is_a_tie():
    third = np.array([1 / 3, 1 / 3 + 1e-16, 0.1 + 0.2, 0.3, 0.0, np.inf, -np.inf])
    found = rounded(third)
    assert found[0] == found[1]
    assert found[2] == found[3]
    assert found[4:].tolist() == [0.0, np.inf, -np.inf]
    assert rounded(np.array([1.0, 1 + 1e-8])).tolist() == [1.0, 1 + 1e-8]
    assert np.isnan(rounded(np.array([np.nan]))).all()
