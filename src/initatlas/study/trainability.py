"""How are networks trained at fair rates? The `trainability` and `trainability_map` sections."""

from collections.abc import Mapping

from initatlas.study import numbers
from initatlas.study.entries import Entry
from initatlas.study.optimizers import optimizers
from initatlas.study.place import Place
from initatlas.study.training import DTYPE, DTYPES, TRAINING, count

TRAINABILITY = {
    "steps": TRAINING["steps"],
    "batch_size": TRAINING["batch_size"],
    "checkpoints": count("the number of checkpoints, the start and the end included,", 2, 6),
    "validation_points": count(
        "the number of training points that choose the rate and are not trained on", 1, 256
    ),
    "points": TRAINING["points"],
    "kernel_points": count(
        "the number of points of tangent kernels, times classes the rows of each,", 2, 16, 1000
    ),
    "loss_points": count("the number of points of each set that losses are taken over", 1, 256),
}
SECTION = {
    **DTYPE,
    "optimizers": "list of optimizers, such as [sgd: {relative_learning_rates: [0.5, 2.0, 8.0]}]",
    **numbers.required(TRAINABILITY),
}
GRID = {"grid": "axes of the networks that are trained, where these are not all"}
MAP_GRID = {"grid": "axes of the map's networks; those left out are the study's"}


def trainability(given: Mapping[str, Place]) -> Entry:
    """How networks are trained, but for the grid of those that are."""
    plan = {
        "dtype": given["dtype"].choice(DTYPES, "dtype"),
        "optimizers": optimizers(given["optimizers"], relative=True),
        **numbers.read(given, TRAINABILITY),
    }
    steps, checkpoints = plan["steps"], plan["checkpoints"]
    if steps and checkpoints and checkpoints > steps + 1:
        given["checkpoints"].problem(
            f"{checkpoints} checkpoints do not fit into the start and {steps} steps; "
            f"take {steps + 1} or fewer, or more steps"
        )
    if plan["points"] and plan["kernel_points"] and plan["kernel_points"] > plan["points"]:
        given["kernel_points"].problem(
            f"must be at most {plan['points']}, the evaluation points; got {plan['kernel_points']}"
        )
    return plan
