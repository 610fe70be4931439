"""(b) How near does training come to the machine's own matrix products? On one core.

A step and the products are timed in turns, so that whatever else the machine does hits both.
"""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

import torch

from benchmarks.result import Result, share
from initatlas.activations import ACTIVATIONS
from initatlas.initializers import INITIALIZERS
from initatlas.networks import MLP, Network, sample
from initatlas.training.loop import Run, step
from initatlas.training.optimizers import OPTIMIZERS

NETWORKS, BATCH, DEPTH = 24, 128, 16
INPUTS, CLASSES = 64, 10
WIDTHS = (64, 128, 256)
PHI = ("relu", "tanh", "gelu")
UPDATES = {
    "SGD": ("sgd", {"momentum": 0.0}),
    "SGD, momentum": ("sgd", {"momentum": 0.9}),
    "Adam": ("adam", {"beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8}),
}
TURNS = 9
SECONDS = 0.15  # that products are repeated in each turn, so that a clock's tick does not count


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """GFLOP/s of steps and of products, of every turn."""

    steps: list[float]
    products: list[float]

    @property
    def share(self) -> float:
        """Median over turns of their ratio."""
        return statistics.median(a / b for a, b in zip(self.steps, self.products, strict=True))


def measure() -> list[Result]:
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    rows = []
    for width, phi, optimizer in product(WIDTHS, PHI, UPDATES):
        rate = compare(width, phi, optimizer)
        name = f"{width}, {phi}, {optimizer}"
        found = (statistics.median(rate.steps), statistics.median(rate.products))
        rows.append((name, *(f"{value:.1f}" for value in found), share(rate.share)))
    title = f"(b) Training {NETWORKS} networks of {DEPTH} layers, {BATCH} points a step, one core"
    columns = ("width, φ, optimizer", "GFLOP/s", "of GFLOP/s in products", "share")
    remark = (
        "Products: the fastest of z = h Wᵀ, δ W and δᵀ h of one layer of all networks, with "
        f"preallocated results, in turns with the steps; medians of {TURNS} turns."
    )
    return [Result(title=title, columns=columns, rows=rows, remarks=(remark,))]


def compare(width: int, phi: str, optimizer: str) -> Rate:
    run = start(width, phi, optimizer)
    inputs = torch.randn(BATCH, INPUTS)
    labels = torch.randint(CLASSES, (BATCH,))
    one_step = operations(width)
    one_product = 2 * NETWORKS * BATCH * width**2
    kinds = matrix_products(width)
    rate = Rate(steps=[], products=[])
    step(run, inputs, labels)
    for _ in range(TURNS):
        took = timed(lambda: step(run, inputs, labels))
        rate.steps.append(one_step / took / 1e9)
        repeats = max(1, int(SECONDS / 3 * rate.steps[0] * 1e9 / one_product))
        fastest = min(timed(kind, repeats) for kind in kinds)
        rate.products.append(one_product / fastest / 1e9)
    return rate


def start(
    width: int, phi: str, optimizer: str, networks: int = NETWORKS, batch: int = BATCH
) -> Run:
    """He's networks, whose signals neither die nor explode, about to be trained slowly."""
    addresses = [
        Network(
            architecture="mlp",
            initializer="he_normal",
            activation=phi,
            depth=DEPTH,
            width=width,
            seed=seed,
            sigma_w2=2.0,
            sigma_b2=0.0,
        )
        for seed in range(networks)
    ]
    shapes = MLP.shapes((INPUTS,), width, DEPTH, CLASSES)
    ensemble = sample(0, addresses, INITIALIZERS["he_normal"], shapes, torch.float32)
    name, options = UPDATES[optimizer]
    rates = torch.full((networks,), 1e-4)
    updater = OPTIMIZERS[name].start(ensemble, rates, **options)
    return Run.start(MLP, ACTIVATIONS[phi], ensemble, updater, batch)


def operations(width: int, networks: int = NETWORKS, batch: int = BATCH) -> int:
    """Of one step: three products a layer, but for the first, whose input needs no gradient."""
    layers = MLP.shapes((INPUTS,), width, DEPTH, CLASSES)
    products = 3 * sum(layer.fan_in * layer.fan_out for layer in layers) - INPUTS * width
    return 2 * networks * batch * products


def matrix_products(width: int) -> list[Callable[[], object]]:
    h = torch.randn(NETWORKS, BATCH, width)
    weight = torch.randn(NETWORKS, width, width)
    signal, gradient = torch.empty_like(h), torch.empty_like(weight)
    return [
        lambda: torch.bmm(h, weight.mT, out=signal),
        lambda: torch.bmm(h, weight, out=signal),
        lambda: torch.bmm(h.mT, h, out=gradient),
    ]


def timed(action: Callable[[], object], repeats: int = 1) -> float:
    """Seconds of processor time of one call."""
    began = time.process_time()
    for _ in range(repeats):
        action()
    return (time.process_time() - began) / repeats
