"""Which numbers do findings rest on? Intervals of shares, and what a cell's growth adds up to."""

import math
from collections.abc import Mapping

import numpy as np
import pandas as pd

from initatlas.confidence import half_width
from initatlas.tables.columns import CELL_KEYS

Tables = Mapping[str, pd.DataFrame]
NORMAL = 1.959963984540054  # standard deviations that hold 95 % of a normal distribution
KEPT = math.log(10)  # a quantity that stays within this factor, as a logarithm, has been kept


def share_interval(hits: int, of: int) -> tuple[float, float]:
    """95 % interval of a share (Wilson 1927), which stays within 0 and 1."""
    share, z2 = hits / of, NORMAL**2
    centre = (share + z2 / (2 * of)) / (1 + z2 / of)
    reach = NORMAL * math.sqrt(share * (1 - share) / of + z2 / (4 * of**2)) / (1 + z2 / of)
    return centre - reach, centre + reach


def deepest(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows of the deepest of the widest networks."""
    frame = frame[frame.width == frame.width.max()]
    return frame[frame.depth == frame.depth.max()]


def plain(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows of the architecture that most was measured with; the others are for contrast."""
    return frame[frame.architecture == frame.architecture.value_counts().idxmax()]


def single(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows of initializers with one variance for each kind of network."""
    cell = [name for name in CELL_KEYS if name not in {"sigma_w2", "sigma_b2"}]
    sizes = frame.groupby(cell, dropna=False).sigma_w2.transform("size")
    return frame[sizes == 1]


def growth(rates: pd.DataFrame, direction: str) -> pd.DataFrame:
    """Logarithm of the factor over the whole network, and half its interval, per cell."""
    rate, layers = f"{direction}_rate", rates.depth - 1
    width = half_width(rates[f"{rate}_se"], rates[f"{rate}_n_finite"])
    return rates.assign(ln=rates[f"{rate}_mean"] * layers, half_width=width * layers)


def kept(rates: pd.DataFrame) -> pd.Series:
    """Whether a cell's signal and gradient both stay within a factor of 10, all networks finite."""
    whole = np.ones(len(rates), dtype=bool)
    for direction in ("forward", "backward"):
        whole &= growth(rates, direction).ln.abs() <= KEPT
        whole &= rates[f"{direction}_rate_n_finite"] == rates.n_seeds
    return whole
