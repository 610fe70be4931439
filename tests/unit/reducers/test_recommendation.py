"""Which initializer to use: a planted winner is decisive, a tie is not, and theory is judged."""

import math

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from scipy import stats

from initatlas.reducers.recommendation import reduce
from initatlas.reducers.scores import reduce as scores_of
from initatlas.rng import generator
from tests import trained_cells as planted

SCHEMES = ("glorot_normal", "he_normal", "orthogonal", "torch_default")


def networks(accuracy: dict[str, float], seeds: int = 8, scatter: float = 0.01) -> pd.DataFrame:
    """Networks of one activation and depth whose test accuracies scatter around these."""
    cells = [planted.CELL | {"initializer": name} for name in accuracy]
    rows = planted.networks(cells, seeds)
    rng = generator(0, "accuracy", *accuracy)
    noise = scatter * rng.normal(size=len(rows))
    centre = rows.initializer.map(accuracy).to_numpy()
    return rows.assign(final_test_accuracy=centre + noise, final_validation_accuracy=centre)


def recommended(rows: pd.DataFrame, scores: pa.Table | None = None) -> pd.Series:
    found = reduce(planted.best_rates(rows), scores).to_pandas()
    assert len(found) == 1
    return found.iloc[0]


def scores_with(rows: pd.DataFrame, stability: dict[str, float]) -> pa.Table:
    """What the score says of the cells, from theory's forward stability."""
    cells = rows.drop_duplicates("initializer").to_dict("records")
    known = planted.theory(cells, forward_stability=[stability[c["initializer"]] for c in cells])
    return scores_of(planted.predictors(rows), known, None, None)


def test_a_planted_winner_is_decisive_with_its_evidence():
    rows = networks(dict(zip(SCHEMES, (0.6, 0.9, 0.8, 0.1), strict=True)))
    found = recommended(rows)
    assert found.initializer == "he_normal"
    assert found.runner_up == "orthogonal"
    assert found.decisive == 1
    assert found.as_good == ""
    assert found.n_candidates == 4
    own = rows[rows.initializer == "he_normal"].final_test_accuracy
    low, high = stats.t.interval(0.95, 7, own.mean(), own.sem())
    assert found.score == pytest.approx(own.mean(), rel=1e-14)
    assert (found.score_low, found.score_high) == (pytest.approx(low), pytest.approx(high))


def test_the_difference_is_welchs_at_bonferronis_level():
    rows = networks(dict(zip(SCHEMES, (0.6, 0.9, 0.89, 0.1), strict=True)))
    found = recommended(rows)
    first, second = (
        rows[rows.initializer == name].final_test_accuracy
        for name in (found.initializer, found.runner_up)
    )
    test = stats.ttest_ind(first, second, equal_var=False)
    interval = test.confidence_interval(1 - 0.05 / 3)
    assert found.difference_low == pytest.approx(interval.low, rel=1e-10)
    assert found.difference_high == pytest.approx(interval.high, rel=1e-10)


def test_a_tie_is_not_decisive_and_names_who_is_as_good():
    rows = networks(dict(zip(SCHEMES, (0.9, 0.9, 0.5, 0.1), strict=True)))
    found = recommended(rows)
    assert found.decisive == 0
    assert {found.initializer, found.runner_up} == {"glorot_normal", "he_normal"}
    assert found.as_good == found.runner_up
    assert found.difference_low < 0 < found.difference_high


def test_the_best_of_many_equal_ones_is_rarely_called_decisive():
    times, names = 300, [f"i{i}" for i in range(6)]
    trials = [planted.CELL | {"initializer": n, "depth": d} for n in names for d in range(times)]
    rows = planted.networks(trials, 5)
    draws = generator(0, "equal").normal(0.8, 0.02, len(rows))
    table = planted.best_rates(rows.assign(final_test_accuracy=draws))
    wrong = reduce(table, None).to_pandas().decisive
    assert len(wrong) == times
    # To be ahead of all others by a level of 0.01 each happens at most in 1 of 20 trials.
    assert wrong.mean() < 0.05 + 3 * math.sqrt(0.05 * 0.95 / times)


def test_an_interval_of_accuracies_keeps_to_their_range():
    rows = networks({"he_normal": 0.6, "orthogonal": 0.5}, seeds=2, scatter=0.2)
    found = recommended(rows)
    assert (found.score_low, found.score_high) == (0, 1)
    assert (found.difference_low, found.difference_high) == (-1, 1)


def test_one_network_of_each_decides_nothing():
    found = recommended(networks({"he_normal": 0.9, "orthogonal": 0.1}, seeds=1))
    assert found.initializer == "he_normal"
    assert found.decisive == 0
    assert math.isnan(found.score_low)
    assert found.as_good == "orthogonal"


