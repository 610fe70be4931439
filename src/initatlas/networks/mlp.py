"""The plain multilayer perceptron: z^l = W^l φ(z^{l−1}) + b^l, with a linear readout."""

from collections.abc import Callable
from itertools import pairwise

import torch
from jaxtyping import Float
from torch import Tensor

from initatlas.activations import Activation
from initatlas.networks.base import Architecture, Backward, Workspace
from initatlas.networks.ensemble import Ensemble, Shapes


def shapes(input_dimension: int, width: int, depth: int, n_classes: int) -> Shapes:
    """`depth` hidden layers of `width` units, then the readout."""
    sizes = (input_dimension, *(width for _ in range(depth)), n_classes)
    return tuple(pairwise(sizes))


def forward(
    ensemble: Ensemble,
    activation: Activation,
    inputs: Float[Tensor, "point unit"],
    space: Workspace,
    visit: Callable[[int, Tensor], object] | None = None,
) -> None:
    """Send the same inputs through every network; z and h of each layer land in `space`."""
    space.activations[0].copy_(inputs.expand_as(space.activations[0]))
    last = len(ensemble.weights) - 1
    for layer, (weight, bias) in enumerate(zip(ensemble.weights, ensemble.biases, strict=True)):
        z = space.preactivations[layer]
        torch.baddbmm(bias[:, None, :], space.activations[layer], weight.mT, out=z)
        if visit is not None:
            visit(layer, z)
        if layer < last:
            activation.forward(z, space.activations[layer + 1])


def backward(
    ensemble: Ensemble,
    activation: Activation,
    space: Workspace,
    delta: Float[Tensor, "net point class"],
    condition: Callable[[Tensor], object],
) -> Backward:
    """From the readout down: δ^{l−1} = (δ^l W^l) ∘ φ′(z^{l−1}), computed before W^l may change."""
    for layer in reversed(range(len(ensemble.weights))):
        condition(delta)
        below = None
        if layer > 0:
            first, second = space.deltas[ensemble.weights[layer].shape[2]]
            below = second if delta is first else first
            torch.bmm(delta, ensemble.weights[layer], out=below)
        yield layer, delta, space.activations[layer]
        if below is not None:
            z, h = space.preactivations[layer - 1], space.activations[layer]
            activation.backward(below, z, h, below)
            delta = below


MLP = Architecture(name="mlp", shapes=shapes, forward=forward, backward=backward)
