"""Which initializers keep activations at their size, layer after layer?"""

from collections.abc import Sequence

import altair as alt
import numpy as np
import pandas as pd

from initatlas.confidence import half_width
from initatlas.figures import bands, layer_lines
from initatlas.figures.base import Figure, Frames
from initatlas.figures.keeping import kept_title
from initatlas.figures.window import outside

NAME = "activation_variance"


def tidy(tables: Frames) -> Frames:
    """Decades of Var φ(z): the geometric mean over seeds, and the half width of its interval."""
    return {NAME: layer_lines.lines(tables["layers"], 1, _values)}


def _values(rows: pd.DataFrame) -> dict[str, pd.Series]:
    mean, n = rows.activation_variance_geomean, rows.activation_variance_n_finite
    with np.errstate(divide="ignore"):
        log = np.log(mean)
        expected = np.log(layer_lines.predicted(rows, "activation_variance_theory"))
    beta = layer_lines.predicted(rows, "activation_variance_theory_beta")
    width = pd.Series(half_width(rows.activation_variance_log_se, n), index=rows.index)
    columns = {"outside": outside(mean, n, rows.n_seeds), "n_finite": n}
    return layer_lines.decimal(log, width) | bands.foreseen(expected, beta) | columns


def title(frames: Frames) -> str:
    """Who keeps the variance, for how many activations, and how well theory knew."""
    frame = frames[NAME]
    return layer_lines.fitted(kept_title(frame, "the variance of activations"), frame)


def caption(frames: Frames) -> str:
    """What to see."""
    frame = frames[NAME]
    return (
        f"Geometric mean over seeds of the variance of φ(z), {layer_lines.sample(frame)}. A level "
        "line keeps the signal; a straight slope multiplies it by the same factor in every layer."
        f"{layer_lines.shown_as(frame)}{layer_lines.beyond(frame, layer_lines.window(frame))}"
    )


def draw(frames: Frames, initializers: Sequence[str]) -> alt.TopLevelMixin:
    """Lines over layers, a panel per activation."""
    return layer_lines.draw(
        NAME,
        frames[NAME],
        initializers,
        window=layer_lines.window(frames[NAME]),
        value="log10_value",
        axes=("variance of activations, Var φ(z)", "hidden layer l"),
        tooltip=layer_lines.decade_tooltip("Var φ(z)", frames[NAME]),
    )


ACTIVATION_VARIANCE = Figure(
    name=NAME,
    chapter="signals",
    question="How does the variance of activations change with depth?",
    needs=("layers",),
    tidy=tidy,
    title=title,
    caption=caption,
    draw=draw,
)
