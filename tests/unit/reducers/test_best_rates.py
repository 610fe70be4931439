"""Which rate was best for a network: planted validation accuracies, ties and divergence."""

import math

import pytest

from initatlas.reducers import best_rates, map_best_rates, map_outcomes
from initatlas.tables.trained import BEST_RATES, MAP_BEST_RATES, MAP_OUTCOMES, OUTCOMES
from tests.unit.reducers.ended import LOST, RULE, best, block, run, valid


def test_the_best_rate_is_that_of_the_highest_validation_accuracy():
    (found,) = best(
        run(rate=0.1, **valid(0.6)), run(rate=0.3, **valid(0.8)), run(rate=1.0, **valid(0.7))
    )
    assert found["learning_rate"] == 0.3
    assert found["final_validation_accuracy"] == 0.8
    assert found["rate_at_edge"] == 0
    assert found["rates_tried"] == 3


def test_the_test_set_has_no_say_in_the_choice():
    low, high = {"test_accuracy": [0.1, 0.1, 0.2]}, {"test_accuracy": [0.1, 0.1, 1.0]}
    for first, second in ((low, high), (high, low)):
        runs = (run(rate=0.1, **valid(0.6), **first), run(rate=0.3, **valid(0.8), **second))
        (found,) = best(*runs)
        assert found["learning_rate"] == 0.3


def test_ties_go_to_the_lower_validation_loss_and_then_to_the_smaller_rate():
    (found,) = best(run(rate=0.1, **valid(0.8, 0.9)), run(rate=0.3, **valid(0.8, 0.4)))
    assert found["learning_rate"] == 0.3
    (found,) = best(run(rate=0.3, **valid(0.8)), run(rate=0.1, **valid(0.8)))
    assert (found["learning_rate"], found["rate_at_edge"]) == (0.1, 1)


def test_a_rate_that_diverges_is_best_only_where_all_do():
    wild = run(rate=1.0, **(valid(0.9) | {"train_loss": [2.0, 1.0, 99.0]}))
    (found,) = best(run(rate=0.1, **valid(0.2)), wild)
    assert found["learning_rate"] == 0.1
    lost = [run(rate=rate, **LOST) for rate in (0.3, 0.1)]
    (found,) = best(*lost)
    assert (found["learning_rate"], found["outcome"]) == (0.1, "diverged")
    assert found["rates_workable"] == 0
    assert math.isnan(found["window_decades"])


def test_the_window_reaches_from_the_smallest_to_the_largest_rate_that_trains():
    learns = {"accuracy": [1.0] * 4}
    runs = [run(0, rate=r, **learns) for r in (0.1, 1.0)]
    runs += [run(0, rate=0.01), run(0, rate=10.0), run(1, rate=0.1, **learns), run(1, rate=1.0)]
    wide, single = best(*runs)
    assert wide["window_decades"] == pytest.approx(1.0)
    assert (wide["rates_workable"], wide["rates_tried"]) == (2, 4)
    assert single["window_decades"] == 0
    assert single["rates_workable"] == 1


def test_every_network_and_optimizer_has_a_best_rate_of_its_own():
    runs = [run(seed, rate=rate) for seed in (3, 1) for rate in (0.1, 0.3)]
    runs += [run(3, rate=0.001, optimizer="adam")]
    found = best(*runs)
    assert [(row["seed"], row["optimizer"]) for row in found] == [
        (3, "sgd"),
        (1, "sgd"),
        (3, "adam"),
    ]


def test_each_checkpoint_of_a_map_has_a_best_rate_of_its_own():
    early = run(rate=1.0, validation_accuracy=[0.1, 0.9, 0.2])
    late = run(rate=0.1, validation_accuracy=[0.1, 0.3, 0.8])
    table = map_best_rates.reduce(map_outcomes.reduce(block(early, late), **RULE))
    assert table.schema.names == MAP_BEST_RATES.schema().names
    assert {row["step"]: row["learning_rate"] for row in table.to_pylist()} == {2: 1.0, 4: 0.1}


def test_no_runs_have_no_best_rates():
    assert best_rates.reduce(OUTCOMES.schema().empty_table()).schema == BEST_RATES.schema()
    assert map_best_rates.reduce(MAP_OUTCOMES.schema().empty_table()).num_rows == 0


def test_rates_that_are_no_numbers_are_counted_and_never_preferred():
    (found,) = best(run(rate=math.nan, relative_learning_rate=0.5), run(rate=0.1, **valid(0.6)))
    assert found["learning_rate"] == 0.1
    assert found["rates_tried"] == 2
