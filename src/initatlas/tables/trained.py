"""How did networks train, at every learning rate and at the best? What reducers make of it.

Nothing that computes imports this module, so a new reduced table reruns no computation.
"""

from initatlas.tables.columns import (
    CELL,
    CELL_KEYS,
    N_SEEDS,
    NETWORK_KEYS,
    RELATIVE_RATE,
    RUN,
    SEED,
    STEP,
    VARIANCES,
)
from initatlas.tables.kinds import Table, count, number, text

RUN_KEYS = (*(field.name for field in RUN), RELATIVE_RATE.name)
FINAL = (
    number("final_train_loss", "cross-entropy on the points that were trained on", "nat"),
    number("final_train_accuracy", "accuracy on the points that were trained on"),
    number("final_validation_loss", "cross-entropy on the points that choose the rate", "nat"),
    number("final_validation_accuracy", "accuracy on the points that choose the rate"),
    number("final_test_loss", "cross-entropy on the test set", "nat"),
    number("final_test_accuracy", "accuracy on the test set"),
    number("generalization_gap", "final train minus final test accuracy"),
    number("kernel_drift", "‖Θ_T − Θ_0‖_F / ‖Θ_0‖_F from start to end of training; NaN: diverged"),
)
ENDING = (
    text("outcome", "trained, stalled or diverged"),
    number("steps_to_threshold", "first step at the threshold; NaN if never", "updates"),
    number("diverged_step", "step at which the loss was not finite; NaN if never", "updates"),
    *FINAL,
)
WINDOW = (
    number(
        "window_decades",
        "log₁₀ of the largest over the smallest learning rate at which the network trained: 0 "
        "where it is but one, NaN where there is none",
        "decades",
    ),
    count("rates_workable", "learning rates at which the network trained", "1"),
    count("rates_tried", "learning rates at which it was trained", "1"),
    count("rate_at_edge", "1 where the best rate is the smallest or largest tried, else 0", "1"),
)

OUTCOMES = Table(
    name="outcomes",
    columns=(*CELL, SEED, *VARIANCES, *RUN, RELATIVE_RATE, *ENDING),
    grain=(*NETWORK_KEYS, *RUN_KEYS),
)
MAP_OUTCOMES = Table(
    name="map_outcomes",
    columns=(*CELL, SEED, *VARIANCES, *RUN, RELATIVE_RATE, STEP, *ENDING),
    grain=(*NETWORK_KEYS, *RUN_KEYS, "step"),
)
BEST_RATES = Table(
    name="best_rates",
    columns=(*CELL, SEED, *VARIANCES, *RUN, RELATIVE_RATE, *ENDING, *WINDOW),
    grain=(*NETWORK_KEYS, "optimizer"),
)
MAP_BEST_RATES = Table(
    name="map_best_rates",
    columns=(*CELL, SEED, *VARIANCES, *RUN, RELATIVE_RATE, STEP, *ENDING, *WINDOW),
    grain=(*NETWORK_KEYS, "optimizer", "step"),
)
PREDICTORS = Table(
    name="predictors",
    columns=(
        *CELL,
        SEED,
        *VARIANCES,
        text("experiment", "stage that the network is of: trainability or trainability_map"),
    ),
    grain=(*NETWORK_KEYS, "experiment"),
    open=True,
)
COUNTS = (
    N_SEEDS,
    count("n_trained", "networks that reached the threshold and stayed finite", "networks"),
    count("n_stalled", "networks that stayed finite below the threshold", "networks"),
    count("n_diverged", "networks whose loss became infinite or NaN", "networks"),
    number(
        "steps_to_threshold_median",
        "median over all networks, never counting as infinitely many steps",
        "updates",
    ),
)
CONVERGENCE = Table(
    name="convergence",
    columns=(
        *CELL,
        *VARIANCES,
        RUN[0],
        number("learning_rate_median", "median of the networks' best learning rates"),
        *COUNTS,
    ),
    grain=(*CELL_KEYS, "optimizer"),
    open=True,
)
RATE_CONVERGENCE = Table(
    name="rate_convergence",
    columns=(
        *CELL,
        *VARIANCES,
        RUN[0],
        number("learning_rate", "step size of the optimizer; NaN where networks have their own"),
        RELATIVE_RATE,
        *COUNTS,
    ),
    grain=(*CELL_KEYS, *RUN_KEYS),
    open=True,
)
