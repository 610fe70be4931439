"""What do jobs write? One table a block of networks, and the data set that they saw."""

import pyarrow as pa

from initatlas.tables.columns import (
    CELL,
    LAYER,
    LAYER_FACTS,
    NETWORK_KEYS,
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
DATASET = Table(
    name="dataset",
    columns=(
        text("split", "train or test"),
        count("label", "class number", "1"),
        column("inputs", pa.list_(pa.float32()), "1", "standardized inputs of one point"),
    ),
    grain=(),
)
