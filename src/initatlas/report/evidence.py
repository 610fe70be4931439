"""Which numbers do findings rest on? Cells that compare, shares, and what growth adds up to."""

import math
from collections.abc import Mapping

import numpy as np
import pandas as pd

from initatlas.confidence import half_width
from initatlas.tables.columns import CELL_KEYS

Tables = Mapping[str, pd.DataFrame]
NORMAL = 1.959963984540054  # standard deviations that hold 95 % of a normal distribution
KEPT = math.log(10)  # a quantity that stays within this factor, as a logarithm, has been kept


def share_interval(hits: float, of: int) -> tuple[float, float]:
    """95 % interval of a share (Wilson 1927), which stays within 0 and 1."""
    share, z2 = hits / of, NORMAL**2
    centre = (share + z2 / (2 * of)) / (1 + z2 / of)
    reach = NORMAL * math.sqrt(share * (1 - share) / of + z2 / (4 * of**2)) / (1 + z2 / of)
    return centre - reach, centre + reach


def trained_share(rows: pd.DataFrame) -> tuple[float, float, float]:
    """Which share of the networks of these cells trained, and its 95 % interval.

    The networks of a cell mostly end alike: the unit is the cell, of which each has its share.
    """
    share = rows.n_trained.sum() / rows.n_seeds.sum()
    return share, *share_interval(share * len(rows), len(rows))


def main(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows of the architecture that most are of: of the others there are a few, for contrast.

    They have initializers, activations and depths of their own, and would be compared by these.
    """
    return frame[frame.architecture == frame.architecture.value_counts().idxmax()]


def whose(frame: pd.DataFrame) -> str:
    """The main architecture, where there are several: "mlp "."""
    several = frame.architecture.nunique() > 1
    return f"{main(frame).architecture.iloc[0]} " if several else ""


def deepest(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows of the deepest of the widest networks, of the main architecture."""
    frame = main(frame) if len(frame) else frame
    frame = frame[frame.width == frame.width.max()]
    return frame[frame.depth == frame.depth.max()]


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
