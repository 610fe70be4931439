"""Of which networks does theory speak? Cells of a grid, as layers of their own variances."""

from collections.abc import Iterator
from itertools import chain, product
from typing import NamedTuple

import numpy as np

from initatlas import theory
from initatlas.distributions.delta_orthogonal import DELTA_ORTHOGONAL
from initatlas.distributions.orthogonal import ORTHOGONAL
from initatlas.initializers import Initializer
from initatlas.networks import Network
from initatlas.networks.ensemble import Shapes
from initatlas.networks.mlp import MLP
from initatlas.stages.cells import Job, architecture_of, initializer_of, networks_of, shapes_of


class Shown(NamedTuple):
    """Evaluation points (point, feature), quantile means of their lengths |x|²/n, their pairs."""

    inputs: np.ndarray
    lengths: np.ndarray
    pairs: theory.Pairs


def cells_of(
    job: Job, dimension: int, classes: int, architectures: tuple[str, ...] = (MLP.name,)
) -> Iterator[tuple[Job, list[Network], Shapes]]:
    """One network stands for the seeds of each cell; none where theory has no say.

    That is in other architectures than these, where the data decides, and where wide layers do not
    act as Gaussian ones.
    """
    axes = ("architectures", "initializers", "depths", "widths")
    cells = chain.from_iterable(product(*(grid[a] for a in axes)) for grid in job["grids"])
    for architecture, named, depth, width in cells:
        cell = {**job, "architecture": architecture, "initializer": named, "depth": depth}
        cell |= {"seeds": [0], "widths": [width]}
        initializer = initializer_of(cell)
        name = architecture_of(cell).name
        if name not in architectures or name not in (initializer.architectures or architectures):
            continue
        if initializer.rescale is None and initializer.distribution.mean_field:
            yield cell, networks_of(cell, width), shapes_of(cell, width, dimension, classes)


def layers_of(initializer: Initializer, network: Network, shapes: Shapes) -> theory.Layers:
    """Each layer's own σ_w² and σ_b²: they differ where a layer is not square."""
    return theory.Layers(
        sigma_w2=np.array(
            [initializer.layer_variance(network.sigma_w2, s) * s.fan_in for s in shapes]
        ),
        sigma_b2=np.array([initializer.bias_variance(network.sigma_b2, s.fan_in) for s in shapes]),
        fan_in=np.array([s.fan_in for s in shapes]),
    )


def ensemble_of(initializer: Initializer) -> str:
    """Which random matrices the weights act as in wide layers."""
    orthogonal = (ORTHOGONAL, DELTA_ORTHOGONAL)
    return "orthogonal" if initializer.distribution in orthogonal else "gaussian"
