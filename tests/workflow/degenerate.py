"""A study in which whole cells cannot signal, learn or be told apart: records and configuration."""

from tests.small_study import FAIR, PLANE, TRACED

RECORDS = '''
"""Activations without a number and without a signal; labels without a reason."""

import numpy as np
import torch

from initatlas.activations import Activation
from initatlas.datasets.base import Dataset, Points


def load(options, cache, rng):
    return Points(inputs=rng.standard_normal((60, 1)).repeat(2, axis=0), labels=np.arange(120) % 2)


LOST = Activation(name="lost", phi=lambda z: z * float("nan"))
SILENT = Activation(name="silent", phi=lambda z: 0 * z)
IMPOSSIBLE = Dataset(name="impossible", load=load, source="this test")
'''
ACTIVATIONS = ["relu", "degenerate:LOST", "degenerate:SILENT"]
SWEEP = {"gaussian": {"sigma_w2": [0.0, 2.0, 1e30], "sigma_b2": [0.0]}}
SEEDS = {"count": 2, "per_block": 2}
SHORT = {"steps": 6, "batch_size": 8}
GRID = {"seeds": SEEDS}


def config() -> dict:
    """Every stage, on every one of these activations and variances, as small as it can be."""
    fair = FAIR | SHORT | {"grid": GRID, "checkpoints": 3}
    rates = [{"sgd": {"relative_learning_rates": [0.5, 1e9]}}, {"adam": {"learning_rates": [0.01]}}]
    return {
        "study": "degenerate",
        "seed": 1,
        "dataset": "degenerate:IMPOSSIBLE",
        "architectures": ["mlp"],
        "activations": ACTIVATIONS,
        "initializers": [SWEEP, "critical"],
        "depths": [12],
        "widths": [6],
        "seeds": SEEDS,
        "measurement": {"dtype": "float32", "points": 8, "pairs": 4, "pair_correlation": 0.5},
        "contrast": {"dataset": {"two_moons": {"points": 40, "noise": 0.1}}},
        "spectra": {"points": 2, "kernel_points": 3},
        "training": TRACED | SHORT | {"grid": GRID, "records": 3},
        "trainability": fair | {"optimizers": rates},
        "trainability_map": fair | {"optimizers": [{"sgd": {"learning_rates": [0.1, 1e9]}}]},
        "phase_plane": PLANE | {"grid": {"initializers": [SWEEP], "depths": [6], "seeds": SEEDS}},
        "outcomes": {"threshold": 0.9, "window": 3},
        "memory_mb": 100,
    }
