"""Blocks of spectra without any network: logarithms of products of χ², with planted trouble."""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from initatlas import tables
from initatlas.study import Block
from initatlas.tables.spectra import SPECTRA

STATISTICS = (
    "log_mean_squared_singular_value",
    "squared_singular_value_variance",
    "log_largest_singular_value",
    "log_smallest_singular_value",
    "singular_fraction",
    "log_ntk_largest_eigenvalue",
    "log_ntk_condition_number",
    "log_standard_ntk_condition_number",
)
FIELDS = [
    tables.Statistic(name=name, unit="nat", definition=f"synthetic {name}").field()
    for name in STATISTICS
]
FIXED = {"he_normal": 2.0, "orthogonal": 2.0, "glorot_normal": 1.0, "torch_default": 1 / 3}
# (initializer, activation, seed) → what happens to the network.
TROUBLE = {
    ("torch_default", "tanh", 0): np.nan,
    ("torch_default", "tanh", 1): -np.inf,
    ("torch_default", "relu", 1): -np.inf,
}


def spectra(job: Mapping, block: Block) -> pa.Table:
    """A block of the spectra stage."""
    width = job["widths"][0]
    rows = []
    for seed in job["seeds"]:
        for sigma_w2 in job["initializer"].get("sigma_w2", [FIXED.get(block.initializer, 1.0)]):
            name = (block.initializer, block.activation, seed)
            key = f"{name} {block.depth} {sigma_w2}"
            rng = np.random.default_rng(list(key.encode()))
            logs = singular_values(rng, block, sigma_w2, width, job["spectra"]["points"])
            logs = np.full_like(logs, TROUBLE[name]) if name in TROUBLE else logs
            rows.append(
                {
                    "study": job["study"],
                    "dataset": job["dataset"]["name"],
                    "architecture": block.architecture,
                    "initializer": block.initializer,
                    "activation": block.activation,
                    "depth": block.depth,
                    "width": width,
                    "seed": seed,
                    "sigma_w2": sigma_w2,
                    "sigma_b2": 0.0,
                    "log_singular_values": logs.ravel().tolist(),
                }
                | statistics(rng, logs, block.depth)
            )
    return pa.Table.from_pylist(rows, schema=SPECTRA.schema(FIELDS))


def singular_values(
    rng: np.random.Generator, block: Block, sigma_w2: float, width: int, points: int
) -> np.ndarray:
    """Ln s of each point: even for orthogonal weights, else spread by each layer."""
    layers = block.depth - 1
    dead = width // 2 if block.activation == "relu" else 0
    slope = 0.5 if block.activation == "relu" else 1.0
    scatter = np.zeros((points, width))
    if block.initializer != "orthogonal" and layers:
        draws = rng.chisquare(1, size=(layers, points, width))
        scatter = np.log(draws).sum(axis=0) / 2
    logs = scatter + layers * np.log(sigma_w2 * slope) / 2
    logs[:, width - dead :] = -np.inf
    return -np.sort(-logs, axis=1)


def statistics(rng: np.random.Generator, logs: np.ndarray, depth: int) -> dict[str, float]:
    """What the probes would say of these, and kernels whose κ grows with depth."""
    finite = logs[np.isfinite(logs)]
    kappa = 2 + 0.3 * depth + rng.normal(0, 0.2)
    bad = not len(finite)
    lost = np.nan if np.isnan(logs).any() else -np.inf
    squares = np.exp(2 * logs)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = squares.mean()
        found = {
            "log_mean_squared_singular_value": np.log(mean),
            "squared_singular_value_variance": squares.var() / mean**2,
            "singular_fraction": lost if np.isnan(lost) else np.mean(logs == -np.inf),
        }
    return {name: float(value) for name, value in found.items()} | {
        "log_largest_singular_value": lost if bad else float(finite.max()),
        "log_smallest_singular_value": lost if bad else float(finite.min()),
        "log_ntk_largest_eigenvalue": lost if bad else kappa,
        "log_ntk_condition_number": np.inf if bad else kappa,
        "log_standard_ntk_condition_number": np.inf if bad else kappa + 1,
    }
