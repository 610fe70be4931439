"""How do tables become what is drawn? Series, panels and rows, few enough to be read."""

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from initatlas.figures.palette import POINT
from initatlas.tables.columns import CELL, SWEPT

FEW = 3  # variances of an initializer that stand as lines beside other initializers
SERIES = 8  # lines that a panel may hold and still be read
LAYERS = 17  # layers of a network that are drawn: curves bend slowly
ROWS = 40_000  # of a figure: a page with more of them is slow to open
ROW, GAP = 950, 46  # pixels: a row of panels, and the axis and space beside each
WIDEST, LOWEST = 360, 112  # pixels
NETWORK = [field.name for field in CELL if field.name != "initializer"]


def unswept(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows of initializers with one σ_w², σ_b² each; long sweeps have a figure of their own.

    Each point of a short sweep counts as an initializer, and of any sweep where the study holds
    nothing else. Its name says its variance; so does that of a single point of SWEPT, which
    says none itself.
    """
    points = variances(frame)
    kept = points <= FEW
    if not kept.any():
        kept = points > 0
    point = POINT + frame.sigma_w2.map("{:g}".format)
    biases = frame.groupby("initializer").sigma_b2.transform("nunique")
    bias = frame.sigma_b2.map(" σ_b²={:g}".format).where(biases > 1, "")
    own = (points == 1) & (frame.initializer != SWEPT)
    named = frame.initializer.where(own, frame.initializer + point + bias)
    return frame.assign(initializer=named)[kept]


def variances(frame: pd.DataFrame) -> pd.Series:
    """How many variances a row's initializer has within one kind of network."""
    cell = [*NETWORK, "initializer"]
    points = frame[[*cell, "sigma_w2", "sigma_b2"]].drop_duplicates()
    count = points.groupby(cell, dropna=False).size().rename("points").reset_index()
    return frame[cell].merge(count, on=cell, how="left").points.set_axis(frame.index)


def grouped(frame: pd.DataFrame) -> pd.DataFrame:
    """A column `group`: initializers in study order, at most 8 together, evenly divided."""
    names = list(dict.fromkeys(frame.initializer))
    parts = np.array_split(names, max(1, -(-len(names) // SERIES)))
    label = {}
    for position, part in enumerate(parts, start=1):
        ends = part[0] if len(part) == 1 else f"{part[0]} … {part[-1]}"
        label |= dict.fromkeys(part, f"{ends} ({position} of {len(parts)})")
    return frame.assign(group=frame.initializer.map(label))


def thinned(frame: pd.DataFrame, first: int, most: int = LAYERS) -> pd.DataFrame:
    """Rows of at most so many layers from `first` to L, evenly spaced, both ends among them."""
    kept = pd.Series(False, index=frame.index)
    for depth, rows in frame.groupby("depth"):
        wanted = np.unique(np.linspace(first, depth, most).round().astype(int))
        kept[rows.index] = rows.layer.isin(wanted)
    return frame[kept]


def runs(frame: pd.DataFrame) -> pd.Series:
    """Optimizer and learning rate as one name."""
    return frame.optimizer + ", " + frame.learning_rate.map("{:g}".format)


def columns_for(panels: int, at_most: int = 5) -> int:
    """How many panels stand side by side: as many as fit, with few gaps in the last row."""
    if panels <= at_most:
        return max(1, panels)
    return min(range(3, at_most + 1), key=lambda c: (-panels % c, -c))


def panel(columns: int) -> dict[str, int]:
    """Width and height of a panel, in pixels, if so many stand side by side."""
    width = min(WIDEST, (ROW - GAP * columns) // columns)
    return {"width": width, "height": max(LOWEST, width // 2)}


def order(values: Sequence) -> list:
    """Distinct values in order of appearance."""
    return list(dict.fromkeys(values))


def fitted(frame: pd.DataFrame, columns: Sequence[str], points: int = 1) -> pd.DataFrame:
    """The frame, cut to ROWS (a row counts `points`) by leaving out values of these columns.

    Of depths the smallest go first, of other columns those at the end; rows without a value stay.
    What was left out stands in `attrs["omitted"]`, for the caption: the study's tables still hold
    it.
    """
    left_out = []
    for column in columns:
        values = order(frame[column].dropna())
        values = sorted(values, reverse=True) if column == "depth" else values
        kept = list(values)
        sizes = frame.groupby(column, sort=False).size()
        while len(kept) > 1 and sizes[kept].sum() * points > ROWS:
            kept.pop()
        if len(kept) < len(values):
            frame = frame[frame[column].isin(kept) | frame[column].isna()]
            left_out.append(f"{column} {', '.join(map(str, values[len(kept) :]))}")
    frame = frame.reset_index(drop=True)
    frame.attrs["omitted"] = f" In the tables only: {'; '.join(left_out)}." if left_out else ""
    return frame


def omitted(frames: Iterable[pd.DataFrame]) -> str:
    """What was left out of these, in words; nothing where they are whole."""
    return "".join(dict.fromkeys(frame.attrs.get("omitted", "") for frame in frames))
