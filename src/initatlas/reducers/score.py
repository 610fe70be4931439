"""How stable is a network before training, as one number? The score S and what it is made of.

S = exp(−Σ (x/s)^p) over the parts x of a score, with p = 2 for stabilities and the depth ratio and
p = 1 for variances. The scales s are fitted once (`calibrating`) so that S = 1/e where as many
networks train as not: each s is how much of its part alone makes training a toss-up. For the depth
ratio L/ξ_c it is the k of L = k ξ_c.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf

import numpy as np
import pandas as pd

# part → its power p
POWERS = {
    "forward_stability": 2,
    "gradient_stability": 2,
    "gradient_scatter": 1,
    "forward_stability_theory": 2,
    "gradient_stability_theory": 2,
    "depth_ratio": 2,
    "beta": 1,
    "jacobian_variance": 1,
}
THEORY = ("depth_ratio", "beta", "jacobian_variance")
# score → its parts
SCORES = {
    "score": ("forward_stability", "gradient_stability", *THEORY),
    "score_predicted": ("forward_stability_theory", "gradient_stability_theory", *THEORY),
    "score_measured": ("forward_stability", "gradient_stability", "gradient_scatter"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """How much of a part makes training a toss-up, with its 95 % interval; ∞: it does not count."""

    value: float
    low: float
    high: float

    def __post_init__(self) -> None:
        """Refuse what is no scale."""
        if not 0 < self.value <= inf:
            raise ValueError(f"a scale is positive, ∞ if its part does not count; got {self.value}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Constants:
    """The scales of one score's parts, and how well it tells the cells that they were fitted on.

    log_likelihood, null_log_likelihood: mean over cells, with the parts and without any; nat.
    auc: of the score of a cell that trained against one that did not.
    """

    scales: Mapping[str, Scale]
    log_likelihood: float
    null_log_likelihood: float
    auc: float
    n_cells: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """All scores' constants and where they come from.

    study, datasets, depths: of the cells that they were fitted on; tables: sha256 of what was read.
    """

    study: str
    datasets: tuple[str, ...]
    depths: tuple[int, ...]
    tables: str
    scores: Mapping[str, Constants]

    def held_out(self, cells: pd.DataFrame) -> np.ndarray:
        """Whether each cell is unlike all that the constants were fitted on: data set or depth."""
        return ~(cells.dataset.isin(self.datasets) & cells.depth.isin(self.depths)).to_numpy()


def burden(values: np.ndarray, part: str, scale: float) -> np.ndarray:
    """(x/s)^p: what a part takes from ln S; 0 for a part that does not count, whatever it is."""
    values = np.asarray(values, dtype=float)
    if np.isinf(scale):
        return np.zeros_like(values)
    with np.errstate(over="ignore"):
        return (values / scale) ** POWERS[part]


def total_burden(cells: Mapping[str, np.ndarray], constants: Constants) -> np.ndarray:
    """−ln S of each cell, Σ (x/s)^p; NaN where a part that counts is not known."""
    parts = constants.scales.items()
    return np.sum([burden(cells[part], part, scale.value) for part, scale in parts], axis=0)


def score(cells: Mapping[str, np.ndarray], constants: Constants) -> np.ndarray:
    """S of each cell: 1 where nothing burdens it, 0 where something is infinite."""
    return np.exp(-total_burden(cells, constants))
