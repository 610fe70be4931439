"""Where on the plane of weight and bias variances does each initializer put each activation?"""

from collections.abc import Sequence

import altair as alt
import numpy as np
import pandas as pd

from initatlas.figures import recipes
from initatlas.figures.base import Figure, Frames, data
from initatlas.figures.frames import columns_for, order, panel
from initatlas.figures.multiples import multiples
from initatlas.figures.regions import names, regions, simplified
from initatlas.figures.theme import LIGHT
from initatlas.figures.words import counted, listed

NAME = "phase_diagrams"
PHASES = ("collapsing", "ordered", "critical", "chaotic", "divergent")
POINT = ["q_star", "chi_1", "xi_c", "xi_grad", "phase", "members"]
PLANE = ["sigma_w2", "sigma_b2"]
FINENESS = 300  # the curve may lie off by this part of the plane


def tidy(tables: Frames) -> Frames:
    """By activation: outlines of phases and their names, the edge of chaos, the initializers."""
    points = recipes.recipes(tables["phases"])
    points = points[["activation", "initializer", "sigma_w2", "sigma_b2", *POINT]]
    parts = []
    for activation, cells in tables["phase_diagram"].groupby("activation", sort=False):
        edge = tables["edge_of_chaos"]
        drawn = [
            regions(cells).assign(kind="region"),
            _edge(edge[edge.activation == activation], cells).assign(kind="edge"),
            names(cells).assign(kind="name"),
            points[points.activation == activation].assign(kind="point"),
        ]
        drawn = [part for part in drawn if len(part)]
        parts.append(pd.concat(drawn, ignore_index=True).assign(activation=activation))
    frame = pd.concat(parts, ignore_index=True) if parts else points
    return {NAME: frame.reindex(columns=dict.fromkeys([*frame, *points, "part", "row", "stable"]))}


def _edge(curve: pd.DataFrame, cells: pd.DataFrame) -> pd.DataFrame:
    """The curve within the plane, in stretches of one stability; nothing where it is a point."""
    ends = np.array([cells[name].max() + cells[name].min() for name in PLANE])
    curve = curve.sort_values("q_star")
    if curve.empty:
        return curve[[]]
    path, stable = curve[PLANE].to_numpy(), curve.length_slope.to_numpy() <= 1
    inside = (path <= ends).all(axis=1)
    starts = np.flatnonzero(np.diff(inside * (1 + stable), prepend=-1))
    found = []
    for start, end in zip(starts, [*starts[1:], len(path)], strict=True):
        points = path[start:end]
        # It comes from the stretch before, or through the frame, and leaves through the frame.
        if start > 0:
            points = np.vstack([_cut(points[0], path[start - 1], ends), points])
        if end < len(path) and not inside[end]:
            points = np.vstack([points, _cut(points[-1], path[end], ends)])
        if not inside[start] or (np.ptp(points, axis=0) < ends / FINENESS).all():
            continue
        along = np.arange(len(points), dtype=float)
        kept = sorted(
            {
                k
                for x, end in zip(points.T, ends, strict=True)
                for k in simplified(along, x, end / FINENESS)
            }
        )
        columns = dict(zip(PLANE, points[kept].T, strict=True))
        found.append(pd.DataFrame(columns).assign(part=len(found), stable=int(stable[start])))
        found[-1]["row"] = range(len(kept))
    return pd.concat(found) if found else pd.DataFrame()


