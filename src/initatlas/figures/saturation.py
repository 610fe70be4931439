"""When do units of bounded activations saturate while networks learn, and in which layer?

As in Glorot & Bengio 2010 (AISTATS), figures 2 and 3: mean and standard deviation of activations
over training, for sigmoid and for tanh.
"""

from collections.abc import Sequence

import altair as alt
import numpy as np
import pandas as pd

from initatlas.confidence import half_width
from initatlas.figures import marks
from initatlas.figures.base import Figure, Frames, data
from initatlas.figures.controls import chosen, controlled, controls
from initatlas.figures.frames import columns_for, fitted, grouped, order, panel, runs, unswept
from initatlas.figures.multiples import multiples
from initatlas.figures.theme import LIGHT
from initatlas.figures.training_curves import STEPS
from initatlas.figures.words import counted, number, one_of, percent, spanned

NAME = "saturation"
CONTROLS = ("place", "activation", "depth", "run", "group", "width", "architecture", "dataset")
KEYS = ["architecture", "dataset", "activation", "initializer", "group", "depth", "width"]
FIRST = ("sigmoid", "tanh")  # what Glorot & Bengio show; other bounded activations follow
PLACES = {  # which hidden layer, as the share of the way from the first to the last
    "top hidden layer": 1.0,
    "three quarters up": 0.75,
    "middle hidden layer": 0.5,
    "a quarter up": 0.25,
    "first hidden layer": 0.0,
}
INKS = {"activation": "forward", "saturated": "backward"}
NAMES = {"activation": "mean activation ± one sd", "saturated": "saturated share"}


def tidy(tables: Frames) -> Frames:
    """Activations (mean, ± sd) and saturated units (mean, 95 %) of some layers at each step."""
    traces = tables["traces"]
    rows = traces[traces.layer.between(1, traces.depth)]
    if "saturated_fraction_mean" not in rows:  # no activation of the study is bounded
        return {NAME: rows.head(0)}
    rows = rows[rows.saturated_fraction_n_finite.notna()]
    if rows.empty:
        return {NAME: rows}
    rows = grouped(unswept(rows))
    known = order([*(name for name in FIRST if name in set(rows.activation)), *rows.activation])
    rows = rows.sort_values("activation", key=lambda a: a.map(known.index), kind="stable")
    parts = [
        _series(rows[rows.layer == 1 + ((rows.depth - 1) * share).round()], name).assign(
            place=place
        )
        for place, share in PLACES.items()
        for name in INKS
    ]
    return {NAME: fitted(pd.concat(parts, ignore_index=True), ("depth", "activation"))}


def _series(rows: pd.DataFrame, series: str) -> pd.DataFrame:
    """One quantity of each layer: its mean, and the ends of its spread or interval."""
    if series == "activation":
        centre, n = rows.activation_mean_mean, rows.activation_mean_n_finite
        reach = np.sqrt(rows.activation_variance_mean)
        low, high = centre - reach, centre + reach
    else:
        centre, n = rows.saturated_fraction_mean, rows.saturated_fraction_n_finite
        reach = np.nan_to_num(half_width(rows.saturated_fraction_se, n))
        low, high = (centre - reach).clip(0, 1), (centre + reach).clip(0, 1)
    return rows[[*KEYS, "step", "layer", "n_seeds"]].assign(
        run=runs(rows), series=series, value=centre, low=low, high=high, n_finite=n
    )


def ends(frame: pd.DataFrame, series: str) -> pd.DataFrame:
    """One quantity before and after training, by initializer, for what is shown first."""
    shown = chosen(frame, controls(frame, CONTROLS))
    shown = shown[(shown.series == series) & shown.value.notna()]
    groups = shown.sort_values("step", kind="stable").groupby("initializer", sort=False).value
    return pd.DataFrame({"before": groups.first(), "after": groups.last()})


