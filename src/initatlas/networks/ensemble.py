"""How are many networks held at once? As one stacked tensor per layer, `net` the first axis."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor

from initatlas.distributions import WeightLayer
from initatlas.initializers import Initializer
from initatlas.rng import generator

Shapes = tuple[WeightLayer, ...]
"""A network's weight layers, the readout last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """The address of one network: with the study's seed it fixes every weight, whoever asks."""

    architecture: str
    initializer: str
    activation: str
    depth: int
    width: int
    seed: int
    sigma_w2: float
    sigma_b2: float

    def address(self) -> tuple[str | int | float, ...]:
        """The parts of the random stream's name."""
        variances = (float(self.sigma_w2), float(self.sigma_b2))
        kind = ("network", self.architecture, self.initializer, self.activation)
        return (*kind, self.depth, self.width, self.seed, *variances)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ensemble:
    """Stacked parameters: `weights[k]` (net, fan_out, fan_in), `biases[k]` (net, fan_out).

    `shapes[k]` says which of the network's weight layers this is. `reference` are training points
    that others are evaluated next to, where points depend on each other.
    """

    shapes: Shapes
    weights: tuple[Float[Tensor, "net _ _"], ...]
    biases: tuple[Float[Tensor, "net _"], ...]
    reference: Float[Tensor, "point unit"] | None = None

    def __len__(self) -> int:
        """Number of networks."""
        return self.weights[0].shape[0]

    def select(self, networks: Int[Tensor, " net"]) -> "Ensemble":
        """Copy of the networks at these positions."""
        return Ensemble(
            shapes=self.shapes,
            weights=tuple(weight[networks] for weight in self.weights),
            biases=tuple(bias[networks] for bias in self.biases),
            reference=self.reference,
        )


def sample(
    study_seed: int,
    networks: Sequence[Network],
    initializer: Initializer,
    shapes: Shapes,
    dtype: torch.dtype,
) -> Ensemble:
    """Draw each network from its own stream, in float64, layer by layer; then round to `dtype`."""
    count = len(networks)
    weights = tuple(torch.empty(count, s.fan_out, s.fan_in, dtype=dtype) for s in shapes)
    biases = tuple(torch.empty(count, s.fan_out, dtype=dtype) for s in shapes)
    for position, network in enumerate(networks):
        rng = generator(study_seed, *network.address())
        variances = (network.sigma_w2, network.sigma_b2)
        for k, layer in enumerate(shapes):
            weight, bias = initializer.draw(rng, layer, *variances)
            weights[k][position] = torch.from_numpy(weight)
            biases[k][position] = torch.from_numpy(bias)
    return Ensemble(shapes=shapes, weights=weights, biases=biases)
