"""What is a data set? A way to load labelled points, and what is known before they are loaded."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from initatlas.quantities import Quantity

Options = Mapping[str, int | float]
Image = tuple[int, int, int]
"""Channels, height and width: how features are arranged, the channels outermost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Points:
    """Inputs (point, feature) as they come, and class numbers 0, 1, … of each point.

    `test` marks the points that the data set's makers set apart; None lets the study split.
    """

    inputs: np.ndarray
    labels: np.ndarray
    test: np.ndarray | None = None


Load = Callable[[Options, Path, np.random.Generator], Points]


def _nothing_wrong(options: Options) -> str:
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """`load(options, cache, rng)` gives the points; `options` are its settings.

    `complaint(options)` says what is wrong with options each of which is right, or "".
    `training_points(options)` is the size of the training set where it is known in advance.
    `shape` is (channels, height, width) where features are an image's pixels, in this order.
    A data set from the network lists its `files`, `<name>/…` in the cache folder, each with its
    md5; `fetch(cache)` puts them there, and `load` reads them after they have been verified.
    """

    name: str
    load: Load
    source: str
    options: Mapping[str, Quantity] = field(default_factory=dict)
    complaint: Callable[[Options], str] = _nothing_wrong
    training_points: Callable[[Options], int] | None = None
    shape: Image | None = None
    files: Mapping[str, str] = field(default_factory=dict)
    fetch: Callable[[Path], None] | None = None

    @property
    def downloads(self) -> bool:
        """Whether the data set comes from the network."""
        return self.fetch is not None
