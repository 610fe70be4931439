"""How well conditioned is the tangent kernel of wide networks of this data, at any depth?"""

import math

import numpy as np
import pyarrow as pa
import torch

from initatlas import theory
from initatlas.activations import Activation
from initatlas.networks import Network
from initatlas.stages.cells import Job, activation_of, initializer_of
from initatlas.stages.columns import cell_columns, table
from initatlas.stages.evaluation import data_of, evaluation_batch
from initatlas.stages.predictions.base import Prediction
from initatlas.stages.predictions.networks import cells_of, layers_of
from initatlas.tables.predicted import KERNEL_CONDITION as TABLE

DEPTHS = 24  # evenly spaced in ln L, besides those that are measured


def _compute(job: Job, dataset: pa.Table) -> pa.Table:
    data = data_of(dataset, torch.float64)
    batch = evaluation_batch(job, data, job["measurement"]["points"])
    classes = int(data.train_labels.max()) + 1
    inputs = batch.inputs[: job["spectra"]["kernel_points"]].numpy()
    gram = inputs @ inputs.T / inputs.shape[1]
    depths = spread([depth for grid in job["grids"] for depth in grid["depths"]])
    found: dict[bytes, dict[str, list[float]]] = {}  # initializers often make the same layers
    parts, seen = [], set()
    deepest = {**job, "grids": [{**grid, "depths": depths[-1:]} for grid in job["grids"]]}
    for cell, networks, shapes in cells_of(deepest, inputs.shape[1], classes):
        for network in networks:
            if network in seen:  # grids that differ in depth are one here
                continue
            seen.add(network)
            layers = layers_of(initializer_of(cell), network, shapes)
            known_by = layers.sigma_w2.tobytes() + layers.sigma_b2.tobytes()
            if known_by not in found:
                found[known_by] = log_spectra(activation_of(job), layers, depths, gram)
            parts.append(_rows(cell, network, depths, found[known_by]))
    return pa.concat_tables([TABLE.schema().empty_table(), *parts])


def spread(measured: list[int]) -> list[int]:
    """Depths from 1 to the deepest that is measured, those that are measured among them."""
    even = np.geomspace(1, max(measured), DEPTHS).round().astype(int)
    return sorted({*even.tolist(), *measured})


def _rows(job: Job, network: Network, depths: list[int], found: dict[str, list[float]]) -> pa.Table:
    """A row for each depth of one kind of network."""
    initializer, count = initializer_of(job), len(depths)
    # A bias of variance σ_b²/fan_in vanishes in wide layers, and the phase is theirs.
    wide = 0.0 if initializer.bias_per_fan else network.sigma_b2
    phase = str(theory.phase(activation_of(job), network.sigma_w2, wide))
    columns = cell_columns(job, [network], initializer, count)
    columns |= {"depth": pa.array(depths), "phase": pa.array([phase] * count)}
    columns |= {name: pa.array(values, pa.float64()) for name, values in found.items()}
    return table(TABLE.schema(), columns)


def log_spectra(
    activation: Activation, layers: theory.Layers, depths: list[int], gram: np.ndarray
) -> dict[str, list[float]]:
    """Ln κ and ln λ_max of the NTK of networks of these depths."""
    kernels = theory.kernel_matrices_by_depth(activation, layers, depths, gram)
    found = [log_spectrum(kernel.ntk) for _, kernel in kernels]
    return {
        "log_condition_number": [condition for condition, _ in found],
        "log_largest_eigenvalue": [largest for _, largest in found],
    }


def log_spectrum(kernel: np.ndarray) -> tuple[float, float]:
    """Ln κ, NaN of a kernel that has vanished or left float64's range, and ln λ_max."""
    if not np.isfinite(kernel).all():
        return math.nan, math.inf
    if not kernel.any():
        return math.nan, -math.inf
    largest = float(np.linalg.eigvalsh(kernel)[-1])
    return math.log(theory.condition_number(kernel)), math.log(largest)


KERNEL_CONDITION = Prediction(
    name="kernel_condition",
    table=TABLE,
    compute=_compute,
    needs=("dataset", "grids", "measurement", "spectra"),
    stage="spectra",
)
