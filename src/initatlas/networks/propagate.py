"""What happens in each layer? One forward and one backward pass, seen layer by layer."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

import torch
from jaxtyping import Float, Int
from torch import Tensor

from initatlas.activations import Activation
from initatlas.networks.base import Architecture, Workspace
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

    `activations` is None where no φ is applied (the input, the readout). `delta` is ∂C/∂z of
    each point's own cost divided by exp(`log_delta_scale`); it, `weight` and `incoming` (what
    the weights multiply) are None at the input.
    """

    layer: int
    activation: Activation
    batch: Batch
    preactivations: Float[Tensor, "net point unit"]
    prescribed: Float[Tensor, "net synthetic unit"]
    activations: Float[Tensor, "net point unit"] | None
    weight: Float[Tensor, "net fan_out fan_in"] | None = None
    incoming: Float[Tensor, "net point fan_in"] | None = None
    delta: Float[Tensor, "net point unit"] | None = None
    log_delta_scale: Float[Tensor, " net"] | None = None

    @cached_property
    def mean_square(self) -> Float[Tensor, " net"]:
        """E[z²] over units and points."""
        return self.preactivations.square().mean(dim=(1, 2))

    @cached_property
    def mean(self) -> Float[Tensor, " net"]:
        """E[z] over units and points."""
        return self.preactivations.mean(dim=(1, 2))

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
    dtype, whose range only the forward signal can leave.
    """
    points = len(batch.inputs)
    inputs = torch.cat([batch.inputs, batch.prescribed])
    shapes = tuple((w.shape[2], w.shape[1]) for w in ensemble.weights)
    space = Workspace.allocate(len(ensemble), len(inputs), shapes, inputs.dtype)
    architecture.forward(ensemble, activation, inputs, space)
    delta = torch.zeros_like(space.preactivations[-1])
    delta[:, :points] = cost_gradient(space.preactivations[-1][:, :points], batch.labels)
    log_scale = torch.zeros(len(ensemble), dtype=torch.float64)

    def rescale(delta: Tensor) -> None:
        largest = delta.abs().amax(dim=(1, 2))
        delta.div_(torch.where(largest > 0, largest, 1)[:, None, None])
        log_scale.add_(largest.double().log())

    readout = len(shapes)
    for k, delta_k, incoming in architecture.backward(ensemble, activation, space, delta, rescale):
        z = space.preactivations[k].double()
        h = None if k + 1 == readout else space.activations[k + 1][:, :points].double()
        yield Signals(
            layer=k + 1,
            activation=activation,
            batch=batch,
            preactivations=z[:, :points],
            prescribed=z[:, points:],
            activations=h,
            weight=ensemble.weights[k],
            incoming=incoming[:, :points],
            delta=delta_k[:, :points],
            log_delta_scale=log_scale.clone(),
        )
    yield _at_the_input(activation, batch, inputs.double().expand(len(ensemble), -1, -1))


def _at_the_input(
    activation: Activation, batch: Batch, z: Float[Tensor, "net point unit"]
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
    )
