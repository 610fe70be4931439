"""The plain multilayer perceptron: z^l = W^l φ(z^{l−1}) + b^l, with a linear readout."""

import math
from collections.abc import Callable
from itertools import pairwise

import torch
from jaxtyping import Float
from torch import Tensor

from initatlas.activations import Activation
from initatlas.distributions import WeightLayer
from initatlas.networks.base import Architecture, Backward, InputShape
from initatlas.networks.ensemble import Ensemble, Shapes
from initatlas.networks.workspace import Buffer, Workspace, deltas, other_than


def shapes(input_shape: InputShape, width: int, depth: int, n_classes: int) -> Shapes:
    """`depth` hidden layers of `width` units, then the readout."""
    sizes = (math.prod(input_shape), *(width for _ in range(depth)), n_classes)
    return tuple(
        WeightLayer(
            fan_in=fan_in, fan_out=fan_out, first=layer == 1, last=layer == depth + 1, layer=layer
        )
        for layer, (fan_in, fan_out) in enumerate(pairwise(sizes), start=1)
    )


def allocate(shapes: Shapes, points: int, buffer: Buffer) -> Workspace:
    """One buffer for each z, and one for each h."""
    incoming = [buffer(points, layer.fan_in) for layer in shapes]
    outgoing = [buffer(points, layer.fan_out) for layer in shapes]
    return Workspace(
        preactivations=outgoing,
        arguments=[*outgoing[:-1], None],
        activations=[*incoming[1:], None],
        incoming=incoming,
        outgoing=outgoing,
        deltas=deltas(points, {layer.fan_in for layer in shapes[1:]}, buffer),
    )


def forward(
    ensemble: Ensemble,
    activation: Activation,
    inputs: Float[Tensor, "point unit"],
    space: Workspace,
    visit: Callable[[int, Tensor], object] | None = None,
) -> None:
    """Send the same inputs through every network; z and h of each layer land in `space`."""
    space.incoming[0].copy_(inputs.expand_as(space.incoming[0]))
    last = len(ensemble.weights) - 1
    for layer, (weight, bias) in enumerate(zip(ensemble.weights, ensemble.biases, strict=True)):
        z = space.preactivations[layer]
        torch.baddbmm(bias[:, None, :], space.incoming[layer], weight.mT, out=z)
        if visit is not None:
            visit(layer, z)
        if layer < last:
            activation.forward(space.argument(layer, z), space.activations[layer])


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
            below = other_than(delta, space.deltas[ensemble.weights[layer].shape[2]])
            torch.bmm(delta, ensemble.weights[layer], out=below)
        yield layer, delta, space.incoming[layer]
        if below is not None:
            argument, h = space.arguments[layer - 1], space.activations[layer - 1]
            activation.backward(below, argument, h, below)
            delta = space.delta_before_normalization(layer - 1, below)


MLP = Architecture(name="mlp", shapes=shapes, allocate=allocate, forward=forward, backward=backward)
