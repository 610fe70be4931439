"""How are activations and weights distributed? Counts in fixed bins, so that steps compare."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Int
from torch import Tensor

from initatlas.networks.propagate import Signals


@dataclass(frozen=True, slots=True, kw_only=True)
class Bins:
    """`bins` equal bins between `low` and `high`."""

    low: float
    high: float
    bins: int

    @classmethod
    def between(cls, ends: Sequence[float], bins: int) -> "Bins":
        """`bins` bins over the range that `ends` gives."""
        low, high = ends
        return cls(low=low, high=high, bins=bins)

    def count(self, values: Tensor, scale: float = 1.0) -> Int[Tensor, "net bin"]:
        """Of `scale` · values, per network: below the range, in each bin, above it, no number.

        Edges are as exact as the values' own dtype; 32-bit positions halve the time of a count.
        """
        flat = values.flatten(start_dim=1)
        span, size = self.high - self.low, self.bins + 3
        position = (flat * (scale * self.bins / span)).add_(1 - self.low * self.bins / span)
        position = position.clamp_(0, self.bins + 1).nan_to_num_(nan=self.bins + 2)
        offset = size * torch.arange(len(flat), dtype=torch.int32)[:, None]
        position = position.to(torch.int32).add_(offset).flatten()
        counts = torch.bincount(position, minlength=len(flat) * size)
        return counts.view(-1, size).to(torch.int32)


def activation_histogram(signals: Signals, bins: Bins) -> Tensor | None:
    """Counts of φ(z) over units and points."""
    return None if signals.activations is None else bins.count(signals.activations)


def weight_histogram(signals: Signals, bins: Bins) -> Tensor | None:
    """Counts of W √fan_in: its variance is σ_w² at any width."""
    if signals.weight is None:
        return None
    return bins.count(signals.weight, scale=signals.weight.shape[2] ** 0.5)
