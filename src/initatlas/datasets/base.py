"""What is a data set? A way to load labelled points, and the facts that others need."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np


@dataclass(frozen=True, slots=True, kw_only=True)
class Points:
    """Inputs (point, feature) in float64 as they come, and class numbers 0, 1, ….

    `test` marks the points that the data set's makers set apart; None lets the study split.
    """

    inputs: np.ndarray
    labels: np.ndarray
    test: np.ndarray | None = None


Load = Callable[[Mapping[str, float], Path, np.random.Generator], Points]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """`load(options, cache, rng)` gives the points; `options` are its settings with defaults.

    `downloads` says whether `load` needs files that `fetch(cache)` has put into the cache folder.
    """

    name: str
    load: Load
    source: str
    options: Mapping[str, float] = field(default_factory=dict)
    fetch: Callable[[Path], None] | None = None

    @property
    def downloads(self) -> bool:
        """Whether the data set comes from the network."""
        return self.fetch is not None
