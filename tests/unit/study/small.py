"""A configuration that uses every key, and what is wrong with changed ones."""

import copy
from collections.abc import Callable

import pytest

from initatlas.study import Study, StudyError

CONFIG = {
    "study": "small",
    "seed": 3,
    "dataset": {"blobs": {"dimension": 6, "classes": 3, "points": 60, "separation": 2}},
    "architectures": ["mlp"],
    "activations": ["relu", "tanh", "gelu"],
    "initializers": [
        "he_normal",
        "orthogonal",
        {"gaussian": {"sigma_w2": [0.5, 1, 2.0], "sigma_b2": [0, 0.1]}},
        {"wide": {"distribution": "uniform", "mode": "fan_avg", "sigma_w2": [3]}},
    ],
    "depths": [2, 5],
    "widths": [8, 16],
    "seeds": {"count": 6, "per_block": 2},
    "measurement": {"dtype": "float64", "points": 10, "pairs": 4, "pair_correlation": 0.5},
    "training": {
        "grid": {
            "activations": ["relu"],
            "initializers": ["orthogonal", {"gaussian": {"sigma_w2": [1.0], "sigma_b2": [0]}}],
            "depths": [2],
            "widths": [16],
            "seeds": {"count": 4, "per_block": 4},
        },
        "dtype": "float32",
        "optimizers": [
            {"sgd": {"learning_rates": [0.1, 0.2], "momentum": 0.9}},
            {"adam": {"learning_rates": [0.001]}},
        ],
        "steps": 20,
        "batch_size": 8,
        "records": 5,
        "points": 12,
        "loss_points": 30,
        "histogram": {"bins": 10, "activations": [-2, 2], "weights": [-3.0, 3.0]},
    },
    "outcomes": {"threshold": 0.9, "window": 5},
    "memory_mb": 500,
}

FAIR = {  # a section of the fair protocol
    "dtype": "float32",
    "optimizers": [
        {"sgd": {"relative_learning_rates": [0.5, 2], "momentum": 0.5}},
        {"adam": {"learning_rates": [0.001]}},
    ],
    "steps": 20,
    "batch_size": 8,
    "checkpoints": 4,
    "validation_points": 10,
    "points": 12,
    "kernel_points": 6,
    "loss_points": 20,
}


def changed(**values: object) -> dict:
    """The configuration with other values; a key is a path whose steps are joined by __."""
    return edited(lambda config: [_set(config, key.split("__"), v) for key, v in values.items()])


def edited(edit: Callable[[dict], object]) -> dict:
    config = copy.deepcopy(CONFIG)
    edit(config)
    return config


def problems(config: object) -> list[str]:
    """What is said of a configuration, line by line, without its source."""
    with pytest.raises(StudyError) as caught:
        Study.from_config(config, source="s.yaml")
    lines = str(caught.value).splitlines()
    assert all(line.startswith("s.yaml: ") for line in lines)
    return [line.removeprefix("s.yaml: ") for line in lines]


def problem(config: object) -> str:
    """The one thing that is wrong."""
    (line,) = problems(config)
    return line


def _set(config: dict, path: list[str], value: object) -> None:
    for step in path[:-1]:
        config = config[int(step) if step.isdigit() else step]
    last = path[-1]
    config[int(last) if last.isdigit() else last] = value


def _swept(*sigma_w2: float) -> dict:
    return {"gaussian": {"sigma_w2": list(sigma_w2), "sigma_b2": [0.0, 0.1]}}


WHOLE = CONFIG | {  # every section, and every kind of entry
    "dataset": "digits",
    "architectures": [
        "mlp",
        "resmlp",
        "cnn",
        {"normed": {"base": "mlp", "normalization": "layer_norm"}},
    ],
    "initializers": [*CONFIG["initializers"], "fixup", "delta_orthogonal"],
    "measurement": CONFIG["measurement"]
    | {
        "grid": [
            {"architectures": ["mlp"], "seeds": {"count": 4, "per_block": 2}},
            {"architectures": ["resmlp", "normed"], "initializers": ["he_normal", "fixup"]},
            {"architectures": ["cnn"], "initializers": ["delta_orthogonal"], "widths": [16]},
        ],
    },
    "contrast": {
        "dataset": {"two_moons": {"points": 100, "noise": 0.1}},
        "grid": {"architectures": ["mlp"], "depths": [2]},
    },
    "spectra": {
        "grid": {"architectures": ["mlp"], "initializers": [_swept(1.0)]},
        "points": 2,
        "kernel_points": 8,
    },
    "trainability": FAIR
    | {
        "grid": [
            {"architectures": ["mlp"], "activations": ["relu"]},
            {"architectures": ["cnn"], "initializers": ["delta_orthogonal"], "depths": [5]},
        ],
    },
    "trainability_map": FAIR
    | {
        "grid": {"architectures": ["mlp"], "initializers": [_swept(0.5, 7.0)], "depths": [3, 9]},
        "optimizers": [{"sgd": {"learning_rates": [0.1, 1.0]}}],
    },
    "phase_plane": CONFIG["measurement"]
    | {
        "grid": {
            "architectures": ["mlp"],
            "activations": ["tanh"],
            "initializers": [_swept(0.5, 3.0)],
            "depths": [30],
            "seeds": {"count": 2, "per_block": 2},
        },
    },
    "outcomes": {"threshold": 0.9, "window": 5, "blow_up": 10.0},
}