def test_a_lone_candidate_has_no_runner_up():
    found = recommended(networks({"he_normal": 0.9}))
    assert found.runner_up == ""
    assert found.decisive == 0
    assert math.isnan(found.difference)


def test_a_network_that_diverged_at_every_rate_counts_as_0():
    rows = networks({"he_normal": 0.9, "orthogonal": 0.8}, scatter=0.0)
    lost = (rows.initializer == "he_normal") & (rows.seed < 2)
    rows.loc[lost, ["final_test_accuracy", "final_validation_accuracy"]] = np.nan
    found = recommended(rows.assign(outcome=np.where(lost, "diverged", "trained")))
    assert found.initializer == "orthogonal"
    assert found.runner_up_score == pytest.approx(0.9 * 6 / 8)


def test_each_variance_of_a_sweep_is_a_candidate_with_a_name():
    cells = [*planted.grid([8], [1.0, 3.0]), planted.CELL | {"initializer": "he_normal"}]
    rows = planted.networks(cells, 4)
    accuracy = np.where(rows.initializer == "he_normal", 0.5, rows.sigma_w2 / 4)
    noise = 0.01 * generator(0, "sweep").normal(size=len(rows))
    found = recommended(rows.assign(final_test_accuracy=accuracy + noise))
    assert found.initializer == "gaussian σ_w² = 3"
    assert found.runner_up == "he_normal"
    single = recommended(rows[rows.sigma_w2 == 3].assign(final_test_accuracy=0.7))
    assert single.initializer == "gaussian σ_w² = 3"


def test_the_optimizer_is_chosen_on_validation_and_not_on_the_test():
    rows = networks({"he_normal": 0.8, "orthogonal": 0.7})
    sgd = rows.assign(optimizer="sgd", final_validation_accuracy=0.9)
    adam = rows.assign(optimizer="adam", final_validation_accuracy=0.85)
    adam["final_test_accuracy"] += 0.1
    found = recommended(pd.concat([adam, sgd]))
    assert found.optimizer == "sgd"
    assert found.score == pytest.approx(sgd.final_test_accuracy[:8].mean())


def test_theory_is_told_right_or_what_following_it_costs():
    rows = networks(dict(zip(SCHEMES, (0.6, 0.9, 0.8, 0.1), strict=True)))
    stability = dict.fromkeys(SCHEMES, 5.0)
    right = recommended(rows, scores_with(rows, stability | {"he_normal": 0.0}))
    assert right.theory_pick == "he_normal"
    assert right.theory_right == 1
    assert right.theory_loss == 0
    wrong = recommended(rows, scores_with(rows, stability | {"orthogonal": 0.0}))
    assert wrong.theory_pick == "orthogonal"
    assert wrong.theory_right == 0
    assert wrong.theory_loss == pytest.approx(wrong.difference, rel=1e-12)


def test_beside_theory_stands_what_a_candidate_at_random_would_do():
    """Two of four cannot be told apart, so that half of all picks would be called right."""
    rows = networks(dict(zip(SCHEMES, (0.9, 0.9, 0.5, 0.1), strict=True)))
    found = recommended(rows, scores_with(rows, dict.fromkeys(SCHEMES, 5.0)))
    assert found.chance_right == 0.5
    means = rows.groupby("initializer").final_test_accuracy.mean()
    assert found.chance_loss == pytest.approx(means.max() - means.mean(), rel=1e-12)


def test_what_theory_cannot_tell_apart_it_picks_together():
    rows = networks(dict(zip(SCHEMES, (0.6, 0.9, 0.8, 0.1), strict=True)))
    stability = {"he_normal": 1.0, "orthogonal": 1.0 + 1e-13}
    found = recommended(rows, scores_with(rows, dict.fromkeys(SCHEMES, 5.0) | stability))
    assert found.theory_pick == "he_normal, orthogonal"
    assert found.theory_right == 0  # orthogonal is not as good
    assert found.theory_loss == pytest.approx(found.difference / 2, rel=1e-12)


def test_without_theory_it_has_no_say():
    found = recommended(networks({"he_normal": 0.9, "orthogonal": 0.8}))
    assert found.theory_pick == ""
    assert math.isnan(found.theory_right)


def test_every_architecture_activation_and_depth_has_its_own_row_in_any_order():
    cells = [
        planted.CELL | {"initializer": name, "activation": activation, "depth": depth}
        for name in SCHEMES
        for activation in ("relu", "tanh")
        for depth in (4, 16)
    ]
    rows = planted.networks(cells, 3)
    noise = generator(0, "rows").normal(0.5, 0.1, len(rows))
    table = planted.best_rates(rows.assign(final_test_accuracy=noise))
    found = reduce(table, None).to_pandas()
    assert len(found) == 4
    other = reduce(planted.shuffled(table), None).to_pandas()
    pd.testing.assert_frame_equal(found, other, rtol=1e-12)
