"""How does the depth that can be trained, in depth scales, move with training and optimizer?"""

from collections.abc import Sequence

import altair as alt
import numpy as np
import pandas as pd

from initatlas.figures.base import Figure, Frames, data
from initatlas.figures.controls import chosen, controlled, controls
from initatlas.figures.frames import columns_for, order, panel
from initatlas.figures.frontiers import ASSUMED, SYMBOLS, fitting
from initatlas.figures.multiples import multiples
from initatlas.figures.theme import LIGHT
from initatlas.figures.words import counted, listed, number

NAME = "frontier_factor"
CONTROLS = ("side", "initializer", "architecture")
LOOKS = {"sgd": ("forward", "circle"), "adam": ("backward", "square")}
OTHER = ("s6", "diamond")  # of optimizers to come
TICKS = [0.01, 0.1, 0.2, 0.5, 1, 2, 4, 6, 10, 20, 40, 100]
BOUNDS = {"at_least": "low", "at_most": "high"}
SIDES = {"both": "both", "ordered": "ordered (χ₁ < 1)", "chaotic": "chaotic (χ₁ > 1)"}
NAMED = 3  # activations that a title tells of


def tidy(tables: Frames) -> Frames:
    """K and its interval at each checkpoint, or the bound that there is."""
    rows = tables["frontier"]
    rows = rows[(rows.scale == fitting(rows)) & rows.verdict.isin(["fitted", *BOUNDS])]
    bound = [getattr(row, BOUNDS.get(row.verdict, "k")) for row in rows.itertuples()]
    known = rows.verdict == "fitted"
    bottom, top = _reach(rows[known])
    keys = ["architecture", "initializer", "activation", "optimizer", "step"]
    frame = rows[[*keys, "verdict", "slope", "n_cells", "trained_share"]].assign(
        side=rows.side.map(SIDES),
        scale=rows.scale.map(SYMBOLS),
        panel=rows.activation + " (" + rows.scale.map(SYMBOLS) + ")",
        k=bound,
        # What lies far off is drawn at the frame; its number is in the tooltip.
        place=np.clip(bound, bottom, top),
        low=rows.low.where(known),
        high=rows.high.where(known),
        low_place=rows.low.where(known).clip(lower=bottom),
        high_place=rows.high.where(known).clip(upper=top),
        beyond=((rows.low < bottom) | (rows.high > top)) & known,
    )
    order_of = {side: place for place, side in enumerate(SIDES.values())}
    frame = frame.sort_values("side", key=lambda s: s.map(order_of), kind="stable")
    return {NAME: frame.reset_index(drop=True)}


def _reach(fitted: pd.DataFrame) -> tuple[float, float]:
    """Ends of the y axis: what is fitted and its intervals, of these a decade at most."""
    ends = fitted[["k", "low", "high"]].replace([np.inf, 0.0], np.nan)
    middle = [*fitted.k, ASSUMED]
    bottom = max(np.nanmin([*ends.min(), ASSUMED]), min(middle) / 10)
    top = min(np.nanmax([*ends.max(), ASSUMED]), 10 * max(middle))
    return bottom / 1.3, 1.3 * top


def title(frames: Frames) -> str:
    """How k moves from the first checkpoint with a fit to the last, and the optimizers at the end.

    Only where the intervals part has it moved.
    """
    first = chosen(frames[NAME], controls(frames[NAME], CONTROLS))
    fitted = first[first.verdict == "fitted"]
    said = [_moved(rows) for _, rows in fitted.groupby(["activation", "optimizer"], sort=False)]
    said = [text for text in said if text]
    if not said:
        return "No depth factor was fitted at two checkpoints, so none is known to move"
    return f"With training, k {listed(said, NAMED)}{_optimizers(fitted)}"


def _moved(rows: pd.DataFrame) -> str:
    """What one optimizer's k does from its first fit to its last."""
    if len(rows) < 2:
        return ""
    rows = rows.sort_values("step")
    start, end = rows.iloc[0], rows.iloc[-1]
    whose = f"for {end.activation} with {end.optimizer}"
    if start.low <= end.high and end.low <= start.high:
        return f"stays near {number(end.k)} ({number(end.low)} to {number(end.high)}) {whose}"
    verb = "grows" if end.k > start.k else "falls"
    return (
        f"{verb} from {number(start.k)} (step {start.step}) to {number(end.k)} "
        f"({number(end.low)} to {number(end.high)}; step {end.step}) {whose}"
    )


def _optimizers(fitted: pd.DataFrame) -> str:
    """Whether the optimizers' last intervals part, for how many activations."""
    last = fitted[fitted.step == fitted.step.max()]
    pairs = [rows for _, rows in last.groupby("activation", sort=False) if len(rows) > 1]
    apart = [rows for rows in pairs if rows.low.max() > rows.high.min()]
    if not pairs:
        return ""
    names = listed(order(last.optimizer))
    if len(pairs) == 1:
        return f"; the last intervals of {names} {'lie apart' if apart else 'overlap'}"
    return f"; {names} differ for {len(apart)} of {counted(len(pairs), 'activation')}"


