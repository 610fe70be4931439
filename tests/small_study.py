"""A configuration that has everything, as small as it can be: for files without any network."""

FAIR = {
    "dtype": "float32",
    "steps": 40,
    "batch_size": 3,
    "checkpoints": 5,
    "validation_points": 2,
    "points": 4,
    "kernel_points": 3,
    "loss_points": 2,
}
PLANE = {  # of variances
    "grid": {
        "initializers": [{"gaussian": {"sigma_w2": [0.5, 1.5, 3.0], "sigma_b2": [0, 0.1]}}],
        "depths": [30],
        "seeds": {"count": 4, "per_block": 4},
    },
    "dtype": "float64",
    "points": 8,
    "pairs": 4,
    "pair_correlation": 0.5,
}

TRACED = {
    "grid": {
        "initializers": [
            "he_normal",
            "torch_default",
            {"gaussian": {"sigma_w2": [1.0, 3.0], "sigma_b2": [0.0]}},
        ],
        "depths": [3, 12],
    },
    "dtype": "float32",
    "optimizers": [
        {"sgd": {"learning_rates": [0.1], "momentum": 0.0}},
        {"adam": {"learning_rates": [0.001]}},
    ],
    "steps": 40,
    "batch_size": 16,
    "records": 5,
    "points": 8,
    "loss_points": 16,
    "histogram": {"bins": 12, "activations": [-3.0, 3.0], "weights": [-3.0, 3.0]},
}
RATES = {
    "grid": {
        "initializers": [
            "he_normal",
            "torch_default",
            {"gaussian": {"sigma_w2": [1.0, 3.0], "sigma_b2": [0.0]}},
        ],
    },
    "optimizers": [
        {"sgd": {"relative_learning_rates": [0.5, 2.0, 8.0], "momentum": 0.0}},
        {"adam": {"learning_rates": [0.001, 0.01]}},
    ],
    **FAIR,
}
MAP = {
    "grid": {
        "initializers": [{"gaussian": {"sigma_w2": [0.5, 1.5, 2.5], "sigma_b2": [0.0]}}],
        "depths": [2, 8],
        "seeds": {"count": 2, "per_block": 2},
    },
    "optimizers": [{"sgd": {"learning_rates": [0.01, 0.1, 1.0]}}],
    **FAIR,
}


def config(**changes: object) -> dict:
    """A small study that has everything: sweeps, two depths, blocks of seeds, training."""
    return {
        "study": "synthetic",
        "seed": 1,
        "dataset": "digits",
        "architectures": ["mlp"],
        "activations": ["relu", "tanh"],
        "initializers": [
            "he_normal",
            "glorot_normal",
            "orthogonal",
            "torch_default",
            {"gaussian": {"sigma_w2": [0.5, 1.0, 1.5, 2.0, 3.0], "sigma_b2": [0.0]}},
        ],
        "depths": [3, 12],
        "widths": [64],
        "seeds": {"count": 4, "per_block": 2},
        "measurement": {"dtype": "float64", "points": 8, "pairs": 4, "pair_correlation": 0.5},
        "contrast": {"dataset": {"two_moons": {"points": 100, "noise": 0.1}}},
        "spectra": {
            "grid": {"initializers": ["he_normal", "orthogonal", "torch_default"]},
            "points": 2,
            "kernel_points": 4,
        },
        "training": TRACED,
        "trainability": RATES,
        "trainability_map": MAP,
        "phase_plane": PLANE,
        "outcomes": {"threshold": 0.9, "window": 4},
        "memory_mb": 100,
    } | changes


UNTRAINED = dict.fromkeys(("training", "trainability", "trainability_map"))
"""Changes that leave all training out."""
