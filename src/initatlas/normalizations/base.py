"""What is a normalization? Which numbers share a mean and a variance, both of which it removes.

Without the affine parameters that often follow it: what it does to an initialization is the same,
and the scale that it takes away is not given back by another trainable layer.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor

EPSILON = 1e-5  # added to the variance: torch.nn's default, for both


class Moments(NamedTuple):
    """Of each group of numbers: its mean, and `scale` = 1/√(variance + ε)."""

    mean: Float[Tensor, "net _ _"]
    scale: Float[Tensor, "net _ _"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Normalization:
    """ẑ = (z − E z) / √(Var z + ε), for pre-activations z (net, row, channel).

    The rows of a point, one behind the other, are its positions: one in a dense layer. `arrange(z,
    points)` is z seen such that axis `axis` runs over the numbers of one group. `shared`: points
    are in one group, so that what becomes of one depends on the others.
    """

    name: str
    arrange: Callable[[Tensor, int], Tensor]
    axis: int
    shared: bool
    source: str

    def moments(self, z: Float[Tensor, "net row channel"], points: int) -> Moments:
        """The moments of these points; the variance is divided by the group's size itself."""
        seen = self.arrange(z, points)
        variance, mean = torch.var_mean(seen, dim=self.axis, correction=0, keepdim=True)
        return Moments(mean, variance.add_(EPSILON).rsqrt_())

    def forward(
        self, z: Float[Tensor, "net row channel"], points: int, moments: Moments, out: Tensor
    ) -> None:
        """Write ẑ into `out`."""
        normalized = self.arrange(out, points)
        torch.sub(self.arrange(z, points), moments.mean, out=normalized)
        normalized.mul_(moments.scale)

    def backward(
        self,
        delta: Float[Tensor, "net row channel"],
        normalized: Float[Tensor, "net row channel"],
        scale: Tensor,
        points: int,
        batch: int,
    ) -> None:
        """Turn ∂C/∂ẑ into ∂C/∂z, in place; moments are those of the first `batch` points.

        δ ← (δ̂ − E δ̂ − ẑ E[δ̂ẑ]) / √(Var z + ε), with E over the group; a point outside of the batch
        feels the batch's moments, and does not move them.
        """
        sent, seen = self.arrange(delta, points), self.arrange(normalized, points)
        total = sent.shape[self.axis]
        group = total * batch // points if self.shared else total
        mean = sent.sum(dim=self.axis, keepdim=True).div_(group)
        along = (sent * seen).sum(dim=self.axis, keepdim=True).div_(group)
        inside = sent.narrow(self.axis, 0, group)
        inside.sub_(mean).addcmul_(seen.narrow(self.axis, 0, group), along, value=-1)
        sent.mul_(scale)
