"""What should each layer of each cell show? Finite-depth recursions from the data as it is fed in.

The expected values are those of infinitely wide networks. To first order in 1/width, `…_beta` is
the variance over networks of ln of the mean over the evaluation points (`correlation_beta`: of the
mean over the prescribed pairs itself), and `…_shift` what is added to the expected value itself, or
to its logarithm where that is what is compared.
"""

from dataclasses import asdict

import numpy as np
import pyarrow as pa
import torch
from scipy import special

from initatlas import tables, theory
from initatlas.networks import Network
from initatlas.networks.base import table_rows
from initatlas.networks.cnn import CNN
from initatlas.networks.ensemble import Shapes
from initatlas.networks.mlp import MLP
from initatlas.networks.propagate import Batch
from initatlas.networks.resmlp import RESMLP
from initatlas.stages.cells import Job, activation_of, architecture_of, initializer_of
from initatlas.stages.columns import cell_columns, layer_columns, table
from initatlas.stages.evaluation import data_of, evaluation_batch
from initatlas.stages.predictions import convolutions, residual
from initatlas.stages.predictions.base import Prediction
from initatlas.stages.predictions.networks import Shown, cells_of, ensemble_of, layers_of
from initatlas.stages.predictions.point_pairs import pairs_of
from initatlas.tables import Statistic

# Lengths of the evaluation points are summarized by this many quantile means: the recursion
# costs a chain of integrals for each, and lengths draw together within a few layers.
LENGTHS = 16
STATISTICS = {
    "q": "mean over evaluation points of E[z²]",
    "activation_mean": "mean over evaluation points of E[φ(z)]",
    "activation_variance": "variance of φ(z) over units and evaluation points",
    "correlation": "correlation of z of a pair of inputs of correlation c⁰ and mean length q⁰",
    "log_delta_gain": "ln E‖∂C/∂z^l‖² minus its value at the readout",
    "q_beta": "variance over networks of ln q at this width, to first order in 1/width",
    "activation_variance_beta": "variance over networks of ln activation_variance, likewise",
    "log_delta_gain_beta": "variance over networks of log_delta_gain, likewise",
    "correlation_beta": "variance over networks of the mean correlation itself, not of its ln",
    "q_shift": "what finite width adds to ln of the expected q, to first order in 1/width",
    "activation_mean_shift": "what finite width adds to the expected activation_mean, likewise",
    "activation_variance_shift": "what it adds to ln of the expected activation_variance",
    "correlation_shift": "what it adds to the expected correlation",
    "log_delta_gain_shift": "what it adds to ln E‖∂C/∂z^l‖² relative to the readout",
    "point_q_beta": "variance over networks of ln q of one input, to first order in 1/width",
    "point_log_delta_gain_beta": "variance over networks of log_delta_gain of one input, likewise",
}
FIELDS = [
    Statistic(name=name, unit="1", definition=text).field() for name, text in STATISTICS.items()
]


def _compute(job: Job, dataset: pa.Table) -> pa.Table:
    data = data_of(dataset, torch.float64)
    batch = evaluation_batch(job, data, job["measurement"]["points"])
    classes = int(data.train_labels.max()) + 1
    shown = shown_of(batch, classes)
    parts = [
        _cell(cell, networks, shapes, shown)
        for cell, networks, shapes in cells_of(job, batch.inputs.shape[1], classes, tuple(EXPECTED))
    ]
    return pa.concat_tables([tables.PROFILES.schema(FIELDS).empty_table(), *parts])


def shown_of(batch: Batch, classes: int) -> Shown:
    """What theory has to know of these points."""
    inputs, pairs = batch.inputs.numpy(), pairs_of(batch, classes)
    return Shown(inputs=inputs, lengths=lengths_of(batch), pairs=pairs)


def lengths_of(batch: Batch) -> np.ndarray:
    """Squared lengths per dimension of the evaluation points, as a few quantile means."""
    lengths = np.sort(batch.inputs.double().square().mean(dim=1).numpy())
    return np.array([part.mean() for part in np.array_split(lengths, min(LENGTHS, len(lengths)))])


def _cell(job: Job, networks: list[Network], shapes: Shapes, shown: Shown) -> pa.Table:
    initializer = initializer_of(job)
    found: dict[str, list[np.ndarray]] = {name: [] for name in STATISTICS}
    unknown = np.full(len(table_rows(shapes)) + 1, np.nan)
    expected_of = EXPECTED[architecture_of(job).name]
    for network in networks:
        values = expected_of(job, network, shapes, shown)
        for name in STATISTICS:
            found[name].append(values.get(name, unknown))
    columns = cell_columns(job, networks, initializer, len(table_rows(shapes)) + 1)
    columns |= layer_columns(networks, initializer, shapes, 1)
    columns |= {
        name: pa.array(np.concatenate(values), from_pandas=False) for name, values in found.items()
    }
    return table(tables.PROFILES.schema(FIELDS), columns)


def expected(job: Job, network: Network, shapes: Shapes, shown: Shown) -> dict[str, np.ndarray]:
    """Each statistic by layer: 0, the input, to depth + 1, the readout."""
    activation, lengths = activation_of(job), shown.lengths
    layers = layers_of(initializer_of(job), network, shapes)
    many = theory.depth_profile(activation, layers, lengths)
    mean = theory.depth_profile(
        activation, layers, lengths.mean(), job["measurement"]["pair_correlation"]
    )
    centre = many.activation_mean.mean(axis=0)
    return finite_width(job, layers, mean, shown.pairs) | {
        "q": many.q.mean(axis=0),
        "activation_mean": centre,
        "activation_variance": many.activation_square.mean(axis=0) - centre**2,
        "correlation": mean.correlation,
        "log_delta_gain": special.logsumexp(many.log_delta_norm2, axis=0) - np.log(len(lengths)),
    }


def finite_width(
    job: Job, layers: theory.Layers, profile: theory.DepthProfile, pairs: theory.Pairs
) -> dict[str, np.ndarray]:
    """What is of order 1/width: scatter of means over points, and shifts of expected values."""
    activation, ensemble = activation_of(job), ensemble_of(initializer_of(job))
    found = theory.mean_scatter(activation, layers, profile.q, pairs, ensemble=ensemble)
    shift = theory.correlation_shift(
        activation, layers, profile.q, profile.correlation, ensemble=ensemble
    )
    settings = job["measurement"]
    scatter = theory.correlation_scatter(
        activation,
        layers,
        profile.q[0],
        settings["pair_correlation"],
        pairs=settings["pairs"],
        ensemble=ensemble,
    )
    return asdict(found) | {"correlation_shift": shift, "correlation_beta": scatter}


EXPECTED = {
    MLP.name: expected,
    RESMLP.name: residual.expected,
    CNN.name: convolutions.expected,
}

PROFILES = Prediction(
    name="profiles",
    table=tables.PROFILES,
    compute=_compute,
    needs=("dataset", "grids", "measurement"),
    stage="initialization",
)