def _cut(inner: np.ndarray, outer: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """Where the way from `inner` to `outer` leaves the frame; `outer` if it does not."""
    shares = [(e - i) / (o - i) for i, o, e in zip(inner, outer, ends, strict=True) if o > e]
    return inner + min([1, *shares]) * (outer - inner)


def title(frames: Frames) -> str:
    """How many activations each initializer puts on the edge of chaos."""
    points = _points(frames)
    critical = (points.phase == "critical").groupby(points.initializer, sort=False)
    count = critical.sum().sort_values(ascending=False, kind="stable")
    total = counted(points.activation.nunique(), "activation")
    if points.empty:
        return "Theory does not know where the study's initializers put networks: the data decide"
    first, *rest = [(f"{name} for {n}" if n else f"{name} for none") for name, n in count.items()]
    said = listed([f"{first} of {total}", *rest], 4)
    return f"Theory puts networks on the edge of chaos with {said}"


def _points(frames: Frames) -> pd.DataFrame:
    return frames[NAME][frames[NAME].kind == "point"]


def caption(frames: Frames) -> str:
    """What to see."""
    frame = frames[NAME]
    curved = set(frame[frame.kind == "edge"].activation)
    single = [name for name in order(frame.activation) if name not in curved]
    alone = f" It has no length within the frame for {listed(single)}." if single else ""
    dotted = frame[(frame.kind == "edge") & (frame.stable == 0)].activation.unique()
    unstable = f" Dotted ({listed(list(dotted))}): lengths run away from it." if len(dotted) else ""
    return (
        "Theory of infinitely wide networks. Ordered: gradients vanish and inputs become one; "
        "chaotic: gradients explode and neighbours are torn apart; divergent: lengths grow without "
        "bound; collapsing, on the axis σ_b² = 0 alone: they vanish. Line: the "
        f"edge of chaos, χ₁ = 1, where gradients keep their size.{unstable}{alone} Marks: "
        "initializers, as they land in wide square layers; axes differ between panels."
        f"{recipes.explained(frame)}"
    )


def draw(frames: Frames, initializers: Sequence[str]) -> alt.TopLevelMixin:
    """A panel per activation: regions, the curve, names, points."""
    frame = frames[NAME]
    x = alt.X("sigma_w2:Q", title=None, scale=alt.Scale(nice=False, zero=True))
    x = x.axis(tickCount=4, grid=False)
    y = alt.Y("sigma_b2:Q", title=None, scale=alt.Scale(nice=False, zero=True))
    y = y.axis(tickCount=3, grid=False)
    layers = [*_ground(frame, x, y), _names(x, y)]
    if (frame.kind == "point").any():
        layers.append(_initializers(frame, initializers, x, y))
    activations = order(frame.activation)
    columns = columns_for(len(activations))
    panels = alt.layer(*layers, data=data(NAME)).properties(**panel(columns))
    axes = ("bias variance σ_b²", "weight variance σ_w²")
    return (
        multiples(panels, "activation", activations, columns, axes, [])
        .resolve_scale(x="independent", y="independent")
        # A label at the end of an axis would push its panel down, beside its row.
        .properties(bounds="flush", spacing={"row": 46, "column": 36})
    )


def _ground(frame: pd.DataFrame, x: alt.X, y: alt.Y) -> list[alt.Chart]:
    there = [name for name in PHASES if (frame[frame.kind == "region"].phase == name).any()]
    scale = alt.Scale(domain=there, range=[LIGHT[name] for name in there])
    looks = alt.Legend(symbolType="square", symbolSize=120, symbolStrokeWidth=0)
    region = (
        alt.Chart()
        .transform_filter("datum.kind === 'region'")
        .mark_area(orient="horizontal", clip=True)
        .encode(
            x=x,
            x2="end:Q",
            y=y,
            fill=alt.Fill("phase:N", scale=scale, title=None, legend=looks),
            detail="part:N",
        )
    )
    edges = [
        alt.Chart()
        .transform_filter(f"datum.kind === 'edge' && datum.stable === {stable}")
        .mark_line(clip=True, color=LIGHT["theory"], strokeWidth=1.3, strokeDash=dash)
        .encode(x=x, y=y, detail="part:N", order="row:Q")
        for stable, dash in ((1, [1, 0]), (0, [1.5, 2]))
    ]
    return [region, *edges]


def _names(x: alt.X, y: alt.Y) -> alt.Chart:
    rows = alt.Chart().transform_filter("datum.kind === 'name'")
    return rows.mark_text(fontSize=9.5).encode(x=x, y=y, text="phase:N")


def _initializers(
    frame: pd.DataFrame, initializers: Sequence[str], x: alt.X, y: alt.Y
) -> alt.Chart:
    rows, color, shape = recipes.points(alt.Chart(), frame, initializers)
    tooltip = [
        alt.Tooltip("activation:N", title="activation"),
        alt.Tooltip("members:N", title="initializer"),
        alt.Tooltip("sigma_w2:Q", title="σ_w²", format=".4~g"),
        alt.Tooltip("sigma_b2:Q", title="σ_b²", format=".4~g"),
        alt.Tooltip("phase:N", title="phase"),
        alt.Tooltip("q_star:Q", title="q*", format=".3g"),
        alt.Tooltip("chi_1:Q", title="χ₁", format=".3f"),
        alt.Tooltip("xi_c:Q", title="ξ_c (layers)", format=".3g"),
        alt.Tooltip("xi_grad:Q", title="ξ_∇ (layers)", format=".3g"),
    ]
    return (
        rows.transform_filter("datum.kind === 'point'")
        .mark_point(filled=True, size=64, opacity=1, stroke=LIGHT["paper"], strokeWidth=0.8)
        .encode(x=x, y=y, color=color, shape=shape, size=recipes.SIZE, tooltip=tooltip)
    )


PHASE_DIAGRAMS = Figure(
    name=NAME,
    chapter="phases",
    question="In which phase does each initializer start each activation?",
    needs=("phases", "phase_diagram", "edge_of_chaos"),
    tidy=tidy,
    title=title,
    caption=caption,
    draw=draw,
)
