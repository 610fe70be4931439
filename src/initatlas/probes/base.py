"""What is a probe? One statistic of one layer, for every network of an ensemble at once."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor

from initatlas.networks.propagate import Signals

Measure = Callable[[Signals], Tensor | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """`measure(signals)` gives float64 (net,), or None where the layer has no such statistic."""

    name: str
    unit: str
    definition: str
    measure: Measure


def log_norm2(values: Float[Tensor, "net rows columns"]) -> Float[Tensor, " net"]:
    """Ln Σ v² per network: −inf for all zeros, and no overflow before the logarithm."""
    if values.dtype == torch.float32:  # its squares lie within float64's range
        return values.double().square_().sum(dim=(1, 2)).log()
    largest = values.abs().amax(dim=(1, 2))
    scaled = values / torch.where(largest > 0, largest, 1)[:, None, None]
    return 2 * largest.log() + scaled.square_().sum(dim=(1, 2)).log()


def cosine(
    points: Float[Tensor, "net point unit"], pairs: Int[Tensor, "pair 2"]
) -> Float[Tensor, " net"]:
    """Mean over pairs of c = q_ab / √(q_a q_b), the uncentred correlation of mean-field theory."""
    a, b = points[:, pairs[:, 0]], points[:, pairs[:, 1]]
    products = (a * b).sum(dim=2)
    norms = a.square().sum(dim=2) * b.square().sum(dim=2)
    return (products / norms.sqrt()).mean(dim=1)


def observe(
    layers: Iterable[Signals], statistics: Mapping[str, Measure]
) -> dict[str, list[Tensor | None]]:
    """Each statistic of each layer, as name → list indexed by layer; one pass, nothing kept."""
    seen: dict[str, dict[int, Tensor | None]] = {name: {} for name in statistics}
    for signals in layers:
        for name, measure in statistics.items():
            seen[name][signals.layer] = measure(signals)
    return {name: [found[k] for k in range(len(found))] for name, found in seen.items()}
