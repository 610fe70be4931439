"""How do signals and gradients change, layer by layer, while networks learn?"""

from collections.abc import Sequence

import altair as alt
import numpy as np
import pandas as pd

from initatlas.figures.base import Figure, Frames, data
from initatlas.figures.controls import chosen, controlled, controls
from initatlas.figures.frames import (
    columns_for,
    fitted,
    grouped,
    order,
    panel,
    runs,
    thinned,
    unswept,
)
from initatlas.figures.multiples import multiples
from initatlas.figures.theme import LIGHT
from initatlas.figures.window import CEILING, FLOOR
from initatlas.figures.words import decades, one_of, spanned

NAME = "training_layers"
CONTROLS = ("quantity", "activation", "depth", "run", "group", "width", "architecture", "dataset")
KEYS = ["architecture", "dataset", "activation", "initializer", "group", "depth", "width"]
DECADES = {  # shown by their logarithms: geometric means over seeds
    "squared gradient norm, ‖∂C/∂z‖²": "log_delta_norm2_mean",
    "variance of activations, Var φ(z)": "activation_variance_geomean",
    "relative update, ‖ΔW‖ / ‖W‖": "update_ratio_geomean",
}
PLAIN = {  # shown as they are: arithmetic means
    "mean of activations, E φ(z)": "activation_mean_mean",
    "correlation of two inputs": "correlation_mean",
    "effective rank of activations": "effective_rank_mean",
    "saturated units, share": "saturated_fraction_mean",
}
LAYERS = 9  # of a network that are drawn, both ends among them
DECIMALS, DIGITS = 2, 3  # of decades; significant ones of other numbers: a colour tells no more


def tidy(tables: Frames) -> Frames:
    """Each quantity that was recorded, at each recorded step and layer: means over seeds."""
    traces = tables["traces"]
    rows = grouped(unswept(traces[traces.layer.between(1, traces.depth)]))
    rows = thinned(rows, 1, LAYERS)
    recorded = {name: column for name, column in (DECADES | PLAIN).items() if column in rows}
    parts = [_quantity(rows, name, column) for name, column in recorded.items()]
    return {NAME: fitted(pd.concat(parts, ignore_index=True), ("depth", "quantity", "activation"))}


def _quantity(rows: pd.DataFrame, name: str, column: str) -> pd.DataFrame:
    values = rows[column]
    if name in DECADES:
        with np.errstate(divide="ignore"):
            values = values / np.log(10) if column.startswith("log_") else np.log10(values)
        values = values.round(DECIMALS)
    else:
        values = values.map(lambda value: float(f"{value:.{DIGITS}g}"))
    stem = column.rpartition("_")[0]
    # A quantity that a step does not have (no update at step 0) is null, not lost.
    kept = rows[f"{stem}_n_finite"].notna()
    frame = rows[[*KEYS, "step", "layer", "n_seeds"]].assign(
        quantity=name,
        run=runs(rows),
        shown=values.where(np.isfinite(values)),
        n_finite=rows[f"{stem}_n_finite"],
    )
    return frame[kept]


def change(frame: pd.DataFrame) -> pd.Series:
    """Decades by which the gradient of the first layer changed, from the start to the end.

    Per initializer, for what the figure starts with.
    """
    shown = chosen(frame, controls(frame, CONTROLS))
    first = shown[shown.layer == 1].sort_values("step", kind="stable")
    ends = first.groupby("initializer", sort=False).shown
    return (ends.last() - ends.first()).dropna()


def title(frames: Frames) -> str:
    """Where training changed the first layer's gradient most."""
    frame = frames[NAME]
    shown = chosen(frame, controls(frame, CONTROLS))
    moved = change(frame)
    where = f"{shown.activation.iloc[0]} networks of depth {shown.depth.iloc[0]}"
    if moved.empty:
        return f"In {where}, no network kept a finite gradient in its first layer"
    most = moved.abs().idxmax()
    if abs(moved[most]) < np.log10(2):
        return f"In {where}, training changes no first layer's gradient by a factor of 2"
    size = decades(abs(moved[most]))
    verb = "grows" if moved[most] > 0 else "shrinks"
    return f"In {where}, the first layer's gradient {verb} {size}-fold with {most} in training"


def caption(frames: Frames) -> str:
    """What to see."""
    frame = frames[NAME]
    note = " Grey: no network was finite, or all were 0."
    return (
        f"Mean over {spanned(frame.n_seeds)} networks of width {one_of(frame.width)} of a layer's "
        "statistic (colour; geometric mean where the scale is logarithmic) at each recorded step, "
        "from the first layer (bottom) to the last (top)."
        f"{note if frame.shown.isna().any() else ''}"
    )


def draw(frames: Frames, initializers: Sequence[str]) -> alt.TopLevelMixin:
    """A map of layers and steps per initializer."""
    frame = frames[NAME]
    choices = controls(frame, CONTROLS)
    shown = order(frame.initializer)
    columns = columns_for(min(len(shown), 8), at_most=4)
    rows = alt.layer(*_layers(frame), data=data(NAME))
    panels = controlled(rows, choices).properties(**panel(columns))
    axes = ("hidden layer l", "optimizer updates")
    return multiples(panels, "initializer", shown, columns, axes, choices)


def _layers(frame: pd.DataFrame) -> list[alt.Chart]:
    logarithmic = [name for name in order(frame.quantity) if name in DECADES]
    decades = f"indexof({logarithmic!r}, datum.quantity) >= 0"
    # A legend knows no row: which quantity it is of is what was chosen, or the only one.
    several = frame.quantity.nunique() > 1
    of = "sel_quantity" if several else repr(frame.quantity.iloc[0])
    label = f"indexof({logarithmic!r}, {of}) >= 0 ? '1e' + datum.label : datum.label"
    few = alt.Axis(labelOverlap="greedy", labelSeparation=5, labelAngle=0, grid=False)
    cells = alt.Chart().encode(
        x=alt.X("step:O", title=None, axis=few),
        y=alt.Y("layer:O", sort="descending", title=None, axis=few),
        tooltip=[
            alt.Tooltip("initializer:N", title="initializer"),
            alt.Tooltip("step:Q", title="updates"),
            alt.Tooltip("layer:Q", title="layer"),
            alt.Tooltip("told:N", title="mean"),
            alt.Tooltip("n_finite:Q", title="finite networks"),
            alt.Tooltip("n_seeds:Q", title="of"),
        ],
    )
    lost = cells.transform_filter("!isValid(datum.shown)").mark_rect(color=LIGHT["lost"])
    scale = alt.Scale(scheme="viridis", nice=False, zero=False, clamp=True)
    legend = alt.Legend(gradientLength=240, gradientThickness=8, tickCount=4, labelExpr=label)
    inked = f"{decades} ? clamp(datum.shown, {FLOOR}, {CEILING}) : datum.shown"
    color = alt.Color("inked:Q", scale=scale, title=None, legend=legend)
    known = cells.transform_filter("isValid(datum.shown)").transform_calculate(
        inked=inked, told=f"{decades} ? format(pow(10, datum.shown), '.3~g') : '' + datum.shown"
    )
    return [lost, known.mark_rect().encode(color=color)]


TRAINING_LAYERS = Figure(
    name=NAME,
    chapter="training",
    question="How do signals and gradients change inside networks while they learn?",
    needs=("traces",),
    tidy=tidy,
    title=title,
    caption=caption,
    draw=draw,
)
