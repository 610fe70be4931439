"""What does theory cost? Phase diagrams, and kernels beside those of neural-tangents."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from benchmarks.result import Result, seconds
from initatlas import theory
from initatlas.activations import ACTIVATIONS

GRID = 100  # points along each axis of a phase diagram
DEPTH = 64
INPUTS = 45  # inputs whose kernels are computed: 990 pairs
POINT = {"sigma_w2": 1.5, "sigma_b2": 0.05}
Q0 = ("q0_a", "q0_b", "q0_ab")
SHARED = ("relu", "erf", "gelu", "sin", "tanh")  # activations of ours that it has as well
SCRIPT = Path(__file__).with_name("neural_tangents_kernels.py")
# The last release, and what it ran with.
PACKAGES = ("neural-tangents==0.6.5", "jax==0.4.30", "jaxlib==0.4.30", "numpy<2", "scipy<1.13")


def measure() -> list[Result]:
    return [_diagrams(), _kernels()]


def _diagrams() -> Result:
    axes = np.linspace(0.04, 4, GRID), np.linspace(0, 0.5, GRID)
    times = {name: _best(lambda n=name: theory.phase_diagram(n, *axes)) for name in ACTIVATIONS}
    rows = [(name, seconds(took)) for name, took in times.items()]
    title = f"Theory: a phase diagram of {GRID} × {GRID} points, one core"
    return Result(title=title, columns=("activation", "time"), rows=rows)


def _kernels() -> Result:
    rng = np.random.default_rng(0)
    inputs = rng.standard_normal((INPUTS, 64)) * rng.uniform(0.5, 1.5, (INPUTS, 1))
    rows, remark = [], ""
    with _environment() as (python, reason):
        for name in ACTIVATIONS:
            took, ours = _ours(name, inputs)
            cells = ["", "", ""]
            if python and name in SHARED:
                theirs = _theirs(python, name, inputs)
                away = np.abs(ours / np.triu(theirs["ntk"], 1)[np.triu_indices(INPUTS, 1)] - 1)
                cells = [seconds(theirs["seconds"]), seconds(theirs["first"]), f"{away.max():.1g}"]
            rows.append((name, seconds(took), *cells))
        remark = reason
    columns = ("activation", "initatlas", "neural-tangents", "with compiling", "differ by")
    title = (
        f"Theory: NNGP and NTK of {DEPTH} layers, {INPUTS * (INPUTS - 1) // 2} pairs of inputs, "
        "one core, float64"
    )
    remarks = (
        remark
        or "neural-tangents 0.6.5 computes the whole matrix; its tanh is a quadrature of 25 nodes.",
    )
    return Result(title=title, columns=columns, rows=rows, remarks=remarks)


def _ours(name: str, inputs: np.ndarray) -> tuple[float, np.ndarray]:
    """Time, and the NTK of every pair of different inputs."""
    products = inputs @ inputs.T / inputs.shape[1]
    i, j = np.triu_indices(len(inputs), 1)
    arguments = (products[i, i], products[j, j], products[i, j])
    found = []

    def run() -> None:
        found.append(
            theory.kernels(name, **POINT, depth=DEPTH, **dict(zip(Q0, arguments, strict=True)))
        )

    return _best(run), found[-1].ntk.ab


def _theirs(python: Path, name: str, inputs: np.ndarray) -> dict:
    command = [str(python), str(SCRIPT), name, str(DEPTH), *map(str, POINT.values())]
    # One core, as ours has: XLA takes all that it may run on.
    one = {"preexec_fn": lambda: os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})}
    text = json.dumps(inputs.tolist())
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=True, **one)
    found = json.loads(done.stdout)
    return found | {"ntk": np.array(found["ntk"])}


@contextmanager
def _environment() -> Iterator[tuple[Path | None, str]]:
    """Its Python, in a throw-away environment; or None, and why there is none."""
    with TemporaryDirectory(prefix="initatlas-benchmark-") as folder:
        subprocess.run([sys.executable, "-m", "venv", folder], check=True, capture_output=True)
        python = Path(folder) / "bin" / "python"
        install = [str(python), "-m", "pip", "install", "--quiet", *PACKAGES]
        done = subprocess.run(install, capture_output=True, text=True)
        if done.returncode:
            last = (done.stderr.strip().splitlines() or ["pip failed"])[-1]
            yield None, f"neural-tangents could not be installed here: {last}"
        else:
            yield python, ""


def _best(run: Callable[[], object]) -> float:
    """The shortest of three."""
    times = []
    for _ in range(3):
        began = time.perf_counter()
        run()
        times.append(time.perf_counter() - began)
    return min(times)
