"""How fast do networks learn, and which never start?"""

from collections.abc import Sequence

import altair as alt
import numpy as np
import pandas as pd

from initatlas.confidence import half_width
from initatlas.figures import marks, palette
from initatlas.figures.base import Figure, Frames, data
from initatlas.figures.controls import chosen, controlled, controls
from initatlas.figures.frames import columns_for, grouped, order, panel, runs, unswept
from initatlas.figures.multiples import multiples
from initatlas.figures.words import counted, listed, one_of, percent, spanned

NAME = "training_curves"
CONTROLS = ("quantity", "run", "group", "width", "architecture", "dataset")
KEYS = ["architecture", "dataset", "activation", "initializer", "group", "depth", "width"]
QUANTITIES = {"training accuracy": "train_accuracy", "test accuracy": "test_accuracy"}
STEPS = [0, 1, 10, 100, 1000, 10_000, 100_000]  # places of ticks
STARTED = 0.5  # accuracy that tells a network that has started to learn


def tidy(tables: Frames) -> Frames:
    """Accuracy at each recorded step: the mean over seeds and the ends of its interval."""
    traces = tables["traces"]
    rows = grouped(unswept(traces[traces.layer == traces.depth + 1]))
    parts = [_quantity(rows, name, column) for name, column in QUANTITIES.items()]
    return {NAME: pd.concat(parts, ignore_index=True)}


def _quantity(rows: pd.DataFrame, name: str, column: str) -> pd.DataFrame:
    mean, n = rows[f"{column}_mean"], rows[f"{column}_n_finite"]
    width = np.nan_to_num(half_width(rows[f"{column}_se"], n))
    return rows[[*KEYS, "step", "n_seeds"]].assign(
        quantity=name,
        run=runs(rows),
        panel=rows.activation + ", depth " + rows.depth.astype(str),
        accuracy=mean,
        low=(mean - width).clip(0, 1),
        high=(mean + width).clip(0, 1),
        n_finite=n,
    )


def title(frames: Frames) -> str:
    """How much of the deepest networks ever started, and where none did."""
    first = chosen(frames[NAME], controls(frames[NAME], ("quantity", "run", "width")))
    deepest = first[first.depth == first.depth.max()]
    final = deepest[deepest.step == deepest.step.max()]
    started = final.accuracy > STARTED
    never = started.groupby(final.initializer, sort=False).any()
    stuck = [name for name, any_started in never.items() if not any_started]
    depth = f"depth {int(first.depth.max())}"
    share = f"At {depth}, {percent(started.mean())} of the cells pass {percent(STARTED)} accuracy"
    if stuck and len(stuck) < len(never):
        return f"{share}; none does with {listed(stuck, 4)}"
    return share


def caption(frames: Frames) -> str:
    """What to see."""
    frame = frames[NAME]
    lost = frame[frame.n_finite < frame.n_seeds]
    cells = lost.groupby([*KEYS, "run"]).ngroups
    note = f" In {counted(cells, 'cell')} some networks diverged: they are left out from then on."
    return (
        f"Mean over {spanned(frame.n_seeds)} networks of width {one_of(frame.width)} against "
        "optimizer updates, which all networks make on the same mini-batches; bands: 95 % interval "
        f"of the mean.{note if cells else ''}"
    )


def draw(frames: Frames, initializers: Sequence[str]) -> alt.TopLevelMixin:
    """A panel per activation and depth, a line and a band per initializer."""
    frame = frames[NAME]
    choices = controls(frame, CONTROLS)
    rows = alt.layer(*_layers(frame, initializers), data=data(NAME))
    depths = frame.depth.nunique()
    columns = depths if 1 < depths <= 5 else columns_for(frame.panel.nunique())
    panels = controlled(rows, choices).properties(**panel(columns))
    axes = ("accuracy", "optimizer updates")
    return multiples(panels, "panel", order(frame.panel), columns, axes, choices)


def _layers(frame: pd.DataFrame, initializers: Sequence[str]) -> list[alt.Chart]:
    legend = palette.legend(frame)
    color, dash = palette.channels(order(frame.initializer), initializers, legend)
    # Steps are recorded evenly in ln(1 + step): symlog spaces them so, and shows step 0.
    x = alt.X("step:Q", title=None, scale=alt.Scale(type="symlog", nice=False))
    x = x.axis(values=STEPS, tickCount=len(STEPS), format="~s", grid=False)
    base = alt.Chart().encode(x=x, color=color)
    axis = alt.Axis(format=".0%", values=[0, 0.5, 1], tickCount=3)
    y = {"title": None, "scale": alt.Scale(domain=[0, 1]), "axis": axis}
    band = base.mark_area(fillOpacity=0.13).encode(y=alt.Y("low:Q", **y), y2="high:Q")
    line = base.mark_line().encode(y=alt.Y("accuracy:Q", **y), strokeDash=dash)
    tooltip = [
        alt.Tooltip("initializer:N", title="initializer"),
        alt.Tooltip("panel:N", title="network"),
        alt.Tooltip("step:Q", title="updates"),
        alt.Tooltip("accuracy:Q", title="accuracy", format=".3f"),
        alt.Tooltip("low:Q", title="95 % from", format=".3f"),
        alt.Tooltip("high:Q", title="to", format=".3f"),
        alt.Tooltip("n_finite:Q", title="finite networks"),
        alt.Tooltip("n_seeds:Q", title="of"),
    ]
    hover = marks.answering(base).encode(y=alt.Y("accuracy:Q", **y), tooltip=tooltip)
    return [band, line, hover]


TRAINING_CURVES = Figure(
    name=NAME,
    chapter="training",
    question="How fast do networks learn, and which never start?",
    needs=("traces",),
    tidy=tidy,
    title=title,
    caption=caption,
    draw=draw,
)
