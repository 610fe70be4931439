"""What will a block cost? Memory and time for the scheduler, from the sizes in its job.

One pass forwards and backwards costs 6 floating-point operations per weight and point. The rates
are a fifth of what one core of a 2020s server was seen to do, for a scheduler kills what takes
longer than it was told; measured costs stand at the end of each job's log (usage.py).
"""

import math
from collections.abc import Mapping
from typing import NamedTuple

BASE_MB = 1000  # Python, torch and Arrow, before any network: 650 MB were seen
START_SECONDS = 60.0  # importing torch from a busy network file system
MEASURING = 1.5e9  # FLOP/s of the float64 passes and probes at initialization; 7e9 were seen
TRAINING = 5e9  # FLOP/s of float32 training with its recording; 27e9 were seen
SPECTRUM = 500  # n³ operations to which making n rows orthogonal is equivalent, at that rate
OUTPUTS = 10  # a tangent kernel's backward passes
INPUTS_AND_CLASSES = 800  # units of the first and the last layer together, MNIST's
# Square matrices of a hidden layer, and numbers that each of its units keeps for a point (z and h;
# of a residual block x, h, φ(h) and V φ(h)): by architecture, which only torch knows.
MATRICES = {"mlp": 1, "resmlp": 2}
KEPT = {"mlp": 2, "resmlp": 4}
TAPS = 9  # of a convolution's kernel: networks.circular has it, and imports torch
ITEM_BYTES = {"float32": 4, "float64": 8}


def networks(job: Mapping) -> int:
    """Networks of each width in a block: seeds times the swept variances."""
    named = job["initializer"]
    swept = len(named.get("sigma_w2", [None])) * len(named.get("sigma_b2", [None]))
    return len(job["seeds"]) * swept


def runs(job: Mapping) -> int:
    """Networks of each width that are trained: one for every setting of an optimizer."""
    return networks(job) * len(job["training"]["optimizers"])


def memory_mb(job: Mapping) -> int:
    """MiB that a block takes: all its networks at once, or its budget if that is less."""
    training = job.get("training")
    dtype, points = _batch(job)
    size = _size(job, max(job["widths"]))
    copies = 5 if training else 1  # weights, their predecessors, gradient, Adam's two moments
    each = ITEM_BYTES[dtype] * (copies * size.weights + points * size.units)
    count = runs(job) if training else networks(job)
    return BASE_MB + math.ceil(min(job["memory_mb"], count * each / 2**20))


def runtime_minutes(job: Mapping) -> int:
    """Minutes after which a scheduler may take a block for stuck."""
    training = job.get("training")
    _, points = _batch(job)
    products = sum(_size(job, width).products for width in job["widths"])
    if training:
        updates = training["steps"] * training["batch_size"] + training["records"] * points
        seconds = 6 * products * updates * runs(job) / TRAINING
    else:
        seconds = 6 * products * points * networks(job) / MEASURING
    if "spectra" in job:
        cubes = sum(width**3 for width in job["widths"])
        spectra = job["spectra"]["points"] * (5 * job["depth"] + SPECTRUM) * cubes
        seconds += spectra * networks(job) / MEASURING
    return math.ceil((START_SECONDS + seconds) / 60)


def _batch(job: Mapping) -> tuple[str, int]:
    """Number format and size of what is shown to a network when it is measured."""
    if "spectra" in job:
        return "float64", job["spectra"]["kernel_points"] * OUTPUTS
    settings = job.get("training") or job["measurement"]
    return settings["dtype"], settings["points"] + 2 * job["measurement"]["pairs"]


class Size(NamedTuple):
    """Of one network: its weights, and for each point the numbers kept and the products taken."""

    weights: int
    units: int
    products: int


def _size(job: Mapping, width: int) -> Size:
    depth, base = job["depth"], _base(job)
    normalized = "normalization" in job["architecture"]  # then φ's argument is kept, too
    if base != "cnn":
        weights = MATRICES[base] * depth * width**2 + INPUTS_AND_CLASSES * width
        units = (KEPT[base] + normalized) * (depth + 2) * width
        return Size(weights=weights, units=units, products=weights)
    channels, height, wide = job["input_shape"]
    positions = height * wide
    kernels = TAPS * width * (channels + (depth - 1) * width)
    readout = positions * width * OUTPUTS
    gathered = TAPS * (channels + width)
    return Size(
        weights=kernels + readout,
        units=positions * ((2 + normalized) * (depth + 1) * width + gathered),
        products=positions * kernels + readout,
    )


def _base(job: Mapping) -> str:
    """The architecture without its options."""
    named = job["architecture"]
    return named.get("base", named["name"])
