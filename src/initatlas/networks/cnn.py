"""The plain convolutional network: z^l = W^l ∗ φ(z^{l−1}) + b^l, with a linear readout.

Kernels of 3 × 3 positions, circular padding, stride 1; `width` is the number of channels of each
hidden layer. The readout sees every position of every channel. A global average would see the
constant Fourier mode alone, and would not miss the others where these are lost; it also lets the
lengths of signals and gradients follow the maps of a plain network, summed over positions.
"""

from collections.abc import Callable
from itertools import pairwise

import torch
from jaxtyping import Float
from torch import Tensor

from initatlas.activations import Activation
from initatlas.distributions import WeightLayer
from initatlas.networks.base import Architecture, Backward, InputShape
from initatlas.networks.circular import TAPS, adjoint, by_position, gather, multiply
from initatlas.networks.ensemble import Ensemble, Shapes
from initatlas.networks.workspace import Buffer, Workspace, deltas, other_than


def shapes(input_shape: InputShape, width: int, depth: int, n_classes: int) -> Shapes:
    """`depth` convolutions of `width` channels, then the readout of all positions.

    Raises:
        ValueError: the points are no images.
    """
    if len(input_shape) != 3:
        raise ValueError(f"cnn needs images, (channels, height, width); got {input_shape}")
    channels, height, wide = input_shape
    convolutions = tuple(
        WeightLayer(
            fan_in=TAPS * entering,
            fan_out=leaving,
            first=layer == 1,
            layer=layer,
            kernel=TAPS,
            grid=(height, wide),
        )
        for layer, (entering, leaving) in enumerate(pairwise((channels, *[width] * depth)), start=1)
    )
    fan_in = height * wide * width
    readout = WeightLayer(fan_in=fan_in, fan_out=n_classes, last=True, layer=depth + 1)
    return (*convolutions, readout)


def allocate(shapes: Shapes, points: int, buffer: Buffer) -> Workspace:
    """One buffer for each z and h; what convolutions gather is gathered again on the way back.

    All but the first gather into one buffer: kept for each layer, it would take 9 times as much
    memory as h.
    """
    *convolutions, readout = shapes
    height, width = convolutions[0].grid
    rows = points * height * width
    channels = convolutions[0].fan_out
    outgoing = [buffer(rows, channels) for _ in convolutions]
    hidden = [buffer(points, readout.fan_in) for _ in convolutions]
    gathered = buffer(rows, TAPS * channels)
    first = buffer(rows, convolutions[0].fan_in)
    logits = buffer(points, readout.fan_out)
    units = [z.view(z.shape[0], points, readout.fan_in) for z in outgoing]
    return Workspace(
        preactivations=[*units, logits],
        arguments=[*units, None],
        activations=[*hidden, None],
        incoming=[first, *[gathered] * (len(convolutions) - 1), hidden[-1]],
        outgoing=[*outgoing, logits],
        deltas=deltas(points, {readout.fan_in}, buffer),
        scratch={"gathered": gathered, "adjoint": buffer(TAPS * channels, channels)},
    )


def forward(
    ensemble: Ensemble,
    activation: Activation,
    inputs: Float[Tensor, "point unit"],
    space: Workspace,
    visit: Callable[[int, Tensor], object] | None = None,
) -> None:
    """Send the same images through every network; z and h of each layer land in `space`."""
    last = len(ensemble.weights) - 1
    for layer, (weight, bias) in enumerate(zip(ensemble.weights, ensemble.biases, strict=True)):
        if layer == 0:
            _enter(inputs, ensemble.shapes[0].grid, space.incoming[0])
        elif layer < last:
            gather(space.activations[layer - 1], ensemble.shapes[layer].grid, space.incoming[layer])
        z = space.outgoing[layer]
        multiply(space.incoming[layer], weight.mT, z)
        z.add_(bias[:, None, :])
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
    """From the readout down: δ^{l−1} = (the adjoint of W^l ∗, of δ^l) ∘ φ′(z^{l−1})."""
    last = len(ensemble.weights) - 1
    for layer in reversed(range(len(ensemble.weights))):
        condition(delta)
        below = None
        if layer > 0:
            below = other_than(delta, space.deltas[ensemble.shapes[last].fan_in])
            _down(ensemble, space, layer, delta, below)
        if 0 < layer < last:
            gather(space.activations[layer - 1], ensemble.shapes[layer].grid, space.incoming[layer])
        yield layer, delta.view_as(space.outgoing[layer]), space.incoming[layer]
        if below is not None:
            argument, h = space.arguments[layer - 1], space.activations[layer - 1]
            activation.backward(below, argument, h, below)
            space.delta_before_normalization(layer - 1, below.view_as(space.outgoing[layer - 1]))
            delta = below


def _enter(
    images: Float[Tensor, "point unit"], grid: tuple[int, int], out: Float[Tensor, "net row column"]
) -> None:
    """Gather the images once, for all networks."""
    columns = torch.empty_like(out[:1])
    out.copy_(gather(by_position(images, grid)[None], grid, columns).expand_as(out))


def _down(ensemble: Ensemble, space: Workspace, layer: int, delta: Tensor, below: Tensor) -> None:
    """∂C/∂h of what entered a layer, from δ of what left it."""
    weight, grid = ensemble.weights[layer], ensemble.shapes[layer].grid
    if ensemble.shapes[layer].last:
        torch.bmm(delta, weight, out=below)
        return
    columns = gather(delta, grid, space.scratch["gathered"])
    matrix = adjoint(weight, space.scratch["adjoint"])
    multiply(columns, matrix, below.view(len(weight), -1, matrix.shape[2]))


CNN = Architecture(name="cnn", shapes=shapes, allocate=allocate, forward=forward, backward=backward)
