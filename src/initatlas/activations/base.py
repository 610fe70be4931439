"""What is an activation function here? One frozen record of everything that is known about it."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

Elementwise = Callable[[Tensor], Tensor]
Array = np.ndarray | np.floating  # arithmetic on 0-dimensional arrays gives numpy's scalars
Kernel = Callable[[Array, Array, Array], Array]


@dataclass(frozen=True, slots=True, kw_only=True)
class Activation:
    """φ and the facts that travel with it; only `name` and `phi` are required.

    `derivative` is φ′ (autograd is used where it is None). `forward_out(z, out)` writes φ(z) into
    `out`; `backward_out(gradient, z, h, out)` writes gradient · φ′(z), h = φ(z): fused forms for
    the training loop, optional. `kinks` are the z at which φ or φ′ is not smooth: quadrature is
    split there. `bounds` are the ends of φ's range where it saturates (±inf where it does not).
    `mixed_moment(q_a, q_b, q_ab)` is E[φ(u)φ(v)] and `mixed_derivative_moment` E[φ′(u)φ′(v)] in
    closed form, numpy float64 and broadcasting, where known; `half_square_moment(q_a, q_b, gap)`,
    gap = 1 − c, is ½ E[(φ(u) − φ(v))²] with all its digits at c → 1. `source` names where φ comes
    from.
    """

    name: str
    phi: Elementwise
    derivative: Elementwise | None = None
    forward_out: Callable[[Tensor, Tensor], object] | None = None
    backward_out: Callable[[Tensor, Tensor, Tensor, Tensor], object] | None = None
    kinks: tuple[float, ...] = ()
    bounds: tuple[float, float] = (-float("inf"), float("inf"))
    mixed_moment: Kernel | None = None
    mixed_derivative_moment: Kernel | None = None
    half_square_moment: Kernel | None = None
    source: str = ""

    def __post_init__(self) -> None:
        """Refuse a record that no other part could use."""
        if not self.name.isidentifier():
            raise ValueError(f"an activation's name must be an identifier; got {self.name!r}")
        if list(self.kinks) != sorted(set(self.kinks)):
            raise ValueError(f"{self.name}: kinks must increase strictly; got {self.kinks}")

    def slope(self, z: Tensor) -> Tensor:
        """φ′(z), elementwise: the record's own derivative, else by autograd."""
        if self.derivative is not None:
            return self.derivative(z)
        with torch.enable_grad():
            leaf = z.detach().clone().requires_grad_()
            values = self.phi(leaf)
            if not values.requires_grad:  # φ is constant between its jumps
                return torch.zeros_like(z)
            (gradient,) = torch.autograd.grad(values.sum(), leaf, materialize_grads=True)
        return gradient

    def forward(self, z: Tensor, out: Tensor) -> None:
        """Write φ(z) into `out`."""
        if self.forward_out is not None:
            self.forward_out(z, out)
        else:
            out.copy_(self.phi(z))

    def backward(self, gradient: Tensor, z: Tensor, h: Tensor, out: Tensor) -> None:
        """Write gradient · φ′(z) into `out`, which may be `gradient` itself; h is φ(z)."""
        if self.backward_out is not None:
            self.backward_out(gradient, z, h, out)
        else:
            torch.mul(gradient, self.slope(z), out=out)