def caption(frames: Frames) -> str:
    """What to see."""
    frame = frames[NAME]
    bounds = int((frame.verdict != "fitted").sum())
    note = (
        f" Triangles: bounds alone ({bounds}), up where all networks trained, down where none; at "
        "the frame, or beyond it."
    )
    ends = " Intervals that end at the frame reach beyond it." if frame.beyond.any() else ""
    return (
        "k: the depth at which half of the networks train, in units of the depth scale in "
        "brackets; 95 % intervals by bootstrap over cells of depth and σ_w². A network has trained "
        "by a checkpoint if it reached the threshold before it, each at the rate that validation "
        "chose there. Grey line: k = 6 (Schoenholz et al. 2017). Checkpoints without a boundary, "
        f"or with too few cells of finite scale, have no point.{note if bounds else ''}{ends}"
    )


def draw(frames: Frames, initializers: Sequence[str]) -> alt.TopLevelMixin:
    """A panel per activation, a colour per optimizer."""
    frame = frames[NAME]
    choices = controls(frame, CONTROLS)
    panels = order(frame.panel)
    columns = columns_for(len(panels), 4)
    size = panel(max(2, columns))
    chart = controlled(alt.layer(*_layers(frame), data=data(NAME)), choices)
    chart = chart.properties(width=size["width"], height=size["height"] * 1.2)
    axes = ("k, in depth scales", "optimizer updates")
    return multiples(chart, "panel", panels, columns, axes, choices)


def _layers(frame: pd.DataFrame) -> list[alt.Chart]:
    steps = sorted(frame.step.unique().tolist())
    domain = list(_reach(frame[frame.verdict == "fitted"]))
    y = {"title": None, "scale": alt.Scale(type="log", domain=domain, nice=False)}
    y["axis"] = alt.Axis(values=TICKS, tickCount=len(TICKS), format="~g")
    x = alt.X("step:Q", title=None, scale=alt.Scale(type="log", nice=False, padding=12))
    x = x.axis(values=steps, tickCount=len(steps), format="~s", grid=False)
    names = order(frame.optimizer)
    inks, forms = zip(*(LOOKS.get(name, OTHER) for name in names), strict=True)
    scale = alt.Scale(domain=names, range=[LIGHT[ink] for ink in inks])
    shapes = alt.Scale(domain=names, range=list(forms))
    looks = {"title": None, "legend": alt.Legend(symbolSize=64)}
    color = alt.Color("optimizer:N", scale=scale, **looks)
    base = alt.Chart().encode(x=x, color=color)
    fitted = base.transform_filter("datum.verdict === 'fitted'")
    assumed = alt.Chart().transform_aggregate(rows="count()", groupby=["panel"])
    place, low = alt.Y("place:Q", **y), alt.Y("low_place:Q", **y)
    shape = alt.Shape("optimizer:N", scale=shapes, **looks)
    triangles = [
        base.transform_filter(f"datum.verdict === '{verdict}'")
        .mark_point(filled=True, size=60, shape=form)
        .encode(y=place, tooltip=_tooltip())
        for verdict, form in (("at_least", "triangle-up"), ("at_most", "triangle-down"))
    ]
    return [
        assumed.mark_rule(strokeWidth=1.2).encode(y=alt.YDatum(ASSUMED)),
        fitted.mark_line(strokeWidth=1.2).encode(y=place),
        fitted.mark_rule(strokeWidth=1.4).encode(y=low, y2="high_place:Q", color=color),
        fitted.mark_point(filled=True, size=55).encode(y=place, shape=shape, tooltip=_tooltip()),
        *triangles,
    ]


def _tooltip() -> list[alt.Tooltip]:
    return [
        alt.Tooltip("panel:N", title="network"),
        alt.Tooltip("optimizer:N", title="optimizer"),
        alt.Tooltip("step:Q", title="updates"),
        alt.Tooltip("side:N", title="cells"),
        alt.Tooltip("k:Q", title="k, or its bound", format=".3g"),
        alt.Tooltip("low:Q", title="95 % from", format=".3g"),
        alt.Tooltip("high:Q", title="to", format=".3g"),
        alt.Tooltip("verdict:N", title="fit"),
        alt.Tooltip("n_cells:Q", title="cells of finite scale"),
        alt.Tooltip("trained_share:Q", title="share that trained", format=".2f"),
    ]


FRONTIER_FACTOR = Figure(
    name=NAME,
    chapter="trainability",
    question="How does the trainable depth, in depth scales, move with training and optimizer?",
    needs=("frontier",),
    tidy=tidy,
    title=title,
    caption=caption,
    draw=draw,
)
