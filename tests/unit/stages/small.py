"""A data set and jobs small enough to run in every test."""

import numpy as np
import pyarrow as pa

from initatlas.tables import DATASET


def dataset() -> pa.Table:
    """Three Gaussian classes in 12 dimensions, 90 training and 30 test points."""
    rng = np.random.default_rng(0)
    labels = np.arange(120) % 3
    centres = rng.standard_normal((3, 12))
    inputs = (centres[labels] + 0.5 * rng.standard_normal((120, 12))).astype(np.float32)
    columns = [
        pa.array(["train"] * 90 + ["test"] * 30),
        pa.array(labels, pa.int64()),
        pa.array(list(inputs), pa.list_(pa.float32())),
    ]
    return pa.table(columns, schema=DATASET.schema())


def gridded(job: dict) -> dict:
    """A prediction's job whose axes stand in a grid, the only one."""
    names = ("architectures", "initializers", "depths", "widths")
    return job | {"grids": [{name: job[name] for name in names}]}


def block(**changes) -> dict:
    """An initialization job: two seeds, two σ_w², two widths."""
    return {
        "study": "small",
        "seed": 3,
        "dataset": {"name": "blobs"},
        "architecture": {"name": "mlp"},
        "initializer": {"name": "gaussian", "sigma_w2": [1.0, 2.0], "sigma_b2": [0.0]},
        "activation": {"name": "tanh"},
        "depth": 3,
        "widths": [24],
        "seeds": [0, 1],
        "device": "cpu",
        "memory_mb": 500,
        "measurement": {
            "dtype": "float64",
            "points": 20,
            "pairs": 4,
            "pair_correlation": 0.5,
        },
    } | changes


def training_block(**changes) -> dict:
    """A training job: the same networks, two learning rates."""
    plan = {
        "dtype": "float32",
        "optimizers": [
            {"name": "sgd", "learning_rate": rate, "momentum": 0.0} for rate in (0.05, 0.1)
        ],
        "steps": 12,
        "batch_size": 16,
        "records": 5,
        "points": 20,
        "loss_points": 40,
        "histogram": {"bins": 20, "activations": [-1.0, 1.0], "weights": [-4.0, 4.0]},
    }
    return block(training=plan) | changes
