"""How does one step on a point change the others? The neural tangent kernel of a finite network.

Θ_ab = mean over outputs k of ∂f_k(a)/∂θ · ∂f_k(b)/∂θ. As ∂f/∂W = δ hᵀ, each dense layer adds
(v h_a·h_b + u)(δ_a·δ_b), from two Gram matrices, and no gradient is held; layers that see a point
in several rows (convolutions, a branch's multiplier) need the sum of δ hᵀ over these. Standard
parametrisation, in which this package trains: v = u = 1. NTK parametrisation, in which kernels
have a limit at infinite width (Jacot et al. 2018): v = Var W and u = Var b of the layer. Batch
norm's moments are held fixed, those of the reference points.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import torch
from jaxtyping import Float, Int
from torch import Tensor

from initatlas.activations import Activation
from initatlas.networks import Architecture, Ensemble


class LayerGram(NamedTuple):
    """One weight layer's part of the kernel: ∂f/∂W_a · ∂f/∂W_b, and of b, times exp(log_scale)."""

    weight: Float[Tensor, "net point point"]
    bias: Float[Tensor, "net point point"]
    log_scale: Float[Tensor, " net"]


class Multipliers(NamedTuple):
    """What a parametrisation multiplies a layer's parameters' gradients by, squared."""

    weight: Float[Tensor, " net"]
    bias: Float[Tensor, " net"]


@dataclass(frozen=True, kw_only=True)
class Kernel:
    """The kernel exp(`log_scale`) · `matrix` of each network; eigenvalues ascend."""

    matrix: Float[Tensor, "net point point"]
    log_scale: Float[Tensor, " net"]

    @cached_property
    def _eigenvalues(self) -> Float[Tensor, "net point"]:
        finite = self.matrix.isfinite().all(dim=(1, 2))
        values = torch.full(self.matrix.shape[:2], torch.nan, dtype=self.matrix.dtype)
        values[finite] = torch.linalg.eigvalsh(self.matrix[finite])
        return values

    @property
    def _floor(self) -> Float[Tensor, " net"]:
        """Below points · ε · λ_max an eigenvalue is rounding error, and may be negative."""
        return len(self.matrix[0]) * torch.finfo(self.matrix.dtype).eps * self._eigenvalues[:, -1]

    @property
    def log_largest_eigenvalue(self) -> Float[Tensor, " net"]:
        """Ln λ_max."""
        return self.log_scale + self._eigenvalues[:, -1].log()

    @property
    def log_condition_number(self) -> Float[Tensor, " net"]:
        """Ln (λ_max/λ_min); +∞ where λ_min is rounding error."""
        smallest, largest = self._eigenvalues[:, 0], self._eigenvalues[:, -1]
        # Not `smallest > floor`, which would call NaN unresolved.
        return torch.where(smallest <= self._floor, 0, smallest).log().neg() + largest.log()

    @property
    def unresolved_eigenvalues(self) -> Float[Tensor, " net"]:
        """How many eigenvalues are rounding error, the negative ones among them."""
        count = (self._eigenvalues <= self._floor[:, None]).double().sum(dim=1)
        return count.where(self._eigenvalues[:, -1].isfinite(), torch.nan)

    def alignment(self, labels: Int[Tensor, " point"]) -> Float[Tensor, " net"]:
        """⟨Θ, YYᵀ⟩/(‖Θ‖‖YYᵀ‖) with one-hot Y: the cosine between kernel and labels."""
        same = (labels[:, None] == labels).to(self.matrix.dtype)
        product = (self.matrix * same).sum(dim=(1, 2))
        return product / (torch.linalg.matrix_norm(self.matrix) * torch.linalg.matrix_norm(same))


class Sensitivity(NamedTuple):
    """One weight layer: what enters it at each point, and exp(log_scale) · ∂f_k/∂z behind it.

    A point is one row, or several where the layer's weights meet it more than once.
    """

    layer: int
    incoming: Float[Tensor, "net point row fan_in"]
    sent: Float[Tensor, "net class point row fan_out"]
    log_scale: Float[Tensor, " net"]


