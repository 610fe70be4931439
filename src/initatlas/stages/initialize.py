"""How do signals and gradients travel through networks that have not been trained?"""

import pyarrow as pa
import torch

from initatlas.networks import Network
from initatlas.networks.base import table_rows
from initatlas.networks.ensemble import Shapes
from initatlas.networks.propagate import Batch, signals
from initatlas.probes import PROBES, observe
from initatlas.stages.cells import (
    Job,
    activation_of,
    architecture_of,
    budget_mb,
    chunks,
    ensemble_of,
    initializer_of,
    networks_of,
    shapes_of,
)
from initatlas.stages.columns import (
    by_layer,
    cell_columns,
    column,
    layer_columns,
    statistic_fields,
    table,
)
from initatlas.stages.evaluation import data_of, evaluation_batch
from initatlas.tables import INITIALIZATION
from initatlas.training.losses import cross_entropy_gradient

SCHEMA = INITIALIZATION.schema(statistic_fields())
# Larger chunks only cost time: temporaries beyond the allocator's reach are returned to the
# system after each operation and faulted in again (56 networks of 64 layers: 7 s at 128 MB,
# 10 s at 512, 17 s at 2,000).
CHUNK_MB = 128


def initialize(job: Job, dataset: pa.Table) -> pa.Table:
    """One row per network of the block and layer: every probe, at initialization."""
    settings = job["measurement"]
    data = data_of(dataset, getattr(torch, settings["dtype"]))
    batch = evaluation_batch(job, data, settings["points"])
    n_classes = int(data.train_labels.max()) + 1
    points = len(batch.inputs) + len(batch.prescribed)
    parts = []
    for width in job["widths"]:
        shapes = shapes_of(job, width, batch.inputs.shape[1], n_classes)
        itemsize = batch.inputs.dtype.itemsize
        bytes_each = architecture_of(job).bytes_per_network(shapes, points, 1, itemsize)
        parts += [
            _measure(job, networks, shapes, batch)
            for networks in chunks(networks_of(job, width), bytes_each, budget_mb(job, CHUNK_MB))
        ]
    return pa.concat_tables(parts).combine_chunks()


def _measure(job: Job, networks: list[Network], shapes: Shapes, batch: Batch) -> pa.Table:
    initializer = initializer_of(job)
    ensemble = ensemble_of(job, networks, shapes, batch.inputs)
    layers = signals(
        architecture_of(job), ensemble, activation_of(job), batch, cross_entropy_gradient
    )
    observed = observe(layers, {probe.name: probe.measure for probe in PROBES.values()})
    columns = cell_columns(job, networks, initializer, len(table_rows(shapes)) + 1)
    columns |= layer_columns(networks, initializer, shapes, 1)
    columns |= {name: column(by_layer(v, len(networks))) for name, v in observed.items()}
    return table(SCHEMA, columns)
