"""At which learning rates is each network trained? Rates as they are, or of the network's own.

A relative rate r is r · 2/λ_max of the mean over the kernel points of the squared error: above 1
the linearized network diverges on that cost, and for the cross-entropy above 2 it may.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor

from initatlas.stages.cells import chunks

RATES = ("learning_rate", "relative_learning_rate")


def without_rate(entry: Mapping[str, object]) -> tuple:
    """The settings of an optimizer that all its rates share."""
    return tuple((name, value) for name, value in entry.items() if name not in RATES)


def most_rates(optimizers: Sequence[Mapping]) -> int:
    """Runs of one network that are trained side by side: those of one optimizer."""
    return max(len(list(same)) for _, same in groupby(optimizers, key=without_rate))


class Runs(NamedTuple):
    """Networks by position, each with the rate that it is trained at; equal entries stand together.

    `relative` are in units of 2/λ_max, NaN where rates are given as they are.
    """

    networks: Tensor
    rates: Tensor
    relative: Tensor


def runs_of(
    entries: Sequence[Mapping],
    log_sharpness: Float[Tensor, " net"],
    bytes_each: int,
    memory_mb: int | float,
) -> Iterator[Runs]:
    """Every network at every rate, as many at a time as fit the memory."""
    count = len(log_sharpness)
    pairs = [(entry, network) for entry in entries for network in range(count)]
    for part in chunks(pairs, bytes_each, memory_mb):
        networks = torch.tensor([network for _, network in part])
        relative, absolute = (
            torch.tensor([e.get(name, torch.nan) for e, _ in part], dtype=torch.float64)
            for name in ("relative_learning_rate", "learning_rate")
        )
        # 2/λ_max in logarithms: λ_max may lie far outside float64's range.
        own = ((2 * relative).log() - log_sharpness[networks]).exp()
        yield Runs(networks, torch.where(relative.isnan(), absolute, own), relative)


def usable(rates: Float[Tensor, " net"], dtype: torch.dtype) -> Float[Tensor, " net"]:
    """The rates in `dtype`; 0 for those that are no positive finite number in it.

    A network that no step suits is not moved, and ends as it began: a rate of 0, ∞ or NaN comes
    from a steepness that is no number, and multiplying a gradient by it would make one up.
    """
    rounded = rates.to(dtype)
    return rounded.where(rounded.isfinite() & (rounded > 0), 0)