def sensitivities(
    architecture: Architecture,
    ensemble: Ensemble,
    activation: Activation,
    inputs: Float[Tensor, "point unit"],
) -> Iterator[Sensitivity]:
    """Every weight layer, in the order of the backward pass.

    All outputs go back in one pass, as copies of the points, and δ may have any size. What is
    yielded is valid until the next is asked for.
    """
    points, outputs = len(inputs), ensemble.weights[-1].shape[1]
    given = architecture.for_evaluation(ensemble, activation)
    space = replace(architecture.workspace(ensemble, outputs * points), given=given)
    architecture.forward(ensemble, activation, inputs.repeat(outputs, 1), space)
    one_hot = torch.eye(outputs, dtype=inputs.dtype).repeat_interleave(points, dim=0)
    log_scale = torch.zeros(len(ensemble), dtype=inputs.dtype)

    def rescale(delta: Tensor) -> None:
        largest = delta.abs().amax(dim=(1, 2))
        divisor = largest.where(largest > 0, 1)
        delta.div_(divisor[:, None, None])
        log_scale.add_(divisor.log())

    delta = one_hot.repeat(len(ensemble), 1, 1)
    for k, sent, incoming in architecture.backward(ensemble, activation, space, delta, rescale):
        # The copies of a point have entered alike: (net, point, row, fan_in) of the first will do.
        entering = incoming.unflatten(1, (outputs, points, -1))[:, 0]
        leaving = sent.unflatten(1, (outputs, points, -1))
        yield Sensitivity(k, entering, leaving, log_scale.clone())


def layer_grams(
    architecture: Architecture,
    ensemble: Ensemble,
    activation: Activation,
    inputs: Float[Tensor, "point unit"],
) -> list[LayerGram]:
    """The Gram matrices of the gradients of every weight layer, the readout first.

    Not finite where the square of the forward signal leaves float64's range. Cost of a network:
    4 n² operations a layer, point and output. Beyond the workspace, memory is 2 points² values a
    layer.
    """
    grams = {}
    for k, entering, leaving, log_scale in sensitivities(
        architecture, ensemble, activation, inputs
    ):
        grams[k] = LayerGram(*_products(leaving, entering), 2 * log_scale)
    return [grams[k] for k in sorted(grams, reverse=True)]


def _products(
    sent: Float[Tensor, "net class point row fan_out"],
    incoming: Float[Tensor, "net point row fan_in"],
) -> tuple[Float[Tensor, "net point point"], Float[Tensor, "net point point"]]:
    """Products of the gradients of W, and of those of b, of every pair of points."""
    summed = sent.sum(dim=3)
    bias = (summed @ summed.mT).mean(dim=1)
    if incoming.shape[2] == 1:
        entering = incoming[:, :, 0]
        return (entering @ entering.mT) * bias, bias
    weight = torch.zeros_like(bias)
    for of_output in sent.unbind(dim=1):  # one after the other: gradients of all would not fit
        gradients = (of_output.mT @ incoming).flatten(2)
        weight += gradients @ gradients.mT
    return weight / sent.shape[1], bias


def tangent_kernel(grams: Sequence[LayerGram], multipliers: Sequence[Multipliers]) -> Kernel:
    """Θ = Σ_l v_l ∂f/∂W_a·∂f/∂W_b + u_l ∂f/∂b_a·∂f/∂b_b; both lists in the same order."""
    largest = torch.stack([gram.log_scale for gram in grams]).amax(dim=0)
    matrix = torch.zeros_like(grams[0].weight)
    for gram, (weight, bias) in zip(grams, multipliers, strict=True):
        part = weight[:, None, None] * gram.weight + bias[:, None, None] * gram.bias
        matrix += (gram.log_scale - largest).exp()[:, None, None] * part
    return Kernel(matrix=matrix, log_scale=largest)
