"""What happens in each layer? One forward and one backward pass, seen layer by layer."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import torch
from jaxtyping import Float, Int
from torch import Tensor

from initatlas.activations import Activation
from initatlas.networks.base import Architecture
from initatlas.networks.circular import by_position
from initatlas.networks.ensemble import Ensemble


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Fixed inputs on which networks are measured.

    `inputs` (point, unit) with `labels`; `prescribed` holds pairs of synthetic inputs, each
    pair's two points one after the other; `same_class` and `different_class` are positions of
    pairs among `inputs`, (pair, 2).
    """

    inputs: Float[Tensor, "point unit"]
    labels: Int[Tensor, " point"]
    prescribed: Float[Tensor, "synthetic unit"]
    same_class: Int[Tensor, "same 2"]
    different_class: Int[Tensor, "different 2"]


@dataclass(frozen=True, kw_only=True)
class Signals:
    """One layer of an ensemble at work, in float64 where statistics are taken.

    `activations` is None where no φ is applied (the input, the readout); `arguments` is what φ is
    applied to, None for z itself. `delta` is ∂C/∂z of each point's own cost divided by
    exp(`log_delta_scale`). `weight` is number `position` of the network's; it multiplies
    `incoming`, and `weight_delta` is δ of what it gives, None for `delta` itself. All of these are
    None at the input. Units are ordered by position on `grid` (height, width), then by channel.
    """

    layer: int
    activation: Activation
    batch: Batch
    preactivations: Float[Tensor, "net point unit"]
    prescribed: Float[Tensor, "net synthetic unit"]
    activations: Float[Tensor, "net point _"] | None
    arguments: Float[Tensor, "net point _"] | None = None
    position: int | None = None
    weight: Float[Tensor, "net fan_out fan_in"] | None = None
    incoming: Float[Tensor, "net row fan_in"] | None = None
    weight_delta: Float[Tensor, "net row fan_out"] | None = None
    delta: Float[Tensor, "net point unit"] | None = None
    log_delta_scale: Float[Tensor, " net"] | None = None
    grid: tuple[int, int] = (1, 1)

    @cached_property
    def mean_square(self) -> Float[Tensor, " net"]:
        """E[z²] over units and points."""
        return self.preactivations.square().mean(dim=(1, 2))

    @cached_property
    def mean(self) -> Float[Tensor, " net"]:
        """E[z] over units and points."""
        return self.preactivations.mean(dim=(1, 2))

    @cached_property
    def slopes(self) -> Float[Tensor, "net point _"]:
        """φ′ where φ is applied."""
        return self.activation.slope(
            self.preactivations if self.arguments is None else self.arguments
        )

    @cached_property
    def deviations(self) -> Float[Tensor, "net point unit"]:
        """What is left of z without its mean."""
        return self.preactivations - self.mean[:, None, None]


def signals(
    architecture: Architecture,
    ensemble: Ensemble,
    activation: Activation,
    batch: Batch,
    cost_gradient: Callable[[Tensor, Tensor], Tensor],
) -> Iterator[Signals]:
    """Every layer of every network, from the readout (depth + 1) down to the input (0).

    δ is divided by its largest entry at each layer and the logarithms are added up, so that no
    gradient under- or overflows however deep the network: both passes run in the ensemble's
    dtype, whose range only the forward signal can leave. Where points depend on each other, on the
    batch's own: δ is then of the sum of their costs.
    """
    points = len(batch.inputs)
    inputs = torch.cat([batch.inputs, batch.prescribed])
    space = replace(architecture.workspace(ensemble, len(inputs)), batch=points)
    architecture.forward(ensemble, activation, inputs, space)
    delta = torch.zeros_like(space.preactivations[-1])
    delta[:, :points] = cost_gradient(space.preactivations[-1][:, :points], batch.labels)
    scaled = Scaled(log_scale=torch.zeros(len(ensemble), dtype=torch.float64))
    for k, sent, incoming in architecture.backward(ensemble, activation, space, delta, scaled):
        layer = ensemble.shapes[k].layer
        if layer is None:
            continue
        z, argument = space.preactivations[layer - 1], space.arguments[layer - 1]
        rows = points * (incoming.shape[1] // len(inputs))  # of the evaluation points, the first
        z64 = z.double()
        yield Signals(
            layer=layer,
            activation=activation,
            batch=batch,
            preactivations=z64[:, :points],
            prescribed=z64[:, points:],
            activations=_in_float64(space.activations[layer - 1], points),
            arguments=None if argument is z else _in_float64(argument, points),
            position=k,
            weight=ensemble.weights[k],
            incoming=incoming[:, :rows],
            weight_delta=None if sent is scaled.delta else sent[:, :rows],
            delta=scaled.delta[:, :points],
            log_delta_scale=scaled.log_scale.clone(),
            grid=ensemble.shapes[k].grid,
        )
    grid = ensemble.shapes[0].grid
    z = by_position(inputs.double(), grid).expand(len(ensemble), -1, -1)
    yield _at_the_input(activation, batch, z, grid)


@dataclass(slots=True, kw_only=True)
class Scaled:
    """Divides each δ by its largest entry and adds up the logarithms; `delta` is the last one."""

    log_scale: Float[Tensor, " net"]
    delta: Tensor | None = None

    def __call__(self, delta: Tensor) -> None:
        """Scale the δ of one row of the tables."""
        self.delta = delta
        largest = delta.abs().amax(dim=(1, 2))
        delta.div_(torch.where(largest > 0, largest, 1)[:, None, None])
        self.log_scale.add_(largest.double().log())


def _in_float64(values: Tensor | None, points: int) -> Tensor | None:
    return None if values is None else values[:, :points].double()


def _at_the_input(
    activation: Activation,
    batch: Batch,
    z: Float[Tensor, "net point unit"],
    grid: tuple[int, int],
) -> Signals:
    """Layer 0, where z is the input itself and no gradient is taken."""
    points = len(batch.inputs)
    return Signals(
        layer=0,
        activation=activation,
        batch=batch,
        preactivations=z[:, :points],
        prescribed=z[:, points:],
        activations=None,
        grid=grid,
    )
