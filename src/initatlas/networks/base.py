"""What is an architecture? Shapes, a forward pass and a backward pass over stacked networks."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from initatlas.activations import Activation
from initatlas.networks.ensemble import Ensemble, Shapes

Backward = Iterator[tuple[int, Tensor, Tensor]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """Buffers that one pass after the other writes into, so that training allocates nothing.

    `preactivations[k]` is z of weight layer k (the readout last), `activations[k]` what enters
    it (the network's input first), both (net, point, unit). `deltas` are two buffers per width.
    """

    preactivations: list[Float[Tensor, "net point _"]]
    activations: list[Float[Tensor, "net point _"]]
    deltas: dict[int, tuple[Float[Tensor, "net point _"], Float[Tensor, "net point _"]]]

    @classmethod
    def allocate(
        cls, networks: int, points: int, shapes: Shapes, dtype: torch.dtype
    ) -> "Workspace":
        """Buffers for `networks` × `points` through layers of these shapes."""

        def buffer(units: int) -> Tensor:
            return torch.empty(networks, points, units, dtype=dtype)

        return cls(
            preactivations=[buffer(fan_out) for _, fan_out in shapes],
            activations=[buffer(fan_in) for fan_in, _ in shapes],
            deltas={out: (buffer(out), buffer(out)) for out in {out for _, out in shapes}},
        )


def bytes_per_network(points: int, shapes: Shapes, copies: int, itemsize: int) -> int:
    """Memory of one network: `copies` of its parameters, and a workspace for `points`."""
    parameters = sum(fan_in * fan_out + fan_out for fan_in, fan_out in shapes)
    units = sum(fan_in + fan_out for fan_in, fan_out in shapes)
    units += 2 * sum({fan_out for _, fan_out in shapes})
    return itemsize * (copies * parameters + points * units)


@dataclass(frozen=True, slots=True, kw_only=True)
class Architecture:
    """One kind of network.

    `shapes(input_dimension, width, depth, n_classes)` gives (fan_in, fan_out) per weight layer.
    `forward(ensemble, activation, inputs, space, visit)` fills the workspace, and calls
    `visit(k, z)` when z of weight layer k is there and nothing has used it yet. `backward(ensemble,
    activation, space, delta, condition)` yields (k, δ, h) from the readout down: δ = ∂C/∂z of
    weight layer k and what entered it, so that ∂C/∂W = δᵀh. When it yields, layer k's weights
    are not needed any more: they may be updated in place, and δ overwritten. `condition` is
    applied to each δ before it is used.
    """

    name: str
    shapes: Callable[[int, int, int, int], Shapes]
    forward: Callable[..., None]
    backward: Callable[
        [Ensemble, Activation, Workspace, Tensor, Callable[[Tensor], object]], Backward
    ]
