"""How does a whole network stretch its inputs and learn? Its Jacobian and its tangent kernels.

Measured on the networks and points of `initialize`, so that both tables speak of the same things.
"""

from collections.abc import Sequence

import pyarrow as pa
import torch
from torch import Tensor

from initatlas.initializers import Initializer
from initatlas.networks import Ensemble, Network
from initatlas.networks.ensemble import Shapes
from initatlas.networks.propagate import Batch
from initatlas.spectra import SPECTRA as PROBES
from initatlas.spectra import Spectra
from initatlas.spectra.jacobian import jacobian_spectra
from initatlas.spectra.tangent_kernel import Multipliers, layer_grams, tangent_kernel
from initatlas.stages.cells import (
    Job,
    activation_of,
    architecture_of,
    chunks,
    ensemble_of,
    initializer_of,
    networks_of,
    shapes_of,
)
from initatlas.stages.columns import cell_columns, table
from initatlas.stages.evaluation import data_of, evaluation_batch
from initatlas.tables import Statistic
from initatlas.tables.spectra import SPECTRA

SCHEMA = SPECTRA.schema(
    Statistic(name=probe.name, unit=probe.unit, definition=probe.definition).field()
    for probe in PROBES.values()
)


def spectra(job: Job, dataset: pa.Table) -> pa.Table:
    """One row per network of the block: its singular values, and every spectral probe.

    `job["spectra"]` says on how many of the evaluation points: `points` for the Jacobian,
    `kernel_points` for the kernels.
    """
    settings = job["measurement"]
    data = data_of(dataset, getattr(torch, settings["dtype"]))
    batch = evaluation_batch(job, data, settings["points"])
    n_classes = int(data.train_labels.max()) + 1
    copies = max(job["spectra"]["kernel_points"] * n_classes, len(batch.inputs))
    parts = []
    for width in job["widths"]:
        shapes = shapes_of(job, width, batch.inputs.shape[1], n_classes)
        itemsize = torch.float64.itemsize
        bytes_each = architecture_of(job).bytes_per_network(shapes, copies, 2, itemsize)
        parts += [
            _measure(job, networks, shapes, batch)
            for networks in chunks(networks_of(job, width), bytes_each, job["memory_mb"])
        ]
    return pa.concat_tables(parts).combine_chunks()


def _measure(job: Job, networks: list[Network], shapes: Shapes, batch: Batch) -> pa.Table:
    initializer, settings = initializer_of(job), job["spectra"]
    ensemble = _in_float64(ensemble_of(job, networks, shapes, batch.inputs))
    network = (architecture_of(job), ensemble, activation_of(job))
    inputs = batch.inputs.double()
    grams = layer_grams(*network, inputs[: settings["kernel_points"]])
    ntk, standard = _multipliers(networks, initializer, shapes)
    measured = Spectra(
        log_singular_values=jacobian_spectra(*network, inputs[: settings["points"]]),
        ntk=tangent_kernel(grams, ntk),
        standard_ntk=tangent_kernel(grams, standard),
        labels=batch.labels[: settings["kernel_points"]],
    )
    columns = cell_columns(job, networks, initializer, 1)
    columns["log_singular_values"] = pa.array(
        list(measured.log_singular_values.flatten(1).numpy(force=True)), pa.list_(pa.float64())
    )
    columns |= {
        probe.name: pa.array(probe.measure(measured).numpy(force=True), pa.float64())
        for probe in PROBES.values()
    }
    return table(SCHEMA, columns)


def _in_float64(ensemble: Ensemble) -> Ensemble:
    return Ensemble(
        shapes=ensemble.shapes,
        weights=tuple(weight.double() for weight in ensemble.weights),
        biases=tuple(bias.double() for bias in ensemble.biases),
        reference=None if ensemble.reference is None else ensemble.reference.double(),
    )


def _multipliers(
    networks: Sequence[Network], initializer: Initializer, shapes: Shapes
) -> tuple[list[Multipliers], list[Multipliers]]:
    """Of the NTK and of the standard parametrisation, the readout first.

    NaN in the NTK parametrisation where data decides a layer's variance.
    """
    unknown = float("nan") if initializer.rescale is not None else 1.0

    def each(values: list[float]) -> Tensor:
        return torch.tensor(values, dtype=torch.float64)

    ntk = [
        Multipliers(
            weight=each(
                [unknown * initializer.layer_variance(n.sigma_w2, layer) for n in networks]
            ),
            bias=each([initializer.bias_variance(n.sigma_b2, layer.fan_in) for n in networks]),
        )
        for layer in reversed(shapes)
    ]
    one = each([1.0] * len(networks))
    return ntk, [Multipliers(weight=one, bias=one)] * len(shapes)
