"""How a network ended: planted accuracies and losses."""

import math

import numpy as np
import pyarrow as pa
import pytest

from initatlas.reducers import (
    convergence,
    map_outcomes,
    predictors,
    rate_convergence,
)
from initatlas.reducers import outcomes as reducer
from initatlas.reducers.convergence import median
from initatlas.reducers.endings import first_not_finite, steps_to
from initatlas.tables.trained import BEST_RATES
from tests.unit.reducers.ended import LOST, RULE, best, block, outcomes, run


def test_the_first_window_at_the_threshold_counts_as_trained():
    (found,) = outcomes(run(accuracy=[0.1, 0.8, 1.0, 1.0]))
    assert found["outcome"] == "trained"
    assert found["steps_to_threshold"] == 3  # (0.8 + 1.0) / 2 = 0.9
    assert math.isnan(found["diverged_step"])
    assert found["final_train_accuracy"] == 0.75
    assert found["final_validation_accuracy"] == 0.6
    assert found["generalization_gap"] == pytest.approx(0.25)
    assert found["kernel_drift"] == 0.25


def test_a_network_below_the_threshold_has_stalled():
    (found,) = outcomes(run(accuracy=[0.1, 0.8, 0.9, 0.8]))
    assert found["outcome"] == "stalled"
    assert math.isnan(found["steps_to_threshold"])


def test_a_network_diverges_at_its_first_loss_that_is_not_finite():
    (found,) = outcomes(run(accuracy=[0.1, 1.0, 1.0], loss=[1.0, 2.0, math.inf], **LOST))
    assert found["outcome"] == "diverged"
    assert found["diverged_step"] == 3
    assert found["steps_to_threshold"] == 3  # what it had reached before stays on record


def test_damage_by_the_last_update_is_seen_in_the_final_loss():
    (found,) = outcomes(run(train_loss=[2.0, 1.0, math.nan]))
    assert (found["outcome"], found["diverged_step"]) == ("diverged", 4)


def test_a_loss_that_stays_finite_far_above_its_start_has_diverged():
    """Bounded activations keep it finite; ten times the start is the limit, exactly."""
    high, limit = outcomes(run(0, train_loss=[2.0, 1.0, 20.1]), run(1, train_loss=[2.0, 1.0, 20.0]))
    assert (high["outcome"], high["diverged_step"]) == ("diverged", 4)
    assert limit["outcome"] == "stalled"


def test_a_checkpoint_is_judged_by_what_was_seen_until_then():
    found = map_outcomes.reduce(
        block(
            run(0, accuracy=[0.1, 0.8, 1.0, 1.0]),
            run(1, accuracy=[1.0, 1.0, 1.0], loss=[1.0, 2.0, math.nan], **LOST),
        ),
        **RULE,
    ).to_pylist()
    seen = {(row["seed"], row["step"]): row for row in found}
    assert set(seen) == {(0, 2), (0, 4), (1, 2), (1, 4)}
    assert [seen[0, step]["outcome"] for step in (2, 4)] == ["stalled", "trained"]
    assert [seen[0, step]["final_test_accuracy"] for step in (2, 4)] == [0.3, 0.5]
    assert math.isnan(seen[0, 2]["steps_to_threshold"])
    assert math.isnan(seen[0, 2]["kernel_drift"])
    assert seen[0, 4]["kernel_drift"] == 0.25
    # Its loss at the second checkpoint is no number: the two updates before it did that.
    assert (seen[1, 2]["outcome"], seen[1, 2]["diverged_step"]) == ("diverged", 2)
    assert (seen[1, 4]["outcome"], seen[1, 4]["diverged_step"]) == ("diverged", 3)


@pytest.mark.parametrize(
    ("accuracies", "window", "steps"),
    [
        ([0.9] * 5, 5, 5),
        ([0.9] * 4, 5, math.nan),
        ([0.0, 0.9], 1, 2),
        ([], 1, math.nan),
        # Ninths do not add up to exactly nine tenths; a network is not to fail for rounding.
        ([0.9] * 9, 9, 9),
        ([0.1, 0.7, 1.0, 1.0], 3, 4),
    ],
)
def test_steps_to_the_threshold(accuracies, window, steps):
    found = steps_to(np.array(accuracies, np.float32).astype(float), 0.9, window)
    assert found == pytest.approx(steps, nan_ok=True)


def test_losses_that_stay_finite_are_no_divergence_by_themselves():
    assert math.isnan(first_not_finite(np.array([1.0, 1e38])))
    assert first_not_finite(np.array([1.0, math.nan, math.inf])) == 2


def test_predictors_are_one_row_a_network_and_name_their_experiment():
    table = predictors.reduce(block(*[run(s, rate=r) for s in (0, 1) for r in (0.1, 1)]), "map")
    assert table.select(["seed", "guess", "experiment"]).to_pylist() == [
        {"seed": seed, "guess": seed + 0.5, "experiment": "map"} for seed in (0, 1)
    ]


def test_convergence_counts_every_network_and_takes_never_for_infinity():
    lost = run(2, accuracy=[0.1, 1.0, 1.0], loss=[1.0, 2.0, math.nan], rate=0.9, **LOST)
    rows = best(run(0, accuracy=[1.0] * 4), run(1, rate=0.3), lost)
    table = pa.Table.from_pylist(rows, schema=BEST_RATES.schema())
    (found,) = convergence.reduce(table).to_pylist()
    counts = [found[f"n_{name}"] for name in ("trained", "stalled", "diverged")]
    assert counts == [1, 1, 1]
    assert found["n_seeds"] == sum(counts)
    assert math.isinf(found["steps_to_threshold_median"])
    assert found["learning_rate_median"] == 0.3
    assert found["final_train_loss_n_finite"] == 2


def test_the_whole_grid_is_summed_up_by_the_rates_that_networks_share():
    own = [
        run(seed, rate=0.1 + seed, relative_learning_rate=r) for seed in (0, 1) for r in (0.5, 2.0)
    ]
    given = [run(seed, rate=0.25, optimizer="adam") for seed in (0, 1)]
    found = rate_convergence.reduce(reducer.reduce(block(*own, *given), **RULE)).to_pandas()
    assert found.n_seeds.tolist() == [2, 2, 2]
    assert found.relative_learning_rate.tolist()[:2] == [0.5, 2.0]
    assert found.learning_rate.isna().tolist() == [True, True, False]
    assert found.learning_rate[2] == 0.25


@pytest.mark.parametrize(
    ("steps", "middle"),
    [
        ([3.0, 1.0, 2.0], 2.0),
        ([1.0, 3.0], 2.0),
        ([1.0, 2.0, math.inf], 2.0),
        ([1.0, math.inf], math.inf),
        ([math.inf, math.inf], math.inf),
    ],
)
def test_the_median_of_steps_of_which_some_are_infinite(steps, middle):
    assert median(np.array(steps)) == middle
