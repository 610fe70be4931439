"""What is an architecture? Shapes, a forward pass and a backward pass over stacked networks."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import torch
from jaxtyping import Float
from torch import Tensor

from initatlas.activations import Activation
from initatlas.networks.ensemble import Ensemble, Shapes

InputShape = tuple[int, ...]
"""Shape of one point: (features,) or (channels, height, width)."""
Buffer = Callable[[int, int], Tensor]
"""A new tensor (net, rows, columns) for all the networks of an ensemble."""
Backward = Iterator[tuple[int, Tensor, Tensor]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """Buffers that one pass after the other writes into, so that training allocates nothing.

    By row of the tables, the readout last, (net, point, unit): `preactivations` are z,
    `arguments` what φ is applied to (z itself, or made from it) and `activations` what φ gives;
    None where a row has no φ. By weight layer, (net, row, …), the rows of a point one behind the
    other: `incoming` enters it, `outgoing` leaves it. `deltas` are two buffers per width, `scratch`
    what else the architecture needs. Any of these may be views of others.
    """

    preactivations: list[Float[Tensor, "net point _"]]
    arguments: list[Float[Tensor, "net point _"] | None]
    activations: list[Float[Tensor, "net point _"] | None]
    incoming: list[Float[Tensor, "net _ _"]]
    outgoing: list[Float[Tensor, "net _ _"]]
    deltas: dict[int, tuple[Float[Tensor, "net point _"], Float[Tensor, "net point _"]]]
    scratch: dict[str, Tensor] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Architecture:
    """One kind of network.

    `shapes(input_shape, width, depth, n_classes)` gives its weight layers. `allocate(shapes,
    points, buffer)` makes the workspace of its passes. `forward(ensemble, activation, inputs,
    space, visit)` fills the workspace, and calls `visit(k, z)` when what weight layer k gives,
    (net, row, fan_out), is there and nothing has used it yet. `backward(ensemble, activation,
    space, delta, condition)` yields (k, δ, h) from the readout down: h what entered weight layer k
    and δ = ∂C/∂ of what it gave, row by row, so that ∂C/∂W = δᵀh and ∂C/∂b = Σ δ. When it yields,
    layer k's weights are not needed any more: they may be updated in place, and δ overwritten.
    `condition(δ)` is called once per row of the tables, from the readout down, before the weight
    layer of that row is yielded and before anything uses δ = ∂C/∂z of the row, (net, point, unit),
    which it may multiply: all that comes after is proportional to it. Unless who asks writes into
    them, these numbers stay until that weight layer has been yielded.
    """

    name: str
    shapes: Callable[[InputShape, int, int, int], Shapes]
    allocate: Callable[[Shapes, int, Buffer], Workspace]
    forward: Callable[..., None]
    backward: Callable[
        [Ensemble, Activation, Workspace, Tensor, Callable[[Tensor], object]], Backward
    ]

    def workspace(self, ensemble: Ensemble, points: int) -> Workspace:
        """The workspace in which these networks are shown so many points."""
        networks, dtype = len(ensemble), ensemble.weights[0].dtype

        def buffer(rows: int, columns: int) -> Tensor:
            return torch.empty(networks, rows, columns, dtype=dtype)

        return self.allocate(ensemble.shapes, points, buffer)

    def bytes_per_network(self, shapes: Shapes, points: int, copies: int, itemsize: int) -> int:
        """Memory of one network: `copies` of its parameters, and a workspace for `points`."""
        parameters = sum(s.fan_in * s.fan_out + s.fan_out for s in shapes)
        buffers: list[int] = []

        def buffer(rows: int, columns: int) -> Tensor:
            buffers.append(rows * columns)
            return torch.empty(1, rows, columns, device="meta")  # a shape without memory

        self.allocate(shapes, points, buffer)
        return itemsize * (copies * parameters + sum(buffers))


def table_rows(shapes: Shapes) -> Shapes:
    """The weight layers that stand for rows of the tables, row by row."""
    rows = [layer for layer in shapes if layer.layer is not None]
    return tuple(sorted(rows, key=lambda layer: layer.layer))


def deltas(
    points: int, widths: set[int], buffer: Buffer
) -> dict[int, tuple[Float[Tensor, "net point _"], Float[Tensor, "net point _"]]]:
    """Two buffers for each of these numbers of units: one δ is made from the other."""
    return {w: (buffer(points, w), buffer(points, w)) for w in sorted(widths)}


def other_than(delta: Tensor, pair: tuple[Tensor, Tensor]) -> Tensor:
    """The one of two buffers that is not δ."""
    first, second = pair
    return second if delta is first else first
