"""Which (σ_w², σ_b²) do initializers come down to, in wide square layers of one activation?"""

from collections.abc import Iterator
from dataclasses import dataclass

import torch

from initatlas.initializers import Initializer
from initatlas.networks.mlp import MLP
from initatlas.stages.cells import Job, activation_of, initializer_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """An initializer's point on the (σ_w², σ_b²) plane."""

    initializer: str
    sigma_w2: float
    sigma_b2: float


def recipes(job: Job) -> Iterator[Recipe]:
    """The study's initializers, every point of a sweep, but for those that theory cannot place.

    It cannot where the data decides, where wide layers do not act as Gaussian ones, and where an
    initializer is for other architectures than the plain one.
    """
    found: dict[Recipe, None] = {}  # two grids may sweep the same variances
    for named in job["initializers"]:
        initializer = initializer_of({"initializer": named})
        plain = MLP.name in (initializer.architectures or (MLP.name,))
        if plain and initializer.rescale is None and initializer.distribution.mean_field:
            found |= dict.fromkeys(_points(job, named["name"], initializer, named))
    yield from found


def recipe(job: Job, initializer: Initializer) -> Recipe:
    """An initializer of ours that has but one point."""
    return next(_points(job, initializer.name, initializer, {}))


def torch_gain(activation: str) -> Recipe | None:
    """torch.nn.init.calculate_gain, squared, where it knows the activation."""
    try:
        gain = torch.nn.init.calculate_gain(activation)
    except ValueError:
        return None
    return Recipe(initializer="torch_gain", sigma_w2=float(gain) ** 2, sigma_b2=0.0)


def _points(job: Job, name: str, initializer: Initializer, swept: Job) -> Iterator[Recipe]:
    pair = initializer.sigma_w2, initializer.sigma_b2
    if initializer.variances is not None:
        pair = initializer.variances(activation_of(job))
    for sigma_w2 in swept.get("sigma_w2", [pair[0]]):
        for sigma_b2 in swept.get("sigma_b2", [pair[1]]):
            # A bias of variance σ_b²/fan_in vanishes in wide layers.
            wide = 0.0 if initializer.bias_per_fan else sigma_b2
            yield Recipe(initializer=name, sigma_w2=float(sigma_w2), sigma_b2=float(wide))
