"""How a network ended: planted accuracies and losses."""

import math

import numpy as np
import pyarrow as pa
import pytest

from initatlas.reducers.convergence import median
from initatlas.reducers.convergence import reduce as converge
from initatlas.reducers.outcomes import first_not_finite, reduce, steps_to
from initatlas.tables import TRAINING
from initatlas.tables.reduced import OUTCOMES


def run(
    seed: int, accuracy: list[float], loss: list[float] | None = None, final: float = 0.1
) -> list[dict]:
    """Rows of a network whose mini-batches were recorded in two parts, at steps 0, 2 and last."""
    losses = loss or [1.0] * len(accuracy)
    parts = {0: slice(0, 0), 2: slice(0, 2), len(losses): slice(2, None)}
    return [
        {
            "study": "s",
            "dataset": "d",
            "architecture": "mlp",
            "initializer": "he_normal",
            "activation": "relu",
            "depth": 2,
            "width": 8,
            "seed": seed,
            "sigma_w2": 2.0,
            "sigma_b2": 0.0,
            "optimizer": "sgd",
            "learning_rate": 0.1,
            "layer": layer,
            "step": step,
            "train_loss": final if layer == 3 else None,
            "train_accuracy": 0.75 if layer == 3 else None,
            "test_loss": final if layer == 3 else None,
            "test_accuracy": 0.5 if layer == 3 else None,
            "batch_loss": losses[part] if layer == 3 else None,
            "batch_accuracy": accuracy[part] if layer == 3 else None,
        }
        for step, part in parts.items()
        for layer in range(4)
    ]


def outcomes(*runs: list[dict]) -> list[dict]:
    rows = [row for rows in runs for row in rows]
    table = pa.Table.from_pylist(rows, schema=TRAINING.schema())
    return reduce(table, threshold=0.9, window=2).to_pylist()


def test_the_first_window_at_the_threshold_counts_as_trained():
    found = outcomes(run(0, [0.1, 0.8, 1.0, 1.0]))[0]
    assert found["outcome"] == "trained"
    assert found["steps_to_threshold"] == 3  # (0.8 + 1.0) / 2 = 0.9
    assert math.isnan(found["diverged_step"])
    assert found["final_train_accuracy"] == 0.75
    assert found["generalization_gap"] == pytest.approx(0.25)


def test_a_network_below_the_threshold_has_stalled():
    found = outcomes(run(0, [0.1, 0.8, 0.9, 0.8]))[0]
    assert found["outcome"] == "stalled"
    assert math.isnan(found["steps_to_threshold"])


def test_a_network_diverges_at_its_first_loss_that_is_not_finite():
    found = outcomes(run(0, [0.1, 1.0, 1.0], loss=[1.0, 2.0, math.inf], final=math.nan))[0]
    assert found["outcome"] == "diverged"
    assert found["diverged_step"] == 3
    assert found["steps_to_threshold"] == 3  # what it had reached before stays on record


def test_damage_by_the_last_update_is_seen_in_the_final_loss():
    found = outcomes(run(0, [0.1, 0.2, 0.3, 0.4], final=math.nan))[0]
    assert found["outcome"] == "diverged"
    assert found["diverged_step"] == 4


def test_rows_in_any_order_give_the_same_outcomes():
    rows = [*run(0, [0.1, 0.8, 1.0, 1.0]), *run(1, [0.1, 0.2, 0.3, 0.4])]
    order = np.random.default_rng(0).permutation(len(rows))
    one, other = outcomes(rows), outcomes([rows[i] for i in order])
    by_seed = {row["seed"]: row["outcome"] for row in one}
    assert by_seed == {0: "trained", 1: "stalled"}
    assert {row["seed"]: row["steps_to_threshold"] for row in other}[0] == 3


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


def test_losses_that_stay_finite_do_not_diverge():
    assert math.isnan(first_not_finite(np.array([1.0, 1e38])))
    assert first_not_finite(np.array([1.0, math.nan, math.inf])) == 2


def test_convergence_counts_every_network_and_takes_never_for_infinity():
    lost = run(2, [0.1, 1.0, 1.0], loss=[1.0, 2.0, math.nan], final=math.nan)
    rows = outcomes(run(0, [1.0, 1.0, 1.0]), run(1, [0.1, 0.1, 1.0]), lost)
    found = converge(pa.Table.from_pylist(rows, schema=OUTCOMES.schema())).to_pylist()[0]
    counts = [found[f"n_{name}"] for name in ("trained", "stalled", "diverged")]
    assert counts == [1, 1, 1]
    assert found["n_seeds"] == sum(counts)
    assert math.isinf(found["steps_to_threshold_median"])
    assert found["final_train_loss_n_finite"] == 2


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
