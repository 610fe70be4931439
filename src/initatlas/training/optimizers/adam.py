"""Adam: steps of one size whatever the gradient's, so it hides exploding and vanishing scales."""

from collections.abc import Iterator
from itertools import groupby

import torch
from torch import Tensor
from torch.optim.adam import adam

from initatlas.networks import Ensemble
from initatlas.training.optimizers.base import Optimizer


class Adam:
    """torch.optim.Adam (no weight decay, no AMSGrad), for a stack of networks.

    Torch's fused update reads and writes each number once, in a third of the time of its eight
    operations. It takes one learning rate, so networks that stand together and share theirs are
    updated at once.
    """

    def __init__(
        self,
        ensemble: Ensemble,
        learning_rates: Tensor,
        beta1: float,
        beta2: float,
        epsilon: float,
    ) -> None:
        self.ensemble = ensemble
        self.learning_rates = learning_rates
        self.groups = list(_equal_neighbours(learning_rates.tolist()))
        self.beta1, self.beta2, self.epsilon = beta1, beta2, epsilon
        self.step = 0
        pairs = zip(ensemble.weights, ensemble.biases, strict=True)
        # First and second moment of the weights, then of the biases.
        self.moments = [tuple(torch.zeros_like(p) for p in (w, w, b, b)) for w, b in pairs]

    def start_step(self) -> None:
        """Count the step, for the correction of the moments' bias towards 0."""
        self.step += 1

    def update(self, layer: int, delta: Tensor, incoming: Tensor) -> None:
        """Update both moments and step by their ratio."""
        weight, bias = self.ensemble.weights[layer], self.ensemble.biases[layer]
        weight_mean, weight_square, bias_mean, bias_square = self.moments[layer]
        gradient, bias_gradient = torch.bmm(delta.mT, incoming), delta.sum(dim=1)
        for rate, group in self.groups:
            adam(
                [weight[group], bias[group]],
                [gradient[group], bias_gradient[group]],
                [weight_mean[group], bias_mean[group]],
                [weight_square[group], bias_square[group]],
                [],
                [torch.tensor(self.step - 1.0), torch.tensor(self.step - 1.0)],  # torch adds 1
                fused=True,
                amsgrad=False,
                beta1=self.beta1,
                beta2=self.beta2,
                lr=rate,
                weight_decay=0.0,
                eps=self.epsilon,
                maximize=False,
            )

    def select(self, ensemble: Ensemble, networks: Tensor) -> "Adam":
        """The same run, going on with some of its networks."""
        rates = self.learning_rates[networks]
        rest = Adam(ensemble, rates, self.beta1, self.beta2, self.epsilon)
        rest.step = self.step
        rest.moments = [tuple(moment[networks] for moment in layer) for layer in self.moments]
        return rest


def _equal_neighbours(rates: list[float]) -> Iterator[tuple[float, slice]]:
    """Each learning rate with the networks, one behind the other, that share it."""
    end = 0
    for rate, same in groupby(rates):
        start, end = end, end + len(list(same))
        yield rate, slice(start, end)


ADAM = Optimizer(
    name="adam",
    copies=3,
    start=Adam,
    source="Kingma & Ba 2015, algorithm 1",
)
