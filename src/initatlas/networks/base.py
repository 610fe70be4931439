"""What is an architecture? Shapes, a forward pass and a backward pass over stacked networks."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from initatlas.activations import Activation
from initatlas.networks.ensemble import Ensemble, Shapes
from initatlas.networks.workspace import Buffer, Workspace
from initatlas.normalizations.base import Moments, Normalization

InputShape = tuple[int, ...]
"""Shape of one point: (features,) or (channels, height, width)."""
Backward = Iterator[tuple[int, Tensor, Tensor]]


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
    them, these numbers stay until that weight layer has been yielded. A `normalization` is applied
    to what φ is applied to: `forward` and `backward` leave it to the workspace.
    """

    name: str
    shapes: Callable[[InputShape, int, int, int], Shapes]
    allocate: Callable[[Shapes, int, Buffer], Workspace]
    forward: Callable[..., None]
    backward: Callable[
        [Ensemble, Activation, Workspace, Tensor, Callable[[Tensor], object]], Backward
    ]
    normalization: Normalization | None = None

    @property
    def depends_on_batch(self) -> bool:
        """Whether what becomes of a point depends on the points it is shown with."""
        return self.normalization is not None and self.normalization.shared

    def workspace(self, ensemble: Ensemble, points: int) -> Workspace:
        """The workspace in which these networks are shown so many points."""
        networks, dtype = len(ensemble), ensemble.weights[0].dtype

        def buffer(rows: int, columns: int) -> Tensor:
            return torch.empty(networks, rows, columns, dtype=dtype)

        return self._allocate(ensemble.shapes, points, buffer)

    def for_evaluation(
        self, ensemble: Ensemble, activation: Activation
    ) -> Sequence[Moments | None] | None:
        """The moments that a network's points are evaluated with: those of its reference points.

        None where points do not depend on each other. With the weights as they are, no running
        average of what they were lags behind (Wu & Johnson 2021).
        """
        if not self.depends_on_batch:
            return None
        space = self.workspace(ensemble, len(ensemble.reference))
        self.forward(ensemble, activation, ensemble.reference, space)
        return space.moments

    def bytes_per_network(self, shapes: Shapes, points: int, copies: int, itemsize: int) -> int:
        """Memory of one network: `copies` of its parameters, and a workspace for `points`."""
        parameters = sum(s.fan_in * s.fan_out + s.fan_out for s in shapes)
        buffers: list[int] = []

        def buffer(rows: int, columns: int) -> Tensor:
            buffers.append(rows * columns)
            return torch.empty(1, rows, columns, device="meta")  # a shape without memory

        self._allocate(shapes, points, buffer)
        return itemsize * (copies * parameters + sum(buffers))

    def _allocate(self, shapes: Shapes, points: int, buffer: Buffer) -> Workspace:
        space = self.allocate(shapes, points, buffer)
        if self.normalization is None:
            return space
        own = [None if a is None else buffer(points, a.shape[2]) for a in space.arguments]
        moments = [None] * len(own)
        return replace(space, arguments=own, normalization=self.normalization, moments=moments)


def table_rows(shapes: Shapes) -> Shapes:
    """The weight layers that stand for rows of the tables, row by row."""
    rows = [layer for layer in shapes if layer.layer is not None]
    return tuple(sorted(rows, key=lambda layer: layer.layer))
