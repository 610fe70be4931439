"""Who keeps a quantity at its size through the whole network? For titles, from what is drawn."""

import numpy as np
import pandas as pd

from initatlas.figures import layer_lines
from initatlas.figures.words import counted, listed

FACTOR = 10  # a quantity that stays within this factor has been kept


def kept(frame: pd.DataFrame) -> pd.DataFrame:
    """Per initializer: for how many activations the first networks shown keep the quantity.

    Kept means: the last drawn layer lies within a factor of 10 of the first, with all networks
    finite. Columns `kept` and `of`, the best first, ties in study order.
    """
    cells = layer_lines.first(frame).groupby(["initializer", "activation"], sort=False)
    ends = cells.agg(first=("log10_value", "first"), last=("log10_value", "last"))
    whole = cells.outside.apply(lambda marks: marks.isna().all())
    near = (ends["last"] - ends["first"]).abs() <= np.log10(FACTOR)
    count = (near & whole).groupby("initializer", sort=False).agg(kept="sum", of="size")
    return count.sort_values("kept", ascending=False, kind="stable")


def kept_title(frame: pd.DataFrame, quantity: str) -> str:
    """Who keeps it for most activations: the best, and whoever does so for one fewer."""
    depth = int(frame.depth.max())
    count = kept(frame)
    best = count[count.kept >= max(1, count.kept.max() - 1)]
    within = f"{quantity} within a factor of {FACTOR} over {counted(depth, 'layer')}"
    if best.empty:
        return f"No initializer keeps {within}"
    if 2 * count.kept.max() < count.of.max():
        most = f"{count.kept.max()} of {counted(int(count.of.max()), 'activation')}"
        return f"No initializer keeps {within} for more than {most}"
    who = "Every initializer" if len(best) == len(count) > 1 else listed(list(best.index), 4)
    verb = "keeps" if len(best) == 1 or len(best) == len(count) else "keep"
    return f"{who} {verb} {within} for {_share(best, frame)}"


def _share(best: pd.DataFrame, frame: pd.DataFrame) -> str:
    """For how many of the activations, or which one it is."""
    total = int(best.of.max())
    if total == 1:
        return frame.activation.iloc[0]
    low, high = best.kept.min(), best.kept.max()
    some = f"{high}" if low == high else f"{low} or {high}"
    return f"{some} of {counted(total, 'activation')}"
