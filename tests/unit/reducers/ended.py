"""Runs with planted accuracies and losses, and what reducers make of them."""

import math

import pyarrow as pa

from initatlas.reducers import (
    best_rates,
)
from initatlas.reducers import outcomes as reducer
from initatlas.tables import TRAINABILITY, column

RULE = {"threshold": 0.9, "window": 2, "blow_up": 10.0}
GUESS = column("guess", pa.float64(), "1", "a predictor")


def run(seed=0, accuracy=(0.1, 0.2, 0.3, 0.4), loss=None, rate=0.1, **changes) -> dict:
    """A run with checkpoints at 0, 2 and the last step; `changes` replace columns."""
    losses = list(loss or [1.0] * len(accuracy))
    scores = {
        "train_loss": [2.0, 1.0, 0.5],
        "train_accuracy": [0.1, 0.4, 0.75],
        "validation_loss": [2.0, 1.0, 0.5],
        "validation_accuracy": [0.1, 0.4, 0.6],
        "test_loss": [2.0, 1.5, 1.0],
        "test_accuracy": [0.1, 0.3, 0.5],
    }
    return {
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
        "learning_rate": rate,
        "relative_learning_rate": math.nan,
        "checkpoint": [0, 2, 4],
        **scores,
        "batch_loss": losses,
        "batch_accuracy": list(accuracy),
        "kernel_drift": 0.25,
        "guess": seed + 0.5,
    } | changes


def block(*runs: dict) -> pa.Table:
    return pa.Table.from_pylist(list(runs), schema=TRAINABILITY.schema([GUESS]))


def outcomes(*runs: dict) -> list[dict]:
    return reducer.reduce(block(*runs), **RULE).to_pylist()


def best(*runs: dict) -> list[dict]:
    return best_rates.reduce(reducer.reduce(block(*runs), **RULE)).to_pylist()


def valid(accuracy: float, loss: float = 0.5) -> dict:
    """Scores on validation points at the end."""
    return {"validation_accuracy": [0.1, 0.1, accuracy], "validation_loss": [2.0, 2.0, loss]}


LOST = {
    name: [2.0, math.nan, math.nan]
    for name in ("train_loss", "train_accuracy", "validation_loss", "validation_accuracy")
}
