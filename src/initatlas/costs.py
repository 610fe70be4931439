"""What will a block or a prediction cost? Memory and time for the scheduler, from its job's sizes.

One pass forwards and backwards costs 6 floating-point operations per weight and point; small
networks cost what it takes to start a layer's work. The rates are those of one core of a 2020s
server (80 GFLOP/s in float32 products); tests compare the model with the costs that stand at the
end of each job's log (usage.py). A scheduler is asked for `MARGIN` times as much time, for it kills
what takes longer than it was told, and other machines are slower. Every job has one thread: with
two, training is 1.65 times as fast and measuring 1.3 times, so that the same cores do less, and
sums in float64 come out otherwise in their last bit. A GPU is asked for as long as a core, on the
assumption that it is no slower; the networks that fit it are those of `memory_mb`.
"""

import math
from collections.abc import Callable, Mapping
from typing import NamedTuple

# Python, torch, Arrow, Snakemake, where forks count in full: 1370 MB were seen, and 1890 where an
# activation of one's own made Snakemake, too, import torch.
BASE_MB = 2200
CUDA_MB = 3000  # more for a GPU's libraries and context: an estimate, none was there to measure
GRES = {"cpu": "", "cuda": "gpu:1"}  # generic resources of SLURM, by device
START_SECONDS = 60.0  # importing torch from a busy network file system
MARGIN = 5.0
ALONE = 0.05  # seconds to read, write and take part in a job, without imports
LAYER = 1.6e-4  # seconds to start the work of a layer in a step of training
ROTATIONS = 0.05  # seconds to start those that make the rows of a Jacobian orthogonal
RECORD = 8  # steps that a record of a training is worth, before its size counts
MEASURING = 9e9  # FLOP/s of the float64 passes and probes at initialization
TRAINING = 40e9  # FLOP/s of float32 training with its recording
SPECTRUM = 500  # n³ operations to which making n rows orthogonal is equivalent, at that rate
OUTPUTS = 10  # a tangent kernel's backward passes
INPUTS = {"digits": 64}  # of the first layer; other data sets are taken for MNIST
MNIST = 784
WHOLE = 70_000  # points of the largest, where a study asks for no part of it
PLANE = 2  # of data sets without images or a dimension
CLASSES = 10
# Square matrices of a hidden layer, and numbers that each of its units keeps for a point (z and h;
# of a residual block x, h, φ(h) and V φ(h)): by architecture, which only torch knows.
MATRICES = {"mlp": 1, "resmlp": 2}
KEPT = {"mlp": 2, "resmlp": 4}
TAPS = 9  # of a convolution's kernel: networks.circular has it, and imports torch
ITEM_BYTES = {"float32": 4, "float64": 8}
# Of predictions, as seen of those of both large studies, and of kernels of 512 points.
THEORY_MB = 300  # beside BASE_MB, what theory keeps of its integrals
NUMBER_BYTES = 32  # of each number of a data set: in float32, float64, and without what is held out
PAIR_BYTES = 5000  # while a layer of a tangent kernel is integrated, of each two points
THEORY_ALONE = 1.5  # seconds of a prediction that is not of networks, or before them
THEORY_LAYER = 6e-3  # seconds of a layer of a network; 18e-3 of mish at σ_w² = 6, 1e-3 of relu
THEORY_PAIR = 3e-6  # seconds of two points in a layer of a tangent kernel
SMALL = {"seconds": 5.0, "minute": 60.0}  # blocks that share a cluster's job, by what they take

Asked = Callable[[Mapping, int], int]  # of wildcards, and of an attempt that counts from 1


def networks(job: Mapping) -> int:
    """Networks of each width in a block: seeds times the swept variances."""
    return len(job["seeds"]) * _swept(job["initializer"])


def runs(job: Mapping) -> int:
    """Networks of each width that are trained: one for every setting of an optimizer."""
    plan = job.get("training") or job["trainability"]
    return networks(job) * len(plan["optimizers"])


def asked(job: Callable[[Mapping], Mapping]) -> dict[str, Asked]:
    """MiB and minutes of a job, by its wildcards: twice as many in each further attempt."""

    def more(cost: Callable[[Mapping], int]) -> Asked:
        return lambda wildcards, attempt: cost(job(wildcards)) * 2 ** (attempt - 1)

    return {"mem_mb": more(memory_mb), "runtime": more(runtime_minutes)}


def memory_mb(job: Mapping) -> int:
    """MiB that a job takes; of a block all its networks at once, or its budget if that is less."""
    if "prediction" in job:
        return _theory_memory_mb(job)
    base = BASE_MB + _data_mb(job) + (CUDA_MB if job["device"] == "cuda" else 0)
    if "trainability" in job:
        return base + _fair_memory_mb(job)
    training = job.get("training")
    dtype, points = _batch(job)
    size = _size(job, max(job["widths"]))
    copies = 5 if training else 1  # weights, their predecessors, gradient, Adam's two moments
    each = ITEM_BYTES[dtype] * (copies * size.weights + points * size.units)
    count = runs(job) if training else networks(job)
    return base + math.ceil(min(job["memory_mb"], count * each / 2**20))


def runtime_minutes(job: Mapping) -> int:
    """Minutes after which a scheduler may take a job for stuck."""
    return math.ceil((START_SECONDS + MARGIN * seconds(job)) / 60)


