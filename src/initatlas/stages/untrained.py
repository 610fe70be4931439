"""What is there to see of networks before they train? All predictors, and their tangent kernel."""

from dataclasses import replace
from typing import NamedTuple

import torch
from torch import Tensor

from initatlas.networks import Ensemble
from initatlas.networks.propagate import Batch, signals
from initatlas.predictors import PREDICTORS, Untrained
from initatlas.predictors.base import STATISTICS
from initatlas.probes import observe
from initatlas.spectra.output_kernel import OutputKernel, output_kernel
from initatlas.stages.cells import Job, activation_of, architecture_of, chunks
from initatlas.training.losses import cross_entropy_gradient


class Start(NamedTuple):
    """What is known of each network before training."""

    predictors: dict[str, Tensor]  # (net,) each
    log_sharpness: Tensor  # ln λ_max(Θ/P)
    kernel: OutputKernel


def in_float64(ensemble: Ensemble) -> Ensemble:
    """The same networks, in the numbers that statistics are taken in."""
    return replace(
        ensemble,
        weights=tuple(weight.double() for weight in ensemble.weights),
        biases=tuple(bias.double() for bias in ensemble.biases),
        reference=None if ensemble.reference is None else ensemble.reference.double(),
    )


def measure(job: Job, ensemble: Ensemble, batch: Batch, memory_mb: int | float) -> Start:
    """Predictors and kernel of networks, as many at a time as fit the memory; batch in float64."""
    parts = [
        _measure(job, ensemble.select(torch.tensor(positions)), batch)
        for positions in parts_of(job, ensemble, batch, memory_mb)
    ]
    return Start(
        predictors={name: torch.cat([p.predictors[name] for p in parts]) for name in PREDICTORS},
        log_sharpness=torch.cat([part.log_sharpness for part in parts]),
        kernel=joined([part.kernel for part in parts]),
    )


def kernel_of(job: Job, ensemble: Ensemble, batch: Batch, memory_mb: int | float) -> OutputKernel:
    """The tangent kernel of the first points of the batch."""
    points = batch.inputs[: job["trainability"]["kernel_points"]]
    return joined(
        [
            output_kernel(
                architecture_of(job),
                in_float64(ensemble.select(torch.tensor(positions))),
                activation_of(job),
                points,
            )
            for positions in parts_of(job, ensemble, batch, memory_mb)
        ]
    )


def joined(kernels: list[OutputKernel]) -> OutputKernel:
    """The kernels of all networks, one behind the other."""
    return OutputKernel(
        matrix=torch.cat([kernel.matrix for kernel in kernels]),
        log_scale=torch.cat([kernel.log_scale for kernel in kernels]),
        points=kernels[0].points,
    )


def kernel_bytes(job: Job, outputs: int) -> int:
    """Memory of the kernel of one network."""
    return (job["trainability"]["kernel_points"] * outputs) ** 2 * torch.float64.itemsize


def parts_of(job: Job, ensemble: Ensemble, batch: Batch, memory_mb: int | float) -> list[list[int]]:
    """Positions of the networks that are measured at a time."""
    outputs = ensemble.shapes[-1].fan_out
    rows = max(
        job["trainability"]["kernel_points"] * outputs, len(batch.inputs) + len(batch.prescribed)
    )
    itemsize = torch.float64.itemsize
    each = architecture_of(job).bytes_per_network(ensemble.shapes, rows, 1, itemsize)
    each += 3 * kernel_bytes(job, outputs)
    return list(chunks(list(range(len(ensemble))), each, memory_mb))


def _measure(job: Job, ensemble: Ensemble, batch: Batch) -> Start:
    networks = (architecture_of(job), in_float64(ensemble), activation_of(job))
    observed = observe(signals(*networks, batch, cross_entropy_gradient), STATISTICS)
    points = job["trainability"]["kernel_points"]
    kernel = output_kernel(*networks, batch.inputs[:points])
    untrained = Untrained.of(observed, kernel, batch.labels[:points])
    return Start(
        predictors={name: p.measure(untrained) for name, p in PREDICTORS.items()},
        log_sharpness=untrained.log_sharpness,
        kernel=kernel,
    )
