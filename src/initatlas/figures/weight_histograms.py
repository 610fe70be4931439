"""How far do weights move from where they were drawn?"""

from collections.abc import Sequence

import altair as alt
import numpy as np
import pandas as pd

from initatlas.figures import histogram_lines
from initatlas.figures.base import Figure, Frames
from initatlas.figures.controls import chosen, controls
from initatlas.figures.words import percent

NAME = "weight_histograms"


def tidy(tables: Frames) -> Frames:
    """Densities of W √fan_in in the first, middle and last hidden layer, at four steps."""
    return {NAME: histogram_lines.densities(tables["histograms"], "weight")}


def moved(frame: pd.DataFrame) -> pd.Series:
    """Share of the weights' density that lies elsewhere after training, by initializer and layer.

    Half the integral of |p_end − p_start|, for what the figure starts with.
    """
    shown = chosen(frame, controls(frame, ("activation", "depth", "run", "width")))
    ends = shown[shown.step.isin({shown.step.min(), shown.step.max()})]
    shares = {
        panel: float(
            np.abs(rows.density.iloc[-1] - rows.density.iloc[0]).sum() / 2 * rows.bin.max()
        )
        for panel, rows in ends.sort_values("step", kind="stable").groupby("panel", sort=False)
        if len(rows) > 1
    }
    return pd.Series(shares, dtype=float)


def title(frames: Frames) -> str:
    """How much of the distribution training moved at most."""
    frame = frames[NAME]
    share = moved(frame)
    shown = chosen(frame, controls(frame, ("activation", "depth", "run", "width")))
    where = f"{shown.activation.iloc[0]} networks of depth {shown.depth.iloc[0]}"
    if share.empty:
        return f"In {where}, no network was left to compare with its start"
    most = share.idxmax()
    return (
        f"In {where}, training moves {percent(share.max())} of the distribution of weights at most "
        f"({most})"
    )


def caption(frames: Frames) -> str:
    """What to see."""
    frame = frames[NAME]
    return (
        f"{histogram_lines.sample(frame)} of the weights times √fan_in, whose variance is σ_w² at "
        "the start, in the first, middle and last hidden layer (logarithmic; the strip below holds "
        f"empty bins).{histogram_lines.lost(frame)}"
    )


def draw(frames: Frames, initializers: Sequence[str]) -> alt.TopLevelMixin:
    """A panel per initializer and layer, a line per step."""
    return histogram_lines.draw(NAME, frames[NAME], initializers, ("density", "weight × √fan_in"))


WEIGHT_HISTOGRAMS = Figure(
    name=NAME,
    chapter="training",
    question="How far do weights move from where they were drawn?",
    needs=("histograms",),
    tidy=tidy,
    title=title,
    caption=caption,
    draw=draw,
)
