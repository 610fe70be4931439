"""What do skip connections, convolutions and normalization change, and what do they hide?"""

from collections.abc import Sequence

import altair as alt
import numpy as np
import pandas as pd

from initatlas.figures.base import Figure, Frames, data
from initatlas.figures.controls import chosen, controlled, controls
from initatlas.figures.frames import columns_for, order, panel
from initatlas.figures.multiples import multiples
from initatlas.figures.theme import LIGHT
from initatlas.figures.words import listed, percent, spanned
from initatlas.tables.columns import CELL_KEYS

NAME = "architectures"
CONTROLS = ("quantity", "optimizer", "activation", "width", "dataset")
QUANTITIES = {"gradient": "gradient_growth", "signal": "signal_growth"}
LIMIT = 12.0  # decades: what grew or shrank by more is drawn at the frame
BIG = 3.0  # decades by which a gradient has left its size: a thousandfold
INKS = ("s0", "s4", "s6", "s7", "s8", "s5", "s10", "s9")
SHAPES = ("circle", "square", "diamond", "triangle-up", "cross", "triangle-down")
KEYS = [name for name in CELL_KEYS if name != "study"]


def tidy(tables: Frames) -> Frames:
    """Growth at initialization and how training ended, by cell, of studies that can compare."""
    ends, start = tables["convergence"], tables["predictors"]
    start = start[start.experiment == "trainability"]
    if ends.architecture.nunique() < 2:
        return {NAME: pd.DataFrame(columns=[*KEYS, "quantity"])}
    medians = start.groupby(KEYS, dropna=False)[list(QUANTITIES.values())].median().reset_index()
    n = ends.final_test_accuracy_n_finite
    counts = ["n_trained", "n_stalled", "n_diverged", "n_seeds"]
    cells = ends[[*KEYS, "optimizer", *counts]].assign(
        # As in the recommendation, the accuracy of a diverged network is 0.
        accuracy=ends.final_test_accuracy_mean.fillna(0.0) * n / ends.n_seeds,
        panel="depth " + ends.depth.astype(str),
    )
    cells = cells.merge(medians, on=KEYS)
    parts = [_grown(cells, name, column) for name, column in QUANTITIES.items()]
    return {NAME: pd.concat(parts, ignore_index=True)}


def _grown(cells: pd.DataFrame, name: str, column: str) -> pd.DataFrame:
    decades = cells[column] / np.log(10)
    drawn = cells.drop(columns=list(QUANTITIES.values()))
    # A gradient that is 0 does not grow: such a cell has no place, but its networks may train.
    return drawn.assign(quantity=name, decades=decades, place=decades.clip(-LIMIT, LIMIT))


def title(frames: Frames) -> str:
    """How often each architecture trains, and any where its gradient starts far off its size."""
    frame = frames[NAME]
    columns = ("quantity", "optimizer", "width", "dataset")
    rows = chosen(frame, controls(frame, columns))
    rows = rows[rows.depth == rows.depth.max()]
    # An activation that one of them was not tried with would tell of activations.
    whole = rows.groupby("activation").architecture.transform("nunique")
    common = rows[whole == rows.architecture.nunique()]
    if common.empty:
        return "No activation was tried with every architecture, so that none can be compared"
    names = listed(order(common.activation), 4)
    said = f"At depth {int(rows.depth.iloc[0])}, {_shares(common)} with {names}"
    far = common[common.decades.abs() > BIG]
    if far.empty:
        return said
    share = far.n_trained.sum() / far.n_seeds.sum()
    return f"{said}; of those whose gradient starts a thousandfold off its size, {percent(share)}"


def _shares(rows: pd.DataFrame) -> str:
    """Share of networks that train, by architecture."""
    total = rows.groupby("architecture", sort=False)[["n_trained", "n_seeds"]].sum()
    share = (total.n_trained / total.n_seeds).sort_values(ascending=False, kind="stable")
    said = [f"{percent(value)} of {name} networks" for name, value in share.items()]
    return f"{listed(said, 4)} train"