def title(frames: Frames) -> str:
    """How far training takes the top layer's mean, and how much of it saturates."""
    frame = frames[NAME]
    shown = chosen(frame, controls(frame, CONTROLS)).iloc[0]
    where = f"In {shown.activation} networks of depth {shown.depth}"
    mean, share = (ends(frame, series) for series in INKS)
    if mean.empty:
        return f"{where}, no network kept finite activations in its {shown.place}"
    farthest = (mean.after - mean.before).abs().idxmax()
    before, after = (number(mean.loc[farthest, end]) for end in ("before", "after"))
    most = share.after.idxmax()
    return (
        f"{where}, training takes the {shown.place}'s mean activation from {before} to {after} "
        f"({farthest}) and leaves at most {percent(share.after[most])} of its units saturated "
        f"({most})"
    )


def caption(frames: Frames) -> str:
    """What to see, n, what intervals are."""
    frame = frames[NAME]
    lost = frame[(frame.n_finite < frame.n_seeds) & (frame.series == "saturated")]
    cells = lost.groupby([*KEYS, "run"]).ngroups
    note = f" In {counted(cells, 'cell')} some networks diverged: they are left out from then on."
    return (
        "Blue: mean of φ(z) over units and points, band: ± one standard deviation (sd) over them. "
        "Orange, dashed: share of φ(z) within 1 % of an end of φ's range, band: 95 % interval of "
        f"the mean. Means over {spanned(frame.n_seeds)} networks of width {one_of(frame.width)}; "
        "after Glorot & Bengio 2010, figures 2 and 3. All layers at once: choose saturated units "
        f"in the maps of layers and steps.{note if cells else ''}"
    )


def draw(frames: Frames, initializers: Sequence[str]) -> alt.TopLevelMixin:
    """A panel per initializer, a line and a band for each quantity."""
    frame = frames[NAME]
    choices = controls(frame, CONTROLS)
    shown = order(frame.initializer)
    columns = columns_for(min(len(shown), 8), at_most=4)
    panels = controlled(alt.layer(*_layers(), data=data(NAME)), choices)
    panels = panels.properties(**panel(columns))
    axes = ("activation, share", "optimizer updates")
    return multiples(panels, "initializer", shown, columns, axes, choices)


def _layers() -> list[alt.Chart]:
    x = alt.X("step:Q", title=None, scale=alt.Scale(type="symlog", nice=False))
    x = x.axis(values=STEPS, tickCount=len(STEPS), format="~s", grid=False)
    scale = alt.Scale(domain=list(INKS), range=[LIGHT[ink] for ink in INKS.values()])
    told = "".join(f"datum.value === {key!r} ? {name!r} : " for key, name in NAMES.items())
    legend = alt.Legend(labelExpr=f"{told}''")
    color = alt.Color("series:N", scale=scale, title=None, legend=legend)
    dashes = alt.Scale(domain=list(INKS), range=[[1, 0], [5, 3]])
    dash = alt.StrokeDash("series:N", scale=dashes, title=None, legend=legend)
    y = {"title": None, "axis": alt.Axis(tickCount=4)}
    base = alt.Chart().encode(x=x, color=color)
    band = base.mark_area(fillOpacity=0.15).encode(y=alt.Y("low:Q", **y), y2="high:Q")
    line = base.mark_line().encode(y=alt.Y("value:Q", **y), strokeDash=dash)
    tooltip = [
        alt.Tooltip("initializer:N", title="initializer"),
        alt.Tooltip("series:N", title="quantity"),
        alt.Tooltip("layer:Q", title="layer"),
        alt.Tooltip("step:Q", title="updates"),
        alt.Tooltip("value:Q", title="mean", format=".3f"),
        alt.Tooltip("low:Q", title="band from", format=".3f"),
        alt.Tooltip("high:Q", title="to", format=".3f"),
        alt.Tooltip("n_finite:Q", title="finite networks"),
        alt.Tooltip("n_seeds:Q", title="of"),
    ]
    hover = marks.answering(base)
    return [band, line, hover.encode(y=alt.Y("value:Q", **y), tooltip=tooltip)]


SATURATION = Figure(
    name=NAME,
    chapter="training",
    question="When do sigmoid and tanh units saturate while networks learn?",
    needs=("traces",),
    tidy=tidy,
    title=title,
    caption=caption,
    draw=draw,
)
