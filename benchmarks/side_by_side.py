"""(a) How much faster than the plain way? The same networks, once as a study, once one by one."""

import json
import math
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import yaml
from scipy import stats

from benchmarks import project
from benchmarks.result import Result, seconds

STUDY = Path(__file__).with_name("grid.yaml")
PLAIN = Path(__file__).with_name("plain.py")
BLOCKS = ("--until", "initialize_networks", "train_networks")
# The plain script knows σ_w² alone; in this grid that is all that tells initializers apart.
SIGMA_W2 = {"he_normal": [2.0]}
# Chance that a comparison of this many equal quantities is refused all the same.
FALSE_ALARM = 0.001


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """One network of the grid, as the plain script is told of it."""

    activation: str
    sigma_w2: float
    depth: int
    seed: int

    @property
    def file(self) -> str:
        return f"{self.activation}-{self.sigma_w2}-{self.depth}-{self.seed}.json"


def measure() -> list[Result]:
    config = yaml.safe_load(STUDY.read_text())
    networks = networks_of(config)
    with project.folder() as first, project.folder() as again, project.folder() as plain:
        blocks = [project.snakemake(STUDY, first, *BLOCKS).seconds]
        alone = run_plain(config, networks, plain)
        blocks.append(project.snakemake(STUDY, again, *BLOCKS).seconds)
        rest = project.snakemake(STUDY, again).seconds
        remark = agreement(config, networks, plain, again / "results" / config["study"])
    ours = sum(blocks) / len(blocks)
    rows = [
        ("plain: a process a network, hooks, autograd", seconds(alone), "1"),
        ("initatlas, the same measurements", seconds(ours), f"{alone / ours:.1f}"),
        (
            "initatlas, with tables, figures and report",
            seconds(ours + rest),
            f"{alone / (ours + rest):.1f}",
        ),
    ]
    title = f"(a) {len(networks)} networks measured and trained, {project.CORES} cores"
    spread = f"The study ran twice, in {seconds(blocks[0])} and {seconds(blocks[1])}."
    columns = ("way", "wall time", "times as fast")
    return [Result(title=title, columns=columns, rows=rows, remarks=(spread, remark))]


def networks_of(config: Mapping) -> list[Network]:
    swept = [_sigma_w2(initializer) for initializer in config["initializers"]]
    axes = product(
        config["activations"],
        [value for values in swept for value in values],
        config["depths"],
        range(config["seeds"]["count"]),
    )
    return [Network(activation=f, sigma_w2=w, depth=d, seed=s) for f, w, d, s in axes]


def _sigma_w2(initializer: str | Mapping) -> list[float]:
    if isinstance(initializer, str):
        return SIGMA_W2[initializer]
    (settings,) = initializer.values()
    return settings["sigma_w2"]


def run_plain(config: Mapping, networks: list[Network], output: Path) -> float:
    """Wall seconds of one process after the other on each core, the longest first."""
    environment = os.environ | {"OMP_NUM_THREADS": "1"}

    def run(network: Network) -> None:
        command = [sys.executable, str(PLAIN), *options(config, network, output / network.file)]
        subprocess.run(command, check=True, env=environment)

    began = time.perf_counter()
    with ThreadPoolExecutor(project.CORES) as pool:
        list(pool.map(run, sorted(networks, key=lambda network: -network.depth)))
    return time.perf_counter() - began


def options(config: Mapping, network: Network, output: Path) -> list[str]:
    measurement, training = config["measurement"], config["training"]
    (optimizer,) = training["optimizers"]
    values = {
        "activation": network.activation,
        "depth": network.depth,
        "sigma-w2": network.sigma_w2,
        "seed": network.seed,
        "width": config["widths"][0],
        "measured-points": measurement["points"],
        "pairs": measurement["pairs"],
        "pair-correlation": measurement["pair_correlation"],
        "learning-rate": optimizer["sgd"]["learning_rates"][0],
        "bins": training["histogram"]["bins"],
        "range": training["histogram"]["weights"][1],
        "output": output,
    }
    names = ("steps", "batch_size", "records", "points", "loss_points")
    values |= {name.replace("_", "-"): training[name] for name in names}
    return [part for name, value in values.items() for part in (f"--{name}", str(value))]


def agreement(config: Mapping, networks: list[Network], plain: Path, results: Path) -> str:
    """Both ways must have done the same: lengths, gradients and losses, by Welch's test.

    Raises:
        RuntimeError: they have not.
    """
    theirs = pd.concat(_plain_values(network, plain / network.file) for network in networks)
    ours = pd.concat([_initial_values(results), _final_values(results)])
    cells = ["activation", "sigma_w2", "depth", "quantity"]
    a, b = (frame.groupby(cells)["value"].apply(np.asarray) for frame in (theirs, ours))
    if not a.map(len).equals(b.map(len)):
        raise RuntimeError("the two ways did not compute the same networks")
    chances = [stats.ttest_ind(x, y, equal_var=False).pvalue for x, y in zip(a, b, strict=True)]
    worst = int(np.nanargmin(chances))
    if len(chances) * chances[worst] < FALSE_ALARM:
        raise RuntimeError(f"{a.index[worst]} differs: plain {a.iloc[worst]}, ours {b.iloc[worst]}")
    return (
        f"Both ways agree: of {len(chances)} comparisons of q, ‖δ‖² and ‖∂C/∂W‖² at the first, "
        f"a middle and the last hidden layer and of the final losses, each over "
        f"{config['seeds']['count']} seeds, the least likely has p = {min(chances):.2g} "
        f"({len(chances) * min(chances):.2g} expected as small)."
    )


def _layers(depth: int) -> tuple[int, ...]:
    return 1, depth // 2, depth


def _plain_values(network: Network, path: Path) -> pd.DataFrame:
    found = json.loads(path.read_text())
    initial, last = found["initial"], found["trace"][-1]
    values = {}
    for layer in _layers(network.depth):
        values[f"q {layer}"] = math.log(initial[layer]["q"] / initial[0]["q"])
        for name in ("log_delta_norm2", "log_weight_gradient_norm2"):
            values[f"{name} {layer}"] = initial[layer][name]
    values["final loss"] = math.log(last["losses"][0][0])
    frame = pd.DataFrame({"quantity": values.keys(), "value": values.values()})
    return frame.assign(
        activation=network.activation, sigma_w2=network.sigma_w2, depth=network.depth
    )


def _initial_values(results: Path) -> pd.DataFrame:
    frame = _read(results / "initialization")
    keys = ["activation", "sigma_w2", "depth", "seed"]
    inputs = frame[frame["layer"] == 0].set_index(keys)["q"]
    frame = frame[[row.layer in _layers(row.depth) for row in frame.itertuples()]]
    frame = frame.set_index(keys)
    frame["q"] = np.log(frame["q"] / inputs.reindex(frame.index))
    names = ["q", "log_delta_norm2", "log_weight_gradient_norm2"]
    long = frame.reset_index().melt([*keys, "layer"], names, var_name="quantity")
    return long.assign(quantity=long["quantity"] + " " + long["layer"].astype(str))


def _final_values(results: Path) -> pd.DataFrame:
    frame = _read(results / "training")
    last = frame[(frame["step"] == frame["step"].max()) & frame["train_loss"].notna()]
    return last.assign(quantity="final loss", value=np.log(last["train_loss"]))


def _read(blocks: Path) -> pd.DataFrame:
    return pd.concat(pa.ipc.open_file(path).read_pandas() for path in blocks.rglob("*.arrow"))
