"""Blocks of the fair protocol without any network: those that keep their gradient learn."""

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa

from initatlas.predictors import PREDICTORS
from initatlas.tables import TRAINABILITY, Statistic

FIELDS = [
    Statistic(name=p.name, unit=p.unit, definition=p.definition).field()
    for p in PREDICTORS.values()
]
BEST = 0.5  # of the rates of a grid, counted from the first to the last: learns best and most


def trainability(job: Mapping, networks: Sequence[tuple[dict, dict]], diverges: set) -> pa.Table:
    """A row for each (address, profile) and optimizer; `diverges` as in the traces."""
    optimizers = job["trainability"]["optimizers"]
    by_name = {name: [o for o in optimizers if o["name"] == name] for name in ("sgd", "adam")}
    rows = [
        run(job, network, entry, (place + 1) / (len(entries) + 1))
        for network in networks
        for entries in by_name.values()
        for place, entry in enumerate(entries)
    ]
    for row in rows:
        if (row["initializer"], row["activation"], row["sigma_w2"]) in diverges:
            _lose(row)
    return pa.Table.from_pylist(rows, schema=TRAINABILITY.schema(FIELDS))


def run(job: Mapping, network: tuple[dict, dict], entry: Mapping, place: float) -> dict:
    """One network at one rate, `place` of the way through its optimizer's."""
    address, values = network
    plan = job["trainability"]
    steps = np.arange(1, plan["steps"] + 1)
    learns = abs(values["log_delta_norm2"][1]) < 5 and abs(place - BEST) < 0.4
    accuracy = 1 - 0.9 * np.exp(-steps / (plan["steps"] / 8 if learns else 1e9))
    accuracy *= 1 - 0.1 * abs(place - BEST)
    checkpoints = np.unique([0, *np.geomspace(1, plan["steps"], plan["checkpoints"] - 1).round()])
    at = np.concatenate([[0.1], accuracy])[checkpoints.astype(int)]
    found = {"checkpoint": checkpoints.astype(int).tolist()}
    for part, gap in (("train", 0.0), ("validation", 0.02), ("test", 0.05)):
        found |= {f"{part}_accuracy": (at - gap * at).tolist()}
        found |= {f"{part}_loss": (2.3 * (1.1 - at)).tolist()}
    relative = entry.get("relative_learning_rate", np.nan)
    return address | {
        "optimizer": entry["name"],
        "learning_rate": entry.get("learning_rate", relative / 10),
        "relative_learning_rate": relative,
        **found,
        "batch_loss": (2.3 * (1.1 - accuracy)).tolist(),
        "batch_accuracy": accuracy.tolist(),
        "kernel_drift": place,
        **{name: _predictor(values, name) for name in PREDICTORS},
    }


def _predictor(values: Mapping[str, np.ndarray], name: str) -> float:
    """What follows from the profile, and else a number of the network's own."""
    with np.errstate(divide="ignore", invalid="ignore"):
        growth = np.log(values["q"][1:-1] / values["q"][1])
        gain = values["log_delta_norm2"][1] - values["log_delta_norm2"][-2]
        known = {
            "forward_stability": np.abs(growth).max(),
            "signal_growth": growth[-1],
            "gradient_stability": abs(gain),
            "gradient_growth": gain,
            "correlation_last": values["correlation"][-2],
        }
        return float(known.get(name, 1e3 * values["q"][1] % len(name)))


def _lose(row: dict) -> None:
    """What becomes of a run whose loss is infinite half way."""
    half = len(row["batch_loss"]) // 2
    row["batch_loss"] = [*row["batch_loss"][:half], float("inf")]
    row["batch_accuracy"] = row["batch_accuracy"][: half + 1]
    row["kernel_drift"] = float("nan")
    for name, values in row.items():
        if isinstance(values, list) and name.split("_")[0] in ("train", "validation", "test"):
            ends = zip(values, row["checkpoint"], strict=True)
            row[name] = [v if step <= half else float("nan") for v, step in ends]
