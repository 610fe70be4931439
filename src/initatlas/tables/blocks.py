"""What do jobs write? One table a block of networks, and the data set that they saw."""

import pyarrow as pa

from initatlas.tables.columns import (
    CELL,
    LAYER,
    LAYER_FACTS,
    NETWORK_KEYS,
    RELATIVE_RATE,
    RUN,
    SEED,
    STEP,
    VARIANCES,
)
from initatlas.tables.kinds import Table, column, count, number, text

INITIALIZATION = Table(
    name="initialization",
    columns=(*CELL, SEED, *VARIANCES, LAYER, *LAYER_FACTS),
    grain=(*NETWORK_KEYS, "layer"),
    open=True,
)
TRAINING = Table(
    name="training",
    columns=(
        *CELL,
        SEED,
        *VARIANCES,
        *RUN,
        LAYER,
        *LAYER_FACTS,
        STEP,
        number("train_loss", "cross-entropy on the training set (readout rows only)", "nat"),
        number("train_accuracy", "accuracy on the training set (readout rows only)"),
        number("test_loss", "cross-entropy on the test set (readout rows only)", "nat"),
        number("test_accuracy", "accuracy on the test set (readout rows only)"),
        column(
            "batch_loss",
            pa.list_(pa.float32()),
            "nat",
            "loss of each mini-batch since the last recorded step (readout rows only)",
        ),
        column(
            "batch_accuracy",
            pa.list_(pa.float32()),
            "1",
            "accuracy of each mini-batch since the last recorded step (readout rows only)",
        ),
        column(
            "activation_histogram",
            pa.list_(pa.int32()),
            "count",
            "activations below, in each bin of, and above the range in the provenance; not finite",
        ),
        column(
            "weight_histogram",
            pa.list_(pa.int32()),
            "count",
            "weights times √fan_in: below, in each bin, above the range; not finite",
        ),
    ),
    grain=(*NETWORK_KEYS, "optimizer", "learning_rate", "step", "layer"),
    open=True,
)
SERIES = (
    ("train_loss", "nat", "cross-entropy on the points that are trained on"),
    ("train_accuracy", "1", "accuracy on the points that are trained on"),
    ("validation_loss", "nat", "cross-entropy on the points that choose the learning rate"),
    ("validation_accuracy", "1", "accuracy on the points that choose the learning rate"),
    ("test_loss", "nat", "cross-entropy on the test set"),
    ("test_accuracy", "1", "accuracy on the test set"),
)
TRAINABILITY = Table(
    name="trainability",
    columns=(
        *CELL,
        SEED,
        *VARIANCES,
        *RUN,
        RELATIVE_RATE,
        column(
            "checkpoint",
            pa.list_(pa.int64()),
            "updates",
            "optimizer updates done before each checkpoint, the first at 0, the last at the end",
        ),
        *(
            column(name, pa.list_(pa.float64()), unit, f"{what}, at each checkpoint; NaN: diverged")
            for name, unit, what in SERIES
        ),
        column(
            "batch_loss", pa.list_(pa.float32()), "nat", "loss of each mini-batch before its update"
        ),
        column(
            "batch_accuracy", pa.list_(pa.float32()), "1", "accuracy of each mini-batch likewise"
        ),
        number(
            "kernel_drift",
            "‖Θ_T − Θ_0‖_F / ‖Θ_0‖_F of the tangent kernel, from start to end; NaN: diverged",
        ),
    ),
    grain=(*NETWORK_KEYS, "optimizer", "learning_rate", "relative_learning_rate"),
    open=True,
)
DATASET = Table(
    name="dataset",
    columns=(
        text("split", "train or test"),
        count("label", "class number", "1"),
        column("inputs", pa.list_(pa.float32()), "1", "standardized inputs of one point"),
    ),
    grain=(),
)
