"""How do measurements become rows? One row per network, (step,) and layer, in that order."""

import math
from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
from torch import Tensor

from initatlas.initializers import Initializer
from initatlas.networks import Network
from initatlas.networks.base import table_rows
from initatlas.networks.ensemble import Shapes
from initatlas.probes import PROBES
from initatlas.stages.cells import Job
from initatlas.tables import Statistic

Columns = dict[str, pa.Array]


def statistic_fields() -> list[pa.Field]:
    """The columns of the probes, in the registry's order."""
    return [
        Statistic(name=p.name, unit=p.unit, definition=p.definition).field()
        for p in PROBES.values()
    ]


def cell_columns(
    job: Job, networks: Sequence[Network], initializer: Initializer, repeats: int
) -> Columns:
    """What tells networks apart, each repeated for its `repeats` rows."""

    def spread(values: Sequence, kind: pa.DataType) -> pa.Array:
        return pa.array([value for value in values for _ in range(repeats)], kind)

    columns: Columns = {
        "study": spread([job["study"]] * len(networks), pa.string()),
        "dataset": spread([job["dataset"]["name"]] * len(networks), pa.string()),
    }
    for name, kind in (
        ("architecture", pa.string()),
        ("initializer", pa.string()),
        ("activation", pa.string()),
        ("depth", pa.int64()),
        ("width", pa.int64()),
        ("seed", pa.int64()),
        ("sigma_w2", pa.float64()),
    ):
        columns[name] = spread([getattr(network, name) for network in networks], kind)
    bias = [initializer.bias_variance(n.sigma_b2, n.width) for n in networks]
    columns["sigma_b2"] = spread(bias, pa.float64())
    if initializer.rescale is not None:
        columns["sigma_w2"] = spread([math.nan] * len(networks), pa.float64())
    return columns


def layer_columns(
    networks: Sequence[Network], initializer: Initializer, shapes: Shapes, repeats: int
) -> Columns:
    """Layer numbers and facts for every network, `repeats` times over (once per step)."""
    rows = table_rows(shapes)
    fan_in = [None, *(row.fan_in for row in rows)]
    fan_out = [shapes[0].fan_in, *(row.fan_out for row in rows)]
    layers = list(range(len(rows) + 1))
    unknown = math.nan if initializer.rescale is not None else 1.0
    variance = [
        (None, *(unknown * initializer.layer_variance(n.sigma_w2, r) * r.fan_in for r in rows))
        for n in networks
    ]
    times = len(networks) * repeats
    return {
        "layer": pa.array(layers * times, pa.int64()),
        "fan_in": pa.array(fan_in * times, pa.int64()),
        "fan_out": pa.array(fan_out * times, pa.int64()),
        "layer_sigma_w2": pa.array(
            [value for row in variance for _ in range(repeats) for value in row], pa.float64()
        ),
    }


def by_layer(values: Sequence[Tensor | None], networks: int) -> np.ma.MaskedArray:
    """(net, layer) of one statistic; masked where a layer has none of it."""
    table = np.ma.masked_all((networks, len(values)))
    for layer, value in enumerate(values):
        if value is not None:
            table[:, layer] = value.numpy(force=True)
    return table


def column(values: np.ma.MaskedArray) -> pa.Array:
    """One value a row: null where masked; NaN and ±inf stay what they are."""
    # What lies under a mask is whatever the memory held: zeros keep files byte-identical.
    return pa.array(values.filled(0.0).ravel(), mask=np.ma.getmaskarray(values).ravel())


def table(schema: pa.Schema, columns: Mapping[str, pa.Array]) -> pa.Table:
    """The columns in the schema's order."""
    return pa.table([columns[name] for name in schema.names], schema=schema)
