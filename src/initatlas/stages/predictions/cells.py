"""What does theory say of each cell that is trained? One row a cell, NaN where it has no say.

It has none where the data decides, where wide layers do not act as Gaussian ones, and of other
networks than plain ones.
"""

import math
from collections.abc import Iterator
from itertools import product

import numpy as np
import pyarrow as pa
import torch

from initatlas import theory
from initatlas.networks import Network
from initatlas.networks.ensemble import Shapes
from initatlas.networks.mlp import MLP
from initatlas.networks.propagate import Batch
from initatlas.stages.cells import Job, activation_of, architecture_of, initializer_of, networks_of
from initatlas.stages.columns import cell_columns
from initatlas.stages.predictions.kernel_condition import log_spectrum
from initatlas.stages.predictions.networks import ensemble_of, layers_of
from initatlas.stages.predictions.profiles import expected, lengths_of
from initatlas.stages.splits import batch_of
from initatlas.tables import Table

UNKNOWN = math.nan


def trained_cells(job: Job, dataset: pa.Table, kind: Table) -> pa.Table:
    """A row for each cell of the job's grids, columns as `kind` has them."""
    batch = batch_of(job, dataset, torch.float64)
    n_classes = int(torch.tensor(dataset["label"].to_numpy()).max()) + 1
    names = [field.name for field in kind.columns]
    parts = [kind.schema().empty_table()]
    for cell, shapes in _cells(job, batch.inputs.shape[1], n_classes):
        initializer = initializer_of(cell)
        networks = networks_of(cell, cell["widths"][0])
        columns = cell_columns(cell, networks, initializer, 1)
        facts = [_facts(cell, network, shapes, batch) for network in networks]
        for field in kind.columns:
            if field.name not in columns:
                values = [fact.get(field.name, UNKNOWN) for fact in facts]
                columns[field.name] = pa.array(values, field.type)
        parts.append(pa.table({name: columns[name] for name in names}, schema=kind.schema()))
    return pa.concat_tables(parts)


def _cells(job: Job, dimension: int, n_classes: int) -> Iterator[tuple[Job, Shapes]]:
    """Each possible kind of network of the grids."""
    axes = ("architectures", "initializers", "depths", "widths")
    for grid in job["grids"]:
        for architecture, named, depth, width in product(*(grid[axis] for axis in axes)):
            cell = {**job, "architecture": architecture, "initializer": named, "depth": depth}
            cell |= {"seeds": [0], "widths": [width]}
            wanted = initializer_of(cell).architectures
            if not wanted or architecture.get("base", architecture["name"]) in wanted:
                yield cell, architecture_of(cell).shapes(dimension, width, depth, n_classes)


def _facts(job: Job, network: Network, shapes: Shapes, batch: Batch) -> dict[str, object]:
    """What theory says of one network, by column."""
    initializer = initializer_of(job)
    plain = job["architecture"] == {"name": MLP.name}
    if not plain or initializer.rescale is not None or not initializer.distribution.mean_field:
        return {"phase": ""}
    # A bias of variance σ_b²/fan_in vanishes in wide layers, and phase and scales are theirs.
    wide = 0.0 if initializer.bias_per_fan else network.sigma_b2
    activation, layers = activation_of(job), layers_of(initializer, network, shapes)
    scales = theory.depth_scales(activation, network.sigma_w2, wide)
    return {
        **{name: float(getattr(scales, name)) for name in ("q_star", "chi_1")},
        **{name: float(getattr(scales, name)) for name in ("xi_q", "xi_c", "xi_grad")},
        **_at_depth(job, layers, lengths_of(batch)),
        "log_ntk_condition_number": _log_condition(job, layers, batch),
        "phase": str(theory.phase(activation, network.sigma_w2, wide)),
    }


def _at_depth(job: Job, layers: theory.Layers, lengths: np.ndarray) -> dict[str, float]:
    """What follows from the recursion of this depth, from the data's own lengths."""
    found = expected(job, layers, lengths)
    hidden = slice(1, layers.depth + 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        growth = np.log(found["q"][hidden]) - np.log(found["q"][1])
        gain = found["log_delta_gain"][hidden]
        return {
            "forward_stability": float(np.abs(growth).max()),
            "gradient_stability": float(np.abs(gain[0] - gain[-1])),
            "beta": float(found["q_beta"][layers.depth]),
            "jacobian_variance": _jacobian_variance(job, layers, found["q"][hidden][:-1]),
        }


def _jacobian_variance(job: Job, layers: theory.Layers, q: np.ndarray) -> float:
    """Of the layers from z^1 to z^L: each adds its own; 0 where there is one layer alone."""
    if not len(q):
        return 0.0
    ensemble = ensemble_of(initializer_of(job))
    moments = theory.jacobian_moments(
        activation_of(job), q, float(layers.sigma_w2[1]), 1, ensemble=ensemble
    )
    return float(moments.relative_variance.sum())


def _log_condition(job: Job, layers: theory.Layers, batch: Batch) -> float:
    inputs = batch.inputs[: job["trainability"]["kernel_points"]].numpy()
    gram = inputs @ inputs.T / inputs.shape[1]
    kernels = theory.kernel_matrices_by_depth(activation_of(job), layers, [layers.depth], gram)
    return next(log_spectrum(kernel.ntk)[0] for _, kernel in kernels)
