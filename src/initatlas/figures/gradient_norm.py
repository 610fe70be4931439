"""Which initializers let gradients reach the first layers?"""

from collections.abc import Sequence

import altair as alt
import numpy as np
import pandas as pd

from initatlas.confidence import half_width
from initatlas.figures import bands, layer_lines
from initatlas.figures.base import Figure, Frames
from initatlas.figures.keeping import kept_title
from initatlas.figures.window import outside

NAME = "gradient_norm"


def tidy(tables: Frames) -> Frames:
    """Decades of ‖∂C/∂z‖²: the mean of its logarithm over seeds, and half its interval."""
    return {NAME: layer_lines.lines(tables["layers"], 1, _values)}


def _values(rows: pd.DataFrame) -> dict[str, pd.Series]:
    log, n = rows.log_delta_norm2_mean, rows.log_delta_norm2_n_finite
    width = pd.Series(half_width(rows.log_delta_norm2_se, n), index=rows.index)
    # −inf is the logarithm of a gradient that is exactly 0.
    norm = pd.Series(np.where(log == -np.inf, 0.0, log.abs() + 1), index=rows.index)
    columns = {"outside": outside(norm, n, rows.n_seeds), "n_finite": n}
    expected = layer_lines.predicted(rows, "log_delta_norm2_theory")
    beta = layer_lines.predicted(rows, "log_delta_norm2_theory_beta")
    return layer_lines.decimal(log, width) | bands.foreseen(expected, beta) | columns


def title(frames: Frames) -> str:
    """Who keeps the gradient, for how many activations, and how well theory knew."""
    frame = frames[NAME]
    return layer_lines.fitted(kept_title(frame, "the squared gradient norm"), frame)


def caption(frames: Frames) -> str:
    """What to see."""
    frame = frames[NAME]
    return (
        "Geometric mean over seeds of ‖∂C/∂z‖², the squared norm of the gradient that reaches a "
        f"layer, averaged over points; {layer_lines.sample(frame)}. Gradients travel from right to "
        "left: a line that falls to the left vanishes on the way to the first layers, one that "
        f"rises explodes.{_theory(frame)}{layer_lines.beyond(frame, layer_lines.window(frame))}"
    )


def _theory(frame: pd.DataFrame) -> str:
    start = " Lines start at the gradient measured at the readout." if "theory" in frame else ""
    return layer_lines.shown_as(frame) + start


def draw(frames: Frames, initializers: Sequence[str]) -> alt.TopLevelMixin:
    """Lines over layers, a panel per activation."""
    return layer_lines.draw(
        NAME,
        frames[NAME],
        initializers,
        window=layer_lines.window(frames[NAME]),
        value="log10_value",
        axes=("squared gradient norm, ‖∂C/∂z‖²", "hidden layer l"),
        tooltip=layer_lines.decade_tooltip("‖∂C/∂z‖²", frames[NAME]),
    )


GRADIENT_NORM = Figure(
    name=NAME,
    chapter="gradients",
    question="Do gradients vanish or explode on their way to the first layers?",
    needs=("layers",),
    tidy=tidy,
    title=title,
    caption=caption,
    draw=draw,
)
