"""How are the squared singular values of ∂z^L/∂z^1 distributed, in wide networks of this data?

Lengths are those of the points at which Jacobians are measured, layer by layer: near a critical
point they take longer to settle than most networks are deep.
"""

import numpy as np
import pyarrow as pa
import torch
from scipy import special

from initatlas import theory
from initatlas.initializers import Initializer
from initatlas.networks import Network
from initatlas.networks.ensemble import Shapes
from initatlas.stages.cells import Job, activation_of, initializer_of
from initatlas.stages.columns import cell_columns, table
from initatlas.stages.evaluation import data_of, evaluation_batch
from initatlas.stages.predictions.base import Prediction
from initatlas.stages.predictions.networks import cells_of, ensemble_of, layers_of
from initatlas.tables.predicted import JACOBIAN_DENSITY as TABLE

POINTS = 200  # of a density, along ln s²: a panel of a figure is as many pixels wide
# Of a density's peak: the tail of small values that is thinner is left out, as it has no end.
TAIL = 0.02
UNKNOWN = {"mass_at_zero": np.nan, "mass_at_top": np.nan, "log_squared": None, "density": None}
# One hidden layer: ∂z^1/∂z^1 = 1.
ISOMETRY = {
    "log_mean": 0.0,
    "relative_variance": 0.0,
    "log_top": 0.0,
    "mass_at_zero": 0.0,
    "mass_at_top": 1.0,
    "log_squared": [],
    "density": [],
}


def _compute(job: Job, dataset: pa.Table) -> pa.Table:
    data = data_of(dataset, torch.float64)
    batch = evaluation_batch(job, data, job["measurement"]["points"])
    classes = int(data.train_labels.max()) + 1
    lengths = batch.inputs[: job["spectra"]["points"]].square().mean(dim=1).numpy()
    parts = [
        _cell(cell, networks, shapes, lengths)
        for cell, networks, shapes in cells_of(job, batch.inputs.shape[1], classes)
    ]
    return pa.concat_tables([TABLE.schema().empty_table(), *parts])


def _cell(job: Job, networks: list[Network], shapes: Shapes, lengths: np.ndarray) -> pa.Table:
    initializer = initializer_of(job)
    found = [spectrum(job, initializer, network, shapes, lengths) for network in networks]
    columns = cell_columns(job, networks, initializer, 1)
    columns |= {
        field.name: pa.array([row[field.name] for row in found], field.type)
        for field in TABLE.columns
        if field.name not in columns
    }
    return table(TABLE.schema(), columns)


def spectrum(
    job: Job, initializer: Initializer, network: Network, shapes: Shapes, lengths: np.ndarray
) -> dict[str, object]:
    """Moments of s² for any φ, and its density where it is known, over points of these lengths."""
    activation, ensemble = activation_of(job), ensemble_of(initializer)
    layers = layers_of(initializer, network, shapes)
    steps = layers.depth - 1  # weight layers from z^1 to z^L
    if not steps:
        return ISOMETRY
    sigma_w2 = float(layers.sigma_w2[1])  # square layers all have the same
    q = theory.depth_profile(activation, layers, lengths).q[:, 1 : steps + 1]
    one = theory.jacobian_moments(activation, q, sigma_w2, 1, ensemble=ensemble)
    with np.errstate(divide="ignore"):
        log_mean = special.logsumexp(np.log(one.mean).sum(axis=1)) - np.log(len(lengths))
        log_top = steps * np.log(sigma_w2)
    moments = {
        "log_mean": float(log_mean),
        "relative_variance": float(one.relative_variance.sum(axis=1).mean()),
        "log_top": float(log_top),
    }
    if sigma_w2 == 0 or not theory.density_is_known(activation):
        return moments | UNKNOWN
    parts = [
        theory.jacobian_density(activation, each, sigma_w2, steps, ensemble=ensemble) for each in q
    ]
    return moments | averaged(parts)


def averaged(parts: list[theory.JacobianDensity]) -> dict[str, object]:
    """The mean of densities that each stand on their own places."""
    masses = {
        name: float(np.mean([getattr(part, name) for part in parts]))
        for name in ("mass_at_zero", "mass_at_top")
    }
    continuous = [part for part in parts if len(part.log_squared)]
    if not continuous:
        return masses | {"log_squared": [], "density": []}
    ends = [_ends(part) for part in continuous]
    # Crowded towards the ends of the supports, where densities have their edges.
    along = (1 - np.cos(np.linspace(0, np.pi, POINTS))) / 2
    low, high = min(low for low, _ in ends), max(high for _, high in ends)
    places = low + (high - low) * along
    values = [
        np.interp(places, part.log_squared, part.density, left=0, right=0) for part in continuous
    ]
    density = np.sum(values, axis=0) / len(parts)
    return masses | {"log_squared": places.tolist(), "density": density.tolist()}


def _ends(part: theory.JacobianDensity) -> tuple[float, float]:
    """Where the density is worth a line."""
    thick = np.flatnonzero(part.density >= TAIL * part.density.max())
    return float(part.log_squared[max(0, thick[0] - 1)]), float(part.log_squared[-1])


JACOBIAN_DENSITY = Prediction(
    name="jacobian_density",
    table=TABLE,
    compute=_compute,
    needs=("dataset", "grids", "measurement", "spectra"),
    stage="spectra",
)
