"""How do the distributions of activations evolve while networks learn?"""

from collections.abc import Sequence

import altair as alt
import numpy as np
import pandas as pd

from initatlas.figures import histogram_lines
from initatlas.figures.base import Figure, Frames
from initatlas.figures.controls import chosen, controls
from initatlas.figures.words import listed

NAME = "activation_histograms"
COLLAPSED = 0.9  # share of the values within a bin's width of 0 that tells a collapsed layer


def tidy(tables: Frames) -> Frames:
    """Densities of φ(z) in the first, middle and last hidden layer, at four steps."""
    return {NAME: histogram_lines.densities(tables["histograms"], "activation")}


def collapsed(frame: pd.DataFrame) -> list[str]:
    """Initializers whose last layer is all but 0 before training, for what is shown first."""
    shown = chosen(frame, controls(frame, ("activation", "depth", "run", "width")))
    last = shown[(shown.layer == shown.depth) & (shown.step == shown.step.min())]
    near = [_near_zero(row) for row in last.itertuples()]
    return [name for name, share in zip(last.initializer, near, strict=True) if share > COLLAPSED]


def _near_zero(row: object) -> float:
    centres = row.start + row.bin * np.arange(len(row.density))
    return float(np.sum(row.density[np.abs(centres) < row.bin]) * row.bin)


def title(frames: Frames) -> str:
    """Whose last layer carries nothing at the start."""
    frame = frames[NAME]
    shown = chosen(frame, controls(frame, ("activation", "depth", "run", "width")))
    where = f"{shown.activation.iloc[0]} networks of depth {shown.depth.iloc[0]}"
    names = collapsed(frame)
    if not names:
        return f"In {where}, no initializer starts with all activations of the last layer near 0"
    return f"In {where}, {listed(names, 4)} start with the last layer's activations near 0"


def caption(frames: Frames) -> str:
    """What to see."""
    frame = frames[NAME]
    return (
        f"{histogram_lines.sample(frame)} of the activations φ(z) of the first, middle and last "
        "hidden layer (logarithmic; the strip below holds empty bins), before, during and after "
        f"training.{histogram_lines.lost(frame)}"
    )


def draw(frames: Frames, initializers: Sequence[str]) -> alt.TopLevelMixin:
    """A panel per initializer and layer, a line per step."""
    return histogram_lines.draw(NAME, frames[NAME], initializers, ("density", "activation φ(z)"))


ACTIVATION_HISTOGRAMS = Figure(
    name=NAME,
    chapter="training",
    question="How do the distributions of activations evolve while networks learn?",
    needs=("histograms",),
    tidy=tidy,
    title=title,
    caption=caption,
    draw=draw,
)
