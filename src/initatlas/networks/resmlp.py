"""The residual MLP: x^l = x^{l−1} + α^l (V^l φ(W^l x^{l−1} + b^l) + v^l) + a^l.

x^1 = W x + b reads the input in, the readout is linear in the stream x^L: no φ on either. Of the
tables' rows 1 … L, z is the stream x^l, φ that of the branch, and the weights those that read the
stream, W^l. The multiplier α^l is trained, as is the bias a^l that all units share (Zhang et al.
2019). At α = 1 the block is the full residual block of Yang & Schoenholz 2017.
"""

import math
from collections.abc import Callable, Iterator
from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor

from initatlas.activations import Activation
from initatlas.distributions import WeightLayer
from initatlas.networks.base import Architecture, Backward, InputShape
from initatlas.networks.ensemble import Ensemble, Shapes
from initatlas.networks.workspace import Buffer, Workspace, deltas, other_than

MATRICES = 2  # of a branch


class Block(NamedTuple):
    """Where a block stands: its row in a workspace, and W, V and α among the weight layers."""

    row: int
    into: int
    out: int
    multiplier: int


def blocks(depth: int) -> Iterator[Block]:
    """The blocks of a network of `depth` rows; the first row is not one."""
    for row in range(1, depth):
        first = 1 + 3 * (row - 1)
        yield Block(row, first, first + 1, first + 2)


def shapes(input_shape: InputShape, width: int, depth: int, n_classes: int) -> Shapes:
    """The layer that reads the input, `depth` − 1 blocks of three, the readout."""
    place = {"branch_length": MATRICES, "branches": depth - 1}
    found = [WeightLayer(fan_in=math.prod(input_shape), fan_out=width, first=True, layer=1)]
    for block in blocks(depth):
        into = WeightLayer(fan_in=width, fan_out=width, layer=block.row + 1, branch=1, **place)
        out = WeightLayer(fan_in=width, fan_out=width, branch=2, **place)
        found += [into, out, WeightLayer(fan_in=1, fan_out=1, multiplier=True, **place)]
    return (*found, WeightLayer(fan_in=width, fan_out=n_classes, last=True, layer=depth + 1))


def allocate(shapes: Shapes, points: int, buffer: Buffer) -> Workspace:
    """One buffer for each x, for each h = W x + b, φ(h) and V φ(h) + v, and for their δ."""
    first, *_, last = shapes
    width, depth = first.fan_out, last.layer - 1
    stream = [buffer(points, width) for _ in range(depth)]
    inputs, logits = buffer(points, first.fan_in), buffer(points, last.fan_out)
    incoming, outgoing, arguments, activations = [inputs], [stream[0]], [None], [None]
    for block in blocks(depth):
        h, active, branch = (buffer(points, width) for _ in range(3))
        x = stream[block.row]
        incoming += [stream[block.row - 1], active, _as_column(branch)]
        outgoing += [h, branch, _as_column(x)]
        arguments.append(h)
        activations.append(active)
    return Workspace(
        preactivations=[*stream, logits],
        arguments=[*arguments, None],
        activations=[*activations, None],
        incoming=[*incoming, stream[-1]],
        outgoing=[*outgoing, logits],
        deltas=deltas(points, {width}, buffer),
        scratch={"branch": buffer(points, width), "inner": buffer(points, width)},
    )


def forward(
    ensemble: Ensemble,
    activation: Activation,
    inputs: Float[Tensor, "point unit"],
    space: Workspace,
    visit: Callable[[int, Tensor], object] | None = None,
) -> None:
    """Send the same inputs through every network; multipliers are not visited."""
    space.incoming[0].copy_(inputs.expand_as(space.incoming[0]))

    def multiply(k: int) -> Tensor:
        weight, bias, z = ensemble.weights[k], ensemble.biases[k], space.outgoing[k]
        torch.baddbmm(bias[:, None, :], space.incoming[k], weight.mT, out=z)
        if visit is not None:
            visit(k, z)
        return z

    multiply(0)
    for block in blocks(len(space.preactivations) - 1):
        argument = space.argument(block.row, multiply(block.into))
        activation.forward(argument, space.activations[block.row])
        branch = multiply(block.out)
        before, after = space.preactivations[block.row - 1 : block.row + 1]
        torch.add(before, ensemble.biases[block.multiplier][:, :, None], out=after)
        after.addcmul_(branch, ensemble.weights[block.multiplier])
    multiply(len(ensemble.weights) - 1)


def backward(
    ensemble: Ensemble,
    activation: Activation,
    space: Workspace,
    delta: Float[Tensor, "net point class"],
    condition: Callable[[Tensor], object],
) -> Backward:
    """From the readout down: δ^{l−1} = δ^l + ((α δ^l V) ∘ φ′(h)) W, δ that of the stream."""
    condition(delta)
    below = space.deltas[ensemble.weights[-1].shape[2]][0]
    torch.bmm(delta, ensemble.weights[-1], out=below)
    yield len(ensemble.weights) - 1, delta, space.incoming[-1]
    delta = below
    for block in reversed(list(blocks(len(space.preactivations) - 1))):
        condition(delta)
        branch, inner = space.scratch["branch"], space.scratch["inner"]
        torch.mul(delta, ensemble.weights[block.multiplier], out=branch)
        torch.bmm(branch, ensemble.weights[block.out], out=inner)
        yield block.out, branch, space.incoming[block.out]
        branch.copy_(delta)  # who asks may overwrite it, while δ is still to be passed down
        yield block.multiplier, _as_column(branch), space.incoming[block.multiplier]
        argument, active = space.arguments[block.row], space.activations[block.row]
        activation.backward(inner, argument, active, inner)
        inner = space.delta_before_normalization(block.row, inner)
        below = other_than(delta, space.deltas[delta.shape[2]])
        torch.baddbmm(delta, inner, ensemble.weights[block.into], out=below)
        yield block.into, inner, space.incoming[block.into]
        delta = below
    condition(delta)
    yield 0, delta, space.incoming[0]


def _as_column(values: Float[Tensor, "net point unit"]) -> Float[Tensor, "net entry 1"]:
    """Every unit of every point as a row of its own, as the multiplier sees them."""
    return values.view(len(values), -1, 1)


RESMLP = Architecture(
    name="resmlp", shapes=shapes, allocate=allocate, forward=forward, backward=backward
)
