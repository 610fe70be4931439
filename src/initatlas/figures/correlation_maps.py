"""Does a layer draw two inputs together, or push them apart? Its map of their correlation."""

from collections.abc import Sequence

import altair as alt
import pandas as pd

from initatlas.figures import recipes
from initatlas.figures.base import Figure, Frames, data
from initatlas.figures.frames import columns_for, order, panel
from initatlas.figures.multiples import multiples
from initatlas.figures.regions import simplified
from initatlas.figures.theme import LIGHT
from initatlas.figures.words import listed

NAME = "correlation_maps"
APART = 0.95  # inputs that settle below are told apart: what `correlation` counts as merged, is not
FINENESS = 0.002  # how far a curve may lie off
POINT = ["activation", "sigma_w2", "sigma_b2"]
TICKS = [0, 0.5, 1]


def tidy(tables: Frames) -> Frames:
    """C at some c, and c*, of each initializer that stands for others; the identity's ends."""
    maps = tables["correlation_map"].round(dict.fromkeys(POINT[1:], recipes.PLACES))
    found = recipes.recipes(tables["phases"])[[*POINT, "initializer", "members"]]
    found = found.round(dict.fromkeys(POINT[1:], recipes.PLACES))
    rows = found.merge(maps, on=POINT, how="inner")
    if rows.empty:
        return {NAME: rows}
    series = rows.groupby(["activation", "initializer"], sort=False)
    parts = []
    for _, curve in series:
        kept = simplified(curve.c.to_numpy(), curve.c_next.to_numpy(), FINENESS)
        parts.append(curve.iloc[kept].assign(kind="map"))
    fixed = series.head(1)
    fixed = fixed.assign(kind="fixed", c=fixed.c_star, c_next=fixed.c_star)
    ends = [
        {"activation": name, "kind": "identity", "c": end, "c_next": end}
        for name in order(rows.activation)
        for end in (0.0, 1.0)
    ]
    frame = pd.concat([*parts, fixed, pd.DataFrame(ends)], ignore_index=True)
    frame["activation"] = pd.Categorical(frame.activation, order(tables["phases"].activation))
    frame = frame.sort_values("activation", kind="stable").astype({"activation": object})
    return {NAME: frame.drop(columns="c_star").reset_index(drop=True)}


def title(frames: Frames) -> str:
    """For how many activations each initializer keeps inputs apart."""
    fixed = _fixed(frames)
    apart = (fixed.c < APART).groupby(fixed.initializer, sort=False)
    count = apart.sum().sort_values(ascending=False, kind="stable")
    if not count.any():
        return f"In theory all inputs end up alike, at c* above {APART}, whatever the initializer"
    sizes = apart.size()
    first, *rest = [(name, f"{count[name]} of {sizes[name]}") for name in count.index]
    said = [f"{first[0]} for {first[1]} activations", *(f"{name} for {n}" for name, n in rest)]
    return f"In theory two inputs stay apart, at c* below {APART}, with {listed(said, 4)}"


def _fixed(frames: Frames) -> pd.DataFrame:
    return frames[NAME][frames[NAME].kind == "fixed"]


def caption(frames: Frames) -> str:
    """What to see."""
    frame = frames[NAME]
    return (
        "Theory of infinitely wide networks: C(c), the correlation of two inputs' pre-activations "
        "after one more layer, against c before it, once lengths have settled at q*. Layer after "
        "layer, c climbs where the curve lies above the thin identity and falls where it lies "
        "below; circles: the stable fixed point c* where it ends. At c* = 1 inputs become one; the "
        "nearer the curve's slope there is to that of the identity, the more layers it takes. An "
        "initializer without a curve has no q*, its signal vanishes or diverges; the title counts "
        "those that have one."
        f"{recipes.explained(frame)}"
    )


def draw(frames: Frames, initializers: Sequence[str]) -> alt.TopLevelMixin:
    """A panel per activation: the identity, a curve per initializer, its fixed point."""
    frame = frames[NAME]
    low = min(0.0, frame.c_next.min())
    x = alt.X("c:Q", title=None, scale=alt.Scale(domain=[0, 1], nice=False, padding=6))
    x = x.axis(values=TICKS, grid=False, format="~g")
    y = alt.Y("c_next:Q", title=None, scale=alt.Scale(domain=[low, 1], nice=False, padding=6))
    y = y.axis(values=TICKS, format="~g")
    layers = [_identity(x, y), *_maps(frame, initializers, x, y)]
    activations = order(frame.activation)
    columns = columns_for(len(activations))
    panels = alt.layer(*layers, data=data(NAME)).properties(**panel(columns))
    axes = ("correlation in the next layer, C(c)", "correlation c")
    return multiples(panels, "activation", activations, columns, axes, [])


def _identity(x: alt.X, y: alt.Y) -> alt.Chart:
    rows = alt.Chart().transform_filter("datum.kind === 'identity'")
    return rows.mark_line(color=LIGHT["rule"], strokeWidth=0.8).encode(x=x, y=y)


def _maps(frame: pd.DataFrame, initializers: Sequence[str], x: alt.X, y: alt.Y) -> list[alt.Chart]:
    rows, color, dash = recipes.curves(alt.Chart(), frame, initializers)
    base = rows.encode(x=x, y=y, color=color)
    line = base.transform_filter("datum.kind === 'map'").mark_line(clip=True)
    tooltip = [
        alt.Tooltip("activation:N", title="activation"),
        alt.Tooltip("members:N", title="initializer"),
        alt.Tooltip("sigma_w2:Q", title="σ_w²", format=".4~g"),
        alt.Tooltip("sigma_b2:Q", title="σ_b²", format=".4~g"),
        alt.Tooltip("c:Q", title="c*", format=".4f"),
    ]
    point = base.transform_filter("datum.kind === 'fixed'").mark_point(
        filled=True, opacity=1, stroke=LIGHT["paper"], strokeWidth=0.8
    )
    return [
        line.encode(strokeDash=dash),
        point.encode(size=recipes.SIZE, tooltip=tooltip),
    ]


CORRELATION_MAPS = Figure(
    name=NAME,
    chapter="phases",
    question="Does a layer draw two inputs together or push them apart?",
    needs=("phases", "correlation_map"),
    tidy=tidy,
    title=title,
    caption=caption,
    draw=draw,
)
