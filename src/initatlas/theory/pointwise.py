"""What are φ, φ′ and φ″ on numpy arrays? The only place where theory touches torch."""

import numpy as np
import torch
from torch import Tensor

from initatlas.activations import Activation


def phi(activation: Activation, z: np.ndarray) -> np.ndarray:
    """φ(z), elementwise; may share its memory with z."""
    return activation.phi(torch.from_numpy(z)).detach().numpy()


def slope(activation: Activation, z: np.ndarray) -> np.ndarray:
    """φ′(z), elementwise."""
    return activation.slope(torch.from_numpy(z)).detach().numpy()


def bend(activation: Activation, z: np.ndarray) -> np.ndarray:
    """φ″(z), elementwise and away from kinks, by autograd of φ′."""
    leaf = torch.from_numpy(z).requires_grad_()
    return _gradient(_differentiable_slope(activation, leaf), leaf).detach().numpy()


def _differentiable_slope(activation: Activation, leaf: Tensor) -> Tensor:
    """φ′ as a node of the autograd graph."""
    if activation.derivative is not None:
        return activation.derivative(leaf)
    return _gradient(activation.phi(leaf), leaf)


def _gradient(values: Tensor, leaf: Tensor) -> Tensor:
    """Elementwise derivative, 0 where `values` does not depend on `leaf` (a constant slope)."""
    if not values.requires_grad:
        return torch.zeros_like(leaf)
    (gradient,) = torch.autograd.grad(values.sum(), leaf, create_graph=True, materialize_grads=True)
    return gradient
