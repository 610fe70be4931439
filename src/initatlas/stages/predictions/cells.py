"""What does theory say of each cell that is trained? One row a cell, NaN where it has no say.

It has none where the data decides, where wide layers do not act as Gaussian ones, and behind a
normalization. Of other networks than plain ones it knows the recursion through their depth alone.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product

import numpy as np
import pyarrow as pa
import torch

from initatlas import theory
from initatlas.networks import Network
from initatlas.networks.ensemble import Shapes
from initatlas.networks.mlp import MLP
from initatlas.networks.propagate import Batch
from initatlas.stages.cells import (
    Job,
    activation_of,
    architecture_of,
    initializer_of,
    networks_of,
    shapes_of,
)
from initatlas.stages.columns import cell_columns, table
from initatlas.stages.predictions.kernel_condition import log_spectrum
from initatlas.stages.predictions.networks import Shown, ensemble_of, layers_of
from initatlas.stages.predictions.profiles import EXPECTED, lengths_of
from initatlas.stages.splits import batch_of
from initatlas.tables import Table

UNKNOWN = math.nan


@dataclass(frozen=True, slots=True, kw_only=True)
class Theorist:
    """What is known of a job's cells so far: initializers often make the same layers."""

    job: Job
    batch: Batch
    n_classes: int
    profiles: dict[bytes, dict[str, float]] = field(default_factory=dict)
    conditions: dict[bytes, dict[int, float]] = field(default_factory=dict)

    def shapes(self, cell: Job, depth: int) -> Shapes:
        """Layers of the cell's networks, were they of this depth."""
        features = self.batch.inputs.shape[1]
        return shapes_of({**cell, "depth": depth}, cell["widths"][0], features, self.n_classes)

    def facts(self, cell: Job, network: Network) -> dict[str, object]:
        """What theory says of one network, by column."""
        initializer, architecture = initializer_of(cell), architecture_of(cell).name
        told = initializer.rescale is None and initializer.distribution.mean_field
        if architecture not in EXPECTED or not told:
            return {"phase": ""}
        if architecture != MLP.name:
            return {"phase": ""} | self.stability(cell, network)
        return self.stability(cell, network) | self.of_plain_layers(cell, network)

    def stability(self, cell: Job, network: Network) -> dict[str, float]:
        """What follows from the recursion of this depth, from the data's own lengths."""
        initializer, architecture = initializer_of(cell), architecture_of(cell).name
        shapes = self.shapes(cell, network.depth)
        layers = layers_of(initializer, network, shapes)
        known_by = f"{architecture} {ensemble_of(initializer)} ".encode() + _bytes(layers)
        if known_by not in self.profiles:
            shown = Shown(inputs=self.batch.inputs.numpy(), lengths=lengths_of(self.batch))
            found = EXPECTED[architecture](cell, network, shapes, shown)
            self.profiles[known_by] = _at_depth(found, network.depth)
        return self.profiles[known_by]

    def of_plain_layers(self, cell: Job, network: Network) -> dict[str, object]:
        """Fixed points, scales and phase, and what is known of the Jacobian and the kernel."""
        initializer = initializer_of(cell)
        # A bias of variance σ_b²/fan_in vanishes in wide layers, and phase and scales are theirs.
        wide = 0.0 if initializer.bias_per_fan else network.sigma_b2
        activation = activation_of(cell)
        scales = theory.depth_scales(activation, network.sigma_w2, wide)
        layers = layers_of(initializer, network, self.shapes(cell, network.depth))
        lengths = theory.depth_profile(activation, layers, lengths_of(self.batch)).q.mean(axis=0)
        return {
            **{name: float(getattr(scales, name)) for name in SCALES},
            "jacobian_variance": _jacobian_variance(cell, layers, lengths[1 : network.depth]),
            "log_ntk_condition_number": self.log_condition(cell, network),
            "phase": str(theory.phase(activation, network.sigma_w2, wide)),
        }

    def log_condition(self, cell: Job, network: Network) -> float:
        """Ln κ of the NTK: one recursion to the deepest network gives it at all depths."""
        depths = sorted({depth for grid in self.job["grids"] for depth in grid["depths"]})
        layers = layers_of(initializer_of(cell), network, self.shapes(cell, depths[-1]))
        known_by = _bytes(layers)
        if known_by not in self.conditions:
            inputs = self.batch.inputs[: self.job["trainability"]["kernel_points"]].numpy()
            gram = inputs @ inputs.T / inputs.shape[1]
            kernels = theory.kernel_matrices_by_depth(activation_of(cell), layers, depths, gram)
            self.conditions[known_by] = {
                depth: log_spectrum(kernel.ntk)[0] for depth, kernel in kernels
            }
        return self.conditions[known_by][network.depth]


SCALES = ("q_star", "chi_1", "xi_q", "xi_c", "xi_grad")


def trained_cells(job: Job, dataset: pa.Table, kind: Table) -> pa.Table:
    """A row for each cell of the job's grids, columns as `kind` has them."""
    batch = batch_of(job, dataset, torch.float64)
    theorist = Theorist(job=job, batch=batch, n_classes=max(dataset["label"].to_pylist()) + 1)
    parts = [kind.schema().empty_table()]
    for cell in _cells(job):
        networks = networks_of(cell, cell["widths"][0])
        columns = cell_columns(cell, networks, initializer_of(cell), 1)
        facts = [theorist.facts(cell, network) for network in networks]
        columns |= {
            column.name: pa.array([fact.get(column.name, UNKNOWN) for fact in facts], column.type)
            for column in kind.columns
            if column.name not in columns
        }
        parts.append(table(kind.schema(), columns))
    return pa.concat_tables(parts)


def _cells(job: Job) -> Iterator[Job]:
    """Each possible kind of network of the grids."""
    axes = ("architectures", "initializers", "depths", "widths")
    for grid in job["grids"]:
        for architecture, named, depth, width in product(*(grid[axis] for axis in axes)):
            cell = {**job, "architecture": architecture, "initializer": named, "depth": depth}
            cell |= {"seeds": [0], "widths": [width]}
            wanted = initializer_of(cell).architectures
            if not wanted or architecture.get("base", architecture["name"]) in wanted:
                yield cell


def _bytes(layers: theory.Layers) -> bytes:
    """What two equal kinds of network have in common, and no others."""
    parts = (layers.sigma_w2, layers.sigma_b2, layers.fan_in)
    return b" ".join(part.tobytes() for part in parts)


def _at_depth(found: dict[str, np.ndarray], depth: int) -> dict[str, float]:
    """Stability and scatter, from what is expected of each layer."""
    hidden = slice(1, depth + 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        growth = np.log(found["q"][hidden]) - np.log(found["q"][1])
        gain = found["log_delta_gain"][hidden]
        return {
            "forward_stability": float(np.abs(growth).max()),
            "gradient_stability": float(np.abs(gain[0] - gain[-1])),
            "beta": float(found["q_beta"][depth]),
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
