"""Stochastic gradient descent, with momentum where asked for: v ← μ v + g, W ← W − η v."""

import torch
from torch import Tensor

from initatlas.networks import Ensemble
from initatlas.training.optimizers.base import Optimizer


class Sgd:
    """As torch.optim.SGD (no dampening, no weight decay), for a stack of networks."""

    def __init__(self, ensemble: Ensemble, learning_rates: Tensor, momentum: float) -> None:
        self.ensemble = ensemble
        self.learning_rates = learning_rates[:, None, None]
        self.momentum = momentum
        self.velocities = (
            [(torch.zeros_like(w), torch.zeros_like(b)) for w, b in _parameters(ensemble)]
            if momentum
            else []
        )

    def start_step(self) -> None:
        """Nothing is counted."""

    def update(self, layer: int, delta: Tensor, incoming: Tensor) -> None:
        """One product does gradient and step: the matrix multiply accumulates into W (or v)."""
        weight, bias = self.ensemble.weights[layer], self.ensemble.biases[layer]
        if not self.momentum:
            delta.mul_(self.learning_rates)
            weight.baddbmm_(delta.mT, incoming, alpha=-1)
            bias.sub_(delta.sum(dim=1))
            return
        velocity, bias_velocity = self.velocities[layer]
        velocity.baddbmm_(delta.mT, incoming, beta=self.momentum)
        bias_velocity.mul_(self.momentum).add_(delta.sum(dim=1))
        weight.addcmul_(velocity, self.learning_rates, value=-1)
        bias.addcmul_(bias_velocity, self.learning_rates[:, :, 0], value=-1)

    def select(self, ensemble: Ensemble, networks: Tensor) -> "Sgd":
        """The same run, going on with some of its networks."""
        rest = Sgd(ensemble, self.learning_rates[networks, 0, 0], 0.0)
        rest.momentum = self.momentum
        rest.velocities = [(v[networks], u[networks]) for v, u in self.velocities]
        return rest


def _parameters(ensemble: Ensemble) -> list[tuple[Tensor, Tensor]]:
    return list(zip(ensemble.weights, ensemble.biases, strict=True))


SGD = Optimizer(
    name="sgd",
    copies=1,
    start=Sgd,
    source="Robbins & Monro 1951; Polyak 1964",
)
