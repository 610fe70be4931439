"""A plane of variances without any network: layers that near theory's fixed points, and scatter.

Each layer takes q and the correlation a fifth of the way to q* and c*; networks scatter by a few
percent around that.
"""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from initatlas import tables, theory
from initatlas.study import Block
from initatlas.tables import INITIALIZATION

NEARER = 0.8  # factor per layer on the distance to the fixed point
SCATTER = 0.03
LIMIT = 1e6  # where lengths have no bound
STATISTICS = tuple(
    tables.Statistic(name=name, unit="1", definition=f"synthetic {name}").field()
    for name in ("q", "correlation")
)


def plane(job: Mapping, block: Block) -> pa.Table:
    """A block of the phase_plane stage."""
    rows = []
    for seed in job["seeds"]:
        rng = np.random.default_rng([seed, block.depth])
        for sigma_w2 in job["initializer"]["sigma_w2"]:
            for sigma_b2 in job["initializer"]["sigma_b2"]:
                scales = theory.depth_scales(block.activation, sigma_w2, sigma_b2)
                ends = min(float(scales.q_star), LIMIT), float(scales.c_star)
                noise = 1 + SCATTER * rng.standard_normal(2)
                point = {"seed": seed, "sigma_w2": sigma_w2, "sigma_b2": sigma_b2}
                rows += [named(job, block, layer, ends, noise) | point for layer in _layers(block)]
    return pa.Table.from_pylist(rows, schema=INITIALIZATION.schema(STATISTICS))


def _layers(block: Block) -> range:
    return range(block.depth + 2)


def named(
    job: Mapping, block: Block, layer: int, ends: tuple[float, float], noise: np.ndarray
) -> dict:
    """What a row says, but for its network's own address."""
    left = NEARER**layer
    return {
        "study": job["study"],
        "dataset": job["dataset"]["name"],
        "architecture": block.architecture,
        "initializer": block.initializer,
        "activation": block.activation,
        "depth": block.depth,
        "width": job["widths"][0],
        "layer": layer,
        "fan_in": None if layer == 0 else job["widths"][0],
        "fan_out": job["widths"][0],
        "layer_sigma_w2": None,
        "q": float((ends[0] + left * (1 - ends[0])) * noise[0]),
        "correlation": float(np.clip((ends[1] + left * (0.5 - ends[1])) * noise[1], -1, 1)),
    }
