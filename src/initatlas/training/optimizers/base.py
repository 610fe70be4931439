"""What is an optimizer? State per layer, and one in-place update of stacked parameters."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from torch import Tensor

from initatlas.networks import Ensemble


@runtime_checkable  # so that annotations can be checked under test
class Updater(Protocol):
    """The optimizer of one ensemble: its moments, and each network's own learning rate."""

    def start_step(self) -> None:
        """Count the step that begins."""

    def update(self, layer: int, delta: Tensor, incoming: Tensor) -> None:
        """Move layer `layer` by its gradient δᵀh, in place; `delta` may be overwritten."""

    def select(self, ensemble: Ensemble, networks: Tensor) -> "Updater":
        """The optimizer of `ensemble`, which holds the networks at these positions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Optimizer:
    """`copies` is how many buffers as large as W it keeps; its settings are in study.training.

    `start(ensemble, learning_rates, **options)` begins a run, with one rate per network.
    """

    name: str
    copies: int
    start: Callable[..., Updater]
    source: str
