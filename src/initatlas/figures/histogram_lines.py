"""What do figures of histograms share? Densities of three layers, at four steps."""

from collections.abc import Sequence

import altair as alt
import numpy as np
import pandas as pd

from initatlas.figures.base import data
from initatlas.figures.controls import controlled, controls
from initatlas.figures.frames import fitted, grouped, order, panel, runs, unswept
from initatlas.figures.multiples import multiples
from initatlas.figures.theme import LIGHT
from initatlas.figures.window import STRIP, named_axis
from initatlas.figures.words import one_of, spanned, tick, unseen

CONTROLS = ("activation", "depth", "run", "group", "width", "architecture", "dataset")
KEYS = ["architecture", "dataset", "activation", "initializer", "group", "depth", "width"]
MOMENTS = 4  # steps that are drawn: the first, the last, and two between
LOW, HIGH = -3, 2  # decades of density that are shown
COLUMNS = 6


def densities(histograms: pd.DataFrame, quantity: str) -> pd.DataFrame:
    """Rows of the first, middle and last hidden layer at a few steps, one a bin."""
    rows = histograms[(histograms.quantity == quantity) & (histograms.n_seeds > 0)]
    rows = grouped(unswept(rows[rows.layer.isin({1}) | rows.layer.eq(rows.depth) | _middle(rows)]))
    steps = np.unique(rows.step)
    chosen = steps[np.unique(np.linspace(0, len(steps) - 1, MOMENTS).round().astype(int))]
    rows = rows[rows.step.isin(chosen)]
    bins = rows.density.map(len)
    frame = rows[[*KEYS, "step", "layer", "n_seeds", "below", "above", "n_not_finite"]].assign(
        run=runs(rows),
        panel=rows.initializer + ", layer " + rows.layer.astype(str),
        start=rows.low + (rows.high - rows.low) / bins / 2,
        bin=(rows.high - rows.low) / bins,
        density=rows.density,
    )
    return fitted(frame, ("depth", "activation"), points=int(bins.max()) if len(bins) else 1)


def _middle(rows: pd.DataFrame) -> pd.Series:
    return rows.layer == (rows.depth + 1) // 2


def lost(frame: pd.DataFrame) -> str:
    """What is not inside the drawn range, if it is anything."""
    return unseen(float((frame.below + frame.above).max()), int(frame.n_not_finite.sum()))


def sample(frame: pd.DataFrame) -> str:
    """Networks behind each line."""
    return f"Mean density over {spanned(frame.n_seeds)} networks of width {one_of(frame.width)}"


def draw(
    name: str, frame: pd.DataFrame, initializers: Sequence[str], axes: tuple[str, str]
) -> alt.TopLevelMixin:
    """A panel per initializer and layer, a line per step."""
    choices = controls(frame, CONTROLS)
    floor = LOW - STRIP * (HIGH - LOW)
    # Each bin of a row becomes a point; an empty one stands in the strip below the axis.
    lines = (
        controlled(alt.Chart(data(name)), choices)
        .transform_flatten(["density"])
        .transform_window(position="row_number()", groupby=["panel", "step"])
        .transform_calculate(
            x="datum.start + (datum.position - 1) * datum.bin",
            y=f"datum.density > 0 ? max({LOW}, log(datum.density) / LN10) : {(LOW + floor) / 2}",
        )
        .mark_line(clip=True, strokeWidth=1.3, interpolate="step")
        .encode(x=_x(frame), y=_y(floor), color=_color(frame), tooltip=_tooltip())
        .properties(**panel(COLUMNS))
    )
    return multiples(lines, "panel", order(frame.panel), COLUMNS, axes, choices)


def _x(frame: pd.DataFrame) -> alt.X:
    low = frame.start.min() - frame.bin.max() / 2
    high = (frame.start + frame.bin * (frame.density.map(len) - 0.5)).max()
    ticks = alt.Axis(tickCount=4, grid=False, labelFlush=False)
    return alt.X("x:Q", title=None, scale=alt.Scale(domain=[low, high], nice=False), axis=ticks)


def _y(floor: float) -> alt.Y:
    marks = {float(k): f"1e{tick(k)}" if k else "1" for k in range(LOW + 1, HIGH + 1)}
    axis = named_axis(marks | {(LOW + floor) / 2: "0"})
    return alt.Y("y:Q", axis=axis, scale=alt.Scale(domain=[floor, HIGH], nice=False))


def _color(frame: pd.DataFrame) -> alt.Color:
    steps = sorted(frame.step.unique().tolist())
    inks = [LIGHT[f"t{k}"] for k in range(MOMENTS)][-len(steps) :]
    scale = alt.Scale(domain=steps, range=inks)
    return alt.Color("step:O", scale=scale, title="after updates", legend=alt.Legend())


def _tooltip() -> list[alt.Tooltip]:
    return [
        alt.Tooltip("panel:N", title="network"),
        alt.Tooltip("step:Q", title="after updates"),
        alt.Tooltip("below:Q", title="share below the range", format=".2%"),
        alt.Tooltip("above:Q", title="share above the range", format=".2%"),
        alt.Tooltip("n_not_finite:Q", title="values not finite"),
    ]
