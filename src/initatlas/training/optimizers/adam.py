"""Adam: steps of one size whatever the gradient's, so it hides exploding and vanishing scales."""

import math

import torch
from torch import Tensor

from initatlas.networks import Ensemble
from initatlas.training.optimizers.base import Optimizer


class Adam:
    """As torch.optim.Adam (no weight decay, no AMSGrad), for a stack of networks."""

    def __init__(
        self,
        ensemble: Ensemble,
        learning_rates: Tensor,
        beta1: float,
        beta2: float,
        epsilon: float,
    ) -> None:
        self.ensemble = ensemble
        self.learning_rates = learning_rates[:, None, None]
        self.beta1, self.beta2, self.epsilon = beta1, beta2, epsilon
        self.step = 0
        pairs = zip(ensemble.weights, ensemble.biases, strict=True)
        # First and second moment of each parameter, a bias as a column like its weights' rows.
        self.moments = [
            tuple(torch.zeros_like(p) for p in (w, w, b[:, :, None], b[:, :, None]))
            for w, b in pairs
        ]

    def start_step(self) -> None:
        """Count the step, for the correction of the moments' bias towards 0."""
        self.step += 1

    def update(self, layer: int, delta: Tensor, incoming: Tensor) -> None:
        """Update both moments and step by their ratio."""
        weight_mean, weight_square, bias_mean, bias_square = self.moments[layer]
        weight, bias = self.ensemble.weights[layer], self.ensemble.biases[layer]
        self._move(weight, torch.bmm(delta.mT, incoming), weight_mean, weight_square)
        self._move(bias[:, :, None], delta.sum(dim=1)[:, :, None], bias_mean, bias_square)

    def select(self, ensemble: Ensemble, networks: Tensor) -> "Adam":
        """The same run, going on with some of its networks."""
        rates = self.learning_rates[networks, 0, 0]
        rest = Adam(ensemble, rates, self.beta1, self.beta2, self.epsilon)
        rest.step = self.step
        rest.moments = [tuple(moment[networks] for moment in layer) for layer in self.moments]
        return rest

    def _move(self, parameter: Tensor, gradient: Tensor, mean: Tensor, square: Tensor) -> None:
        mean.lerp_(gradient, 1 - self.beta1)
        square.mul_(self.beta2).addcmul_(gradient, gradient, value=1 - self.beta2)
        correction = math.sqrt(1 - self.beta2**self.step)
        torch.sqrt(square, out=gradient).div_(correction).add_(self.epsilon)
        torch.div(mean, gradient, out=gradient)
        parameter.addcmul_(gradient, self.learning_rates, value=-1 / (1 - self.beta1**self.step))


ADAM = Optimizer(
    name="adam",
    copies=3,
    start=Adam,
    source="Kingma & Ba 2015, algorithm 1",
)