def caption(frames: Frames) -> str:
    """What to see."""
    frame = frames[NAME]
    return (
        "Each point is a cell: initializer (each architecture has its own), activation and depth, "
        f"{spanned(frame.n_seeds)} networks, each at its best learning rate. Right of 0 the "
        "squared gradient norm explodes on its way to the first layer (or the signal grows), "
        f"left of it vanishes; beyond {LIMIT:g} decades at the frame. Accuracy: mean on the test "
        "set, a diverged network’s 0. A normalization divides its layer’s signal by its size, so "
        "that the signal says nothing of the gradient; skip connections bound how fast either can "
        f"vanish.{_without(frame)}"
    )


def _without(frame: pd.DataFrame) -> str:
    """Which cells are counted in the title and have no place in the figure."""
    names = order(frame[frame.place.isna()].initializer)
    if not names:
        return ""
    return f" Some cells of {listed(names, 4)} start with a gradient or signal of 0: no point."


def draw(frames: Frames, initializers: Sequence[str]) -> alt.TopLevelMixin:
    """A panel per depth, a colour and shape per architecture."""
    frame = frames[NAME]
    choices = controls(frame, CONTROLS)
    panels = [f"depth {depth}" for depth in sorted(frame.depth.unique())]
    columns = columns_for(len(panels), 4)
    size = panel(max(2, columns))
    chart = controlled(alt.layer(*_layers(frame), data=data(NAME)), choices)
    chart = chart.properties(width=size["width"], height=size["height"] * 1.2)
    axes = ("test accuracy", "growth at initialization, decades")
    return multiples(chart, "panel", panels, columns, axes, choices)


def _layers(frame: pd.DataFrame) -> list[alt.Chart]:
    reach = min(LIMIT, float(np.ceil(frame.place.abs().max()))) or 1.0
    ends = [-reach - 0.3, reach + 0.3]
    x = alt.X("place:Q", title=None, scale=alt.Scale(domain=ends, nice=False))
    x = x.axis(tickCount=5, grid=False)
    axis = alt.Axis(format=".0%", values=[0, 0.5, 1], tickCount=3)
    y = alt.Y("accuracy:Q", title=None, scale=alt.Scale(domain=[0, 1.03], nice=False), axis=axis)
    names = order(frame.architecture)
    inks = [LIGHT[INKS[k % len(INKS)]] for k in range(len(names))]
    forms = [SHAPES[k % len(SHAPES)] for k in range(len(names))]
    looks = {"title": None, "legend": alt.Legend(symbolSize=64)}
    color = alt.Color("architecture:N", scale=alt.Scale(domain=names, range=inks), **looks)
    shape = alt.Shape("architecture:N", scale=alt.Scale(domain=names, range=forms), **looks)
    zero = alt.Chart().transform_aggregate(rows="count()", groupby=["panel"])
    rows = alt.Chart().transform_filter("isValid(datum.place)")
    point = rows.mark_point(filled=True, size=46, opacity=0.8)
    return [
        zero.mark_rule(strokeWidth=1).encode(x=alt.XDatum(0)),
        point.encode(x=x, y=y, color=color, shape=shape, tooltip=_tooltip()),
    ]


def _tooltip() -> list[alt.Tooltip]:
    return [
        alt.Tooltip("architecture:N", title="architecture"),
        alt.Tooltip("initializer:N", title="initializer"),
        alt.Tooltip("activation:N", title="activation"),
        alt.Tooltip("sigma_w2:Q", title="σ_w²", format=".3g"),
        alt.Tooltip("decades:Q", title="growth, decades", format=".2f"),
        alt.Tooltip("accuracy:Q", title="test accuracy", format=".3f"),
        alt.Tooltip("n_trained:Q", title="trained"),
        alt.Tooltip("n_stalled:Q", title="stalled"),
        alt.Tooltip("n_diverged:Q", title="diverged"),
    ]


ARCHITECTURES = Figure(
    name=NAME,
    chapter="architectures",
    question="What do skip connections and normalization change, and what do they hide?",
    needs=("convergence", "predictors"),
    tidy=tidy,
    title=title,
    caption=caption,
    draw=draw,
)
