"""Do different inputs stay different, layer after layer?"""

from collections.abc import Sequence

import altair as alt
import numpy as np
import pandas as pd

from initatlas.confidence import half_width
from initatlas.figures import bands, layer_lines
from initatlas.figures.base import Figure, Frames
from initatlas.figures.window import Window, outside
from initatlas.figures.words import counted, listed, number, percent

NAME = "correlation"
SAME = 0.95  # inputs that are more alike than this can hardly be told apart
CLOSE = 0.05  # a correlation that theory misses by less has been foreseen


def tidy(tables: Frames) -> Frames:
    """Correlation of pairs of prescribed c⁰: the mean over seeds, and half its interval."""
    return {NAME: layer_lines.lines(tables["layers"], 0, _values)}


def _values(rows: pd.DataFrame) -> dict[str, pd.Series]:
    mean, n = rows.correlation_mean, rows.correlation_n_finite
    # Any constant but 0 does for a correlation of 0, which is a value like others.
    marks = outside(mean.where(mean != 0, 1.0), n, rows.n_seeds)
    width = pd.Series(half_width(rows.correlation_se, n), index=rows.index)
    theory = layer_lines.predicted(rows, "correlation_theory")
    beta = layer_lines.predicted(rows, "correlation_theory_beta")
    columns = {"correlation": mean, "half_width": width, "outside": marks, "n_finite": n}
    return columns | bands.plain(theory, beta)


def merged(frame: pd.DataFrame) -> pd.Series:
    """The correlation in the last layer of what is shown first, by activation and initializer."""
    return (
        layer_lines.first(frame)
        .groupby(["activation", "initializer"], sort=False)
        .correlation.last()
    )


def title(frames: Frames) -> str:
    """For which activations every initializer merges the inputs, or none does."""
    frame = frames[NAME]
    last = merged(frame)
    whole = (last > SAME).groupby("activation", sort=False)
    always = [name for name, every in whole.all().items() if every]
    never = [name for name, some in whole.any().items() if not some]
    start = number(frame[frame.layer == 0].correlation.mean())
    depth = counted(int(frame.depth.max()), "layer")
    if always:
        whom = f"{listed(always, 5)} networks, whatever the initializer,"
        return f"{depth} of {whom} make inputs of correlation {start} nearly the same"
    if never:
        kept = f"keep inputs of correlation {start} apart with every initializer"
        return f"{depth} of {listed(never, 5)} networks {kept}"
    return f"Whether {depth} merge inputs of correlation {start} is up to the initializer"


def caption(frames: Frames) -> str:
    """What to see."""
    frame = frames[NAME]
    return (
        "Mean over seeds of the correlation between the pre-activations of two inputs, which "
        f"starts at the prescribed c⁰ in layer 0; {layer_lines.sample(frame)}. At 1 the network no "
        "longer tells the inputs apart (ordered); at a value that forgets c⁰ it tears neighbours "
        f"apart (chaotic); a slow approach is what lets deep networks train.{_theory(frame)}"
    )


def _theory(frame: pd.DataFrame) -> str:
    share = layer_lines.fit(frame, "correlation", CLOSE)
    if np.isnan(share):
        return ""
    met = f" Theory is within {CLOSE} of the measurement in {percent(share)} of hidden layers"
    return f"{layer_lines.shown_as(frame)}{met} of what is shown first."


def draw(frames: Frames, initializers: Sequence[str]) -> alt.TopLevelMixin:
    """Lines over layers, a panel per activation."""
    tooltip = layer_lines.tooltip(
        frames[NAME],
        alt.Tooltip("correlation:Q", title="correlation", format=".3f"),
        alt.Tooltip("half_width:Q", title="± (95 %)", format=".3f"),
    )
    return layer_lines.draw(
        NAME,
        frames[NAME],
        initializers,
        window=_window(frames[NAME]),
        value="correlation",
        axes=("correlation of two inputs, c", "layer l (0: the input)"),
        tooltip=tooltip,
    )


def _window(frame: pd.DataFrame) -> Window:
    # A line at 1 would be cut in half by the frame.
    low, high = min(0.0, frame.correlation.min()) - 0.04, 1.04
    ticks = [place for place in (-1, -0.5, 0, 0.5, 1) if place >= low]
    return Window.linear(low, high, ticks, frame.outside)


CORRELATION = Figure(
    name=NAME,
    chapter="phases",
    question="Do two different inputs stay different?",
    needs=("layers",),
    tidy=tidy,
    title=title,
    caption=caption,
    draw=draw,
)
