"""A study's files without any network: numbers from mean-field recursions, with planted trouble.

What theory predicts is real, of these settings.

Signals and gradients follow q' = σ_w² E[φ(√q z)²] + σ_b² and χ = σ_w² E[φ'(√q z)²]; every layer
adds log-normal noise of variance 5/n, as finite width does. `TROUBLE` names the networks whose
numbers are NaN, infinite or zero from some layer on.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa

from initatlas import tables
from initatlas.stages.predictions import PREDICTIONS
from initatlas.study import Block, Study
from initatlas.tables import DATASET, INITIALIZATION, TRAINABILITY, TRAINING
from initatlas.tables.columns import NETWORK_KEYS
from initatlas.tables.spectra import SPECTRA
from tests.small_study import UNTRAINED as UNTRAINED
from tests.small_study import config as config
from tests.synthetic_plane import plane
from tests.synthetic_spectra import spectra
from tests.synthetic_traces import TRACED, histogram, traced
from tests.synthetic_trainability import trainability

Z = np.linspace(-8, 8, 801)
DENSITY = np.exp(-(Z**2) / 2) / np.exp(-(Z**2) / 2).sum()
PHI = {"linear": lambda z: z, "relu": lambda z: np.maximum(z, 0), "tanh": np.tanh, "sin": np.sin}
SLOPE = {
    "linear": np.ones_like,
    "relu": lambda z: (z > 0).astype(float),
    "tanh": lambda z: 1 / np.cosh(z) ** 2,
    "sin": np.cos,
}
FIXED = {"he_normal": 2.0, "orthogonal": 2.0, "glorot_normal": 1.0, "torch_default": 1 / 3}
STATISTICS = tuple(
    tables.Statistic(name=name, unit=unit, definition=f"synthetic {name}").field()
    for name, unit in (
        ("preactivation_variance", "1"),
        ("q", "1"),
        ("activation_variance", "1"),
        ("correlation", "1"),
        ("dead_fraction", "1"),
        ("log_delta_norm2", "ln 1"),
    )
)
# (initializer, activation, seed) → what happens to the network from the second layer on.
TROUBLE = {
    ("torch_default", "tanh", 0): np.nan,
    ("torch_default", "tanh", 1): np.inf,
    ("torch_default", "relu", 1): 0.0,
}
DIVERGES = {("gaussian", "relu", 3.0)}  # (initializer, activation, σ_w²) of runs that diverge


def write(results: Path, settings: Mapping) -> Study:
    """All block files of the study, and its data set."""
    study = Study.from_config(settings)
    measured = {"q0": 1.0, "c0": 0.01, "training_points": 6}
    columns = [["train"] * 6 + ["test"] * 2, [0, 1] * 4, [[0.0, 1.0]] * 8]
    data = pa.table(columns, schema=DATASET.schema())
    provenance = {"measured": measured, "code": "c0de", "versions": {"numpy": "2.0"}}
    tables.write_arrow(results / "dataset.arrow", DATASET, data, provenance)
    stages = {
        "initialization": (INITIALIZATION, initialization),
        "contrast": (INITIALIZATION, initialization),
        "spectra": (SPECTRA, spectra),
        "training": (TRAINING, training),
        "trainability": (TRAINABILITY, fair),
        "trainability_map": (TRAINABILITY, fair),
        "phase_plane": (INITIALIZATION, plane),
    }
    for stage, (kind, make) in stages.items():
        for block in study.grid(stage).blocks():
            job = study.job(stage, block)
            origin = {"job": job, "code": "c0de", "versions": {"torch": "2.15.0"}}
            tables.write_arrow(results / block.path(stage), kind, make(job, block), origin)
    for prediction in PREDICTIONS.values():
        grid = study.grid(prediction.stage)
        for activation, path in zip(grid.activations, grid.predicted(prediction.name), strict=True):
            where = prediction.name, activation, prediction.needs, prediction.stage
            table = prediction.compute(study.prediction_job(*where), data)
            tables.write_arrow(results / path, prediction.table, table, {})
    return study


def profile(
    activation: str, depth: int, sigma_w2: float, width: int, rng: np.random.Generator
) -> dict[str, np.ndarray]:
    """Statistics of layers 0 … depth + 1 of one network."""
    phi, slope = PHI[activation], SLOPE[activation]
    q, correlation = [1.0], [0.5]
    for layer in range(depth + 1):
        length = q[-1] if layer == 0 else DENSITY @ phi(np.sqrt(q[-1]) * Z) ** 2
        q.append(sigma_w2 * length * np.exp(rng.normal(0, np.sqrt(5 / width))))
        drift = 1.0 if activation == "relu" else 0.5
        correlation.append(correlation[-1] + 0.2 * (drift - correlation[-1]))
    q = np.array(q)
    chi = np.array([sigma_w2 * (DENSITY @ slope(np.sqrt(value) * Z) ** 2) for value in q[1:-1]])
    steps = np.log(chi) + rng.normal(0, np.sqrt(5 / width), size=depth)
    gradient = np.concatenate([[np.nan], np.cumsum(steps[::-1])[::-1], [0.0]])
    spread = [DENSITY @ phi(np.sqrt(value) * Z) ** 2 for value in q]
    return {
        "preactivation_variance": q,
        "q": q,
        "activation_variance": np.array(spread),
        "correlation": np.array(correlation),
        "dead_fraction": np.zeros(depth + 2),
        "log_delta_norm2": gradient,
    }


def troubled(values: dict[str, np.ndarray], name: tuple) -> dict[str, np.ndarray]:
    """The profile with its planted trouble, if it has any."""
    if name not in TROUBLE:
        return values
    bad = TROUBLE[name]
    found = {key: value.copy() for key, value in values.items()}
    for key in found:
        found[key][2:] = -np.inf if bad == 0 and key.startswith("log_") else bad
    return found


def networks(job: Mapping, block: Block) -> list[tuple[int, float, dict]]:
    """(seed, σ_w², profile) of each network of a block."""
    named = job["initializer"]
    swept = named.get("sigma_w2", [FIXED.get(block.initializer, 1.0)])
    found = []
    for seed in job["seeds"]:
        for sigma_w2 in swept:
            key = f"{block.initializer} {block.activation} {block.depth} {seed} {sigma_w2}"
            rng = np.random.default_rng(list(key.encode()))
            values = profile(block.activation, block.depth, sigma_w2, job["widths"][0], rng)
            name = (block.initializer, block.activation, seed)
            found.append((seed, sigma_w2, troubled(values, name)))
    return found


def rows_of(job: Mapping, block: Block, seed: int, sigma_w2: float) -> list[dict]:
    """What every row of a network says, by layer."""
    depth, width = block.depth, job["widths"][0]
    fan_in = [None, 8, *[width] * depth]
    return [
        {
            "study": job["study"],
            "dataset": job["dataset"]["name"],
            "architecture": block.architecture,
            "initializer": block.initializer,
            "activation": block.activation,
            "depth": depth,
            "width": width,
            "seed": seed,
            "sigma_w2": sigma_w2,
            "sigma_b2": 0.0,
            "layer": layer,
            "fan_in": fan_in[layer],
            "fan_out": width,
            "layer_sigma_w2": None if layer == 0 else sigma_w2,
        }
        for layer in range(depth + 2)
    ]


def statistic(values: Mapping[str, np.ndarray], layer: int) -> dict[str, float | None]:
    """The statistics of one layer; null where a layer has none."""
    at = {name: float(column[layer]) for name, column in values.items()}
    return at | ({"log_delta_norm2": None} if layer == 0 else {})


def initialization(job: Mapping, block: Block) -> pa.Table:
    """A block of the initialization stage."""
    rows = [
        row | statistic(values, row["layer"])
        for seed, sigma_w2, values in networks(job, block)
        for row in rows_of(job, block, seed, sigma_w2)
    ]
    return pa.Table.from_pylist(rows, schema=INITIALIZATION.schema(STATISTICS))


def fair(job: Mapping, block: Block) -> pa.Table:
    """A block of the fair protocol, or of its map."""
    seen = [
        (
            {n: v for n, v in rows_of(job, block, seed, sigma_w2)[0].items() if n in NETWORK_KEYS},
            values,
        )
        for seed, sigma_w2, values in networks(job, block)
    ]
    return trainability(job, seen, DIVERGES)


def training(job: Mapping, block: Block) -> pa.Table:
    """A block of the training stage: those that keep their gradient learn, the others do not."""
    plan = job["training"]
    steps = np.unique(np.geomspace(1, plan["steps"], plan["records"] - 1).round().astype(int))
    steps = [0, *steps.tolist()]
    rows = [
        row
        for seed, sigma_w2, values in networks(job, block)
        for optimizer in plan["optimizers"]
        for row in run(job, block, (seed, sigma_w2, values), optimizer, steps)
    ]
    return pa.Table.from_pylist(rows, schema=TRAINING.schema([*STATISTICS, *TRACED]))


def run(
    job: Mapping, block: Block, network: tuple, optimizer: Mapping, steps: list[int]
) -> list[dict]:
    """The trace of one network with one optimizer."""
    seed, sigma_w2, values = network
    last = steps[-1]
    dies = (block.initializer, block.activation, sigma_w2) in DIVERGES
    end = last // 2 if dies else last
    learns = abs(values["log_delta_norm2"][1]) < 5
    accuracy = 1 - 0.9 * np.exp(-np.arange(1, last + 1) / (last / 8 if learns else 1e9))
    loss = np.where(np.arange(1, last + 1) <= end, 2.3 * (1.1 - accuracy), np.inf)
    found = []
    for before, step in zip([0, *steps[:-1]], steps, strict=True):
        alive = not dies or step < end
        reached = accuracy[step - 1] if step else 0.1
        for row in rows_of(job, block, seed, sigma_w2):
            readout = row["layer"] == block.depth + 1
            lost = row["layer"] and not alive
            stats = statistic(values, row["layer"])
            row |= {k: v if v is None or not lost else float("nan") for k, v in stats.items()}
            row |= {
                "optimizer": optimizer["name"],
                "learning_rate": optimizer["learning_rate"],
                "step": step,
                "update_ratio": 0.01 if step and row["layer"] and alive else None,
                **traced(block, row["layer"], step / last, alive),
                "activation_histogram": histogram(alive and 0 < row["layer"] <= block.depth, step),
                "weight_histogram": histogram(alive and row["layer"] > 0, step),
            }
            if readout:
                shown = {"accuracy": float(reached), "loss": float(2.3 * (1.1 - reached))}
                row |= {
                    f"{part}_{what}": value if alive else float("nan")
                    for part in ("train", "test")
                    for what, value in shown.items()
                }
                row |= {
                    "batch_loss": loss[before : min(step, end + 1)].tolist(),
                    "batch_accuracy": accuracy[before : min(step, end + 1)].tolist(),
                }
            found.append(row)
    return found