def seconds(job: Mapping) -> float:
    """Processor seconds that a job is expected to take, without imports."""
    if "prediction" in job:
        return _theory_seconds(job)
    if "trainability" in job:
        return ALONE + _fair_seconds(job)
    training = job.get("training")
    _, points = _batch(job)
    products = sum(_size(job, width).products for width in job["widths"])
    if training:
        updates = training["steps"] * training["batch_size"] + training["records"] * points
        steps = training["steps"] + RECORD * training["records"]
        layers = (job["depth"] + 2) * len(job["widths"]) * len(training["optimizers"])
        work = 6 * products * updates * runs(job) / TRAINING + LAYER * layers * steps
    else:
        work = 6 * products * points * networks(job) / MEASURING
    if "spectra" in job:
        cubes = sum(width**3 for width in job["widths"])
        jacobians = job["spectra"]["points"] * networks(job)
        work += jacobians * ((5 * job["depth"] + SPECTRUM) * cubes / MEASURING + ROTATIONS)
    return ALONE + work


def group(stage: str, job: Mapping) -> str | None:
    """The group with which a small block shares a cluster's job; None for one that has its own."""
    expected = seconds(job)
    return next((f"{stage}_{name}" for name, most in SMALL.items() if expected < most), None)


def _theory_memory_mb(job: Mapping) -> int:
    """The data set, where a prediction starts from it, and the integrals over it."""
    pairs = PAIR_BYTES * _kernel_points(job) ** 2
    return BASE_MB + THEORY_MB + _data_mb(job) + math.ceil(pairs / 2**20)


def _theory_seconds(job: Mapping) -> float:
    """All layers of all networks, though some predictions take those of the deepest alone."""
    layers = 0
    for grid in job.get("grids", ()):
        kinds = sum(_swept(named) for named in grid["initializers"])
        kinds *= len(grid["architectures"]) * len(grid["widths"])
        layers += kinds * sum(depth + 2 for depth in grid["depths"])
    return THEORY_ALONE + layers * (THEORY_LAYER + THEORY_PAIR * _kernel_points(job) ** 2)


def _kernel_points(job: Mapping) -> int:
    """Points of the tangent kernel that theory speaks of; 0 where it speaks of none."""
    settings = job.get("trainability") or job.get("spectra") or {"kernel_points": 0}
    return settings["kernel_points"]


def _data_mb(job: Mapping) -> int:
    """MiB of a data set, points times features; 0 of the user's own, for its options are, too."""
    named = job.get("dataset", {"object": ""})
    if "object" in named or named["name"] in INPUTS:
        return 0
    given = [named[name] for name in ("points", "train_points", "test_points") if name in named]
    points = sum(given) or WHOLE
    numbers = points * math.prod(job.get("input_shape", [named.get("dimension", PLANE)]))
    return math.ceil(NUMBER_BYTES * numbers / 2**20)


def _fair_memory_mb(job: Mapping) -> int:
    """Runs of a chunk, and networks as they are measured in float64: at least one of them."""
    plan = job["trainability"]
    weights, units, _ = _size(job, max(job["widths"]))
    run = ITEM_BYTES[plan["dtype"]] * (4 * weights + plan["batch_size"] * units)
    measured = 8 * (weights + _rows(job) * units + 4 * (plan["kernel_points"] * OUTPUTS) ** 2)
    budget = job["memory_mb"] * 2**20
    training = min(budget, runs(job) * run)
    measuring = max(measured, min(budget, networks(job) * measured))
    return math.ceil((training + measuring) / 2**20)


def _fair_seconds(job: Mapping) -> float:
    """Updates and checkpoints of every run; a kernel of each run, and one more of each network."""
    plan, seconds = job["trainability"], 0.0
    seen = plan["steps"] * plan["batch_size"] + plan["checkpoints"] * 3 * plan["loss_points"]
    kinds = len({optimizer["name"] for optimizer in plan["optimizers"]})  # whose runs are batched
    starts = kinds * (job["depth"] + 2) * (plan["steps"] + 3 * plan["checkpoints"])
    for width in job["widths"]:
        size, rows = _size(job, width), plan["kernel_points"] * OUTPUTS
        kernel = 6 * size.products * _rows(job) + size.units * rows**2
        seconds += 6 * size.products * seen * runs(job) / TRAINING
        seconds += kernel * (runs(job) + networks(job)) / MEASURING + LAYER * starts
    return seconds


def _rows(job: Mapping) -> int:
    """Points that a network is shown at a time when it is measured for trainability."""
    plan, pairs = job["trainability"], job["measurement"]["pairs"]
    return max(plan["kernel_points"] * OUTPUTS, plan["points"] + 2 * pairs)


def _batch(job: Mapping) -> tuple[str, int]:
    """Number format and size of what is shown to a network when it is measured."""
    if "spectra" in job:
        return "float64", job["spectra"]["kernel_points"] * OUTPUTS
    settings = job.get("training") or job["measurement"]
    return settings["dtype"], settings["points"] + 2 * job["measurement"]["pairs"]


def _swept(initializer: Mapping) -> int:
    """How many pairs of variances an initializer's entry has."""
    return len(initializer.get("sigma_w2", [None])) * len(initializer.get("sigma_b2", [None]))


class Size(NamedTuple):
    """Of one network: its weights, and for each point the numbers kept and the products taken."""

    weights: int
    units: int
    products: int


def _size(job: Mapping, width: int) -> Size:
    depth, base = job["depth"], _base(job)
    normalized = "normalization" in job["architecture"]  # then φ's argument is kept, too
    if base != "cnn":
        weights = MATRICES[base] * depth * width**2 + _ends(job) * width
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


def _ends(job: Mapping) -> int:
    """Units of the first and the last layer together."""
    return INPUTS.get(job["dataset"]["name"], MNIST) + CLASSES


def _base(job: Mapping) -> str:
    """The architecture without its options."""
    named = job["architecture"]
    return named.get("base", named["name"])
