"""How steep is the loss, and how does the kernel of all outputs move? The NTK of points × outputs.

Θ_(ka)(mb) = ∂f_k(a)/∂θ · ∂f_m(b)/∂θ, all parameters trained in the standard parametrisation: the
kernel in which gradient descent moves the outputs. A step on the mean of ½‖f − y‖² over P points
multiplies f − y by 1 − η Θ/P, and is stable for η < 2/λ_max(Θ/P). The Hessian of the cross-entropy
in the logits is at most ½ (1/C for C equally likely classes), so its steps may be as much larger.
"""

import math
from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor

from initatlas.activations import Activation
from initatlas.networks import Architecture, Ensemble
from initatlas.spectra.tangent_kernel import Kernel, sensitivities


class OutputKernel(NamedTuple):
    """The kernel exp(`log_scale`) · `matrix` of each network; `points` varies fastest in a row."""

    matrix: Float[Tensor, "net row row"]
    log_scale: Float[Tensor, " net"]
    points: int

    def over_outputs(self) -> Kernel:
        """The kernel of points, as a mean over outputs: whose condition number is told."""
        outputs = self.matrix.shape[1] // self.points
        blocks = self.matrix.unflatten(2, (outputs, -1)).unflatten(1, (outputs, -1))
        mean = torch.einsum("nkakb->nab", blocks) / outputs
        return Kernel(matrix=mean, log_scale=self.log_scale)

    def log_sharpness(self) -> Float[Tensor, " net"]:
        """Ln λ_max(Θ/P): −∞ where no output depends on a parameter, NaN where Θ is not finite."""
        whole = Kernel(matrix=self.matrix, log_scale=self.log_scale)
        return whole.log_largest_eigenvalue - math.log(self.points)


def output_kernel(
    architecture: Architecture,
    ensemble: Ensemble,
    activation: Activation,
    inputs: Float[Tensor, "point unit"],
) -> OutputKernel:
    """Θ = Σ_l (h_a·h_b + 1)(δ_ka·δ_mb), from two Gram matrices a layer, in the inputs' dtype.

    Cost of a network: 2 n rows² operations a layer with rows = points · outputs, beside one pass
    of as many points. Memory: rows² values, three times.
    """
    points = len(inputs)
    matrix = torch.zeros((), dtype=inputs.dtype)
    largest = torch.full((len(ensemble),), -torch.inf, dtype=inputs.dtype)
    layers = sensitivities(architecture, ensemble, activation, inputs)
    for _, incoming, sent, log_scale in layers:
        part = _products(incoming, sent)
        new = torch.maximum(largest, 2 * log_scale)
        kept, added = (largest - new).exp(), (2 * log_scale - new).exp()
        matrix = part.mul_(added[:, None, None]).addcmul_(matrix, kept[:, None, None])
        largest = new
    return OutputKernel(matrix, largest, points)


def _products(
    incoming: Float[Tensor, "net point row fan_in"],
    sent: Float[Tensor, "net class point row fan_out"],
) -> Float[Tensor, "net out_point out_point"]:
    """Products of the gradients of one layer's parameters, of every pair of outputs of points."""
    outputs = sent.shape[1]
    bias = sent.sum(dim=3).flatten(1, 2)
    if incoming.shape[2] == 1:
        entering = incoming[:, :, 0]
        return (bias @ bias.mT).mul_((entering @ entering.mT + 1).repeat(1, outputs, outputs))
    gradients = (sent.mT @ incoming[:, None]).flatten(3).flatten(1, 2)
    return gradients @ gradients.mT + bias @ bias.mT


def drift(start: OutputKernel, end: OutputKernel) -> Float[Tensor, " net"]:
    """‖Θ_T − Θ_0‖_F / ‖Θ_0‖_F: 0 for a network that stays lazy; NaN where Θ is not finite."""
    size = torch.linalg.matrix_norm(start.matrix)
    moved = end.matrix * (end.log_scale - start.log_scale).exp()[:, None, None] - start.matrix
    return torch.linalg.matrix_norm(moved) / size
