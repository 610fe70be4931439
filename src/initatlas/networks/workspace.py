"""Where do passes through networks leave their numbers? In buffers that are used again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from jaxtyping import Float
from torch import Tensor

from initatlas.normalizations.base import Moments, Normalization

Buffer = Callable[[int, int], Tensor]
"""A new tensor (net, rows, columns) for all the networks of an ensemble."""
Pair = tuple[Tensor, Tensor]


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """Buffers that one pass after the other writes into, so that training allocates nothing.

    By row of the tables, the readout last, (net, point, unit): `preactivations` are z,
    `arguments` what φ is applied to (z itself, or made from it) and `activations` what φ gives;
    None where a row has no φ. By weight layer, (net, row, …), the rows of a point one behind the
    other: `incoming` enters it, `outgoing` leaves it. `deltas` are two buffers per width, `scratch`
    what else the architecture needs. Any of these may be views of others.

    Where there is a `normalization`, the forward pass leaves each row's `moments`: those of the
    first `batch` points (of all if None), or the ones that are `given`, which are constants.
    """

    preactivations: list[Float[Tensor, "net point _"]]
    arguments: list[Float[Tensor, "net point _"] | None]
    activations: list[Float[Tensor, "net point _"] | None]
    incoming: list[Float[Tensor, "net _ _"]]
    outgoing: list[Float[Tensor, "net _ _"]]
    deltas: dict[int, Pair]
    scratch: dict[str, Tensor] = field(default_factory=dict)
    normalization: Normalization | None = None
    moments: list[Moments | None] = field(default_factory=list)
    batch: int | None = None
    given: Sequence[Moments | None] | None = None

    def argument(self, row: int, z: Float[Tensor, "net row channel"]) -> Tensor:
        """What φ of a row is applied to, (net, point, unit): z, or z normalized."""
        argument = self.arguments[row]
        if self.normalization is None:
            return argument
        points = argument.shape[1]
        moments = self.given[row] if self.given is not None else self._own_moments(z, points)
        self.normalization.forward(z, points, moments, argument.view(z.shape))
        self.moments[row] = moments
        return argument

    def _own_moments(self, z: Float[Tensor, "net row channel"], points: int) -> Moments:
        if not self.normalization.shared or self.batch is None:
            return self.normalization.moments(z, points)
        rows = z.shape[1] // points * self.batch
        return self.normalization.moments(z[:, :rows], self.batch)

    def delta_before_normalization(
        self, row: int, delta: Float[Tensor, "net row channel"]
    ) -> Tensor:
        """∂C/∂z from ∂C/∂ of φ's argument, in place."""
        if self.normalization is None:
            return delta
        points = self.arguments[row].shape[1]
        scale = self.moments[row].scale
        if self.normalization.shared and self.given is not None:
            return delta.mul_(scale)
        normalized = self.arguments[row].view(delta.shape)
        self.normalization.backward(delta, normalized, scale, points, self.batch or points)
        return delta


def deltas(points: int, widths: set[int], buffer: Buffer) -> dict[int, Pair]:
    """Two buffers for each of these numbers of units: one δ is made from the other."""
    return {w: (buffer(points, w), buffer(points, w)) for w in sorted(widths)}


def other_than(delta: Tensor, pair: Pair) -> Tensor:
    """The one of two buffers that is not δ."""
    first, second = pair
    return second if delta is first else first
