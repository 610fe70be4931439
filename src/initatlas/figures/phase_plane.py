"""Where do lengths and correlations settle, by σ_w² and σ_b²? As measured, on theory's curves."""

from collections.abc import Sequence

import altair as alt
import numpy as np
import pandas as pd

from initatlas.confidence import half_width
from initatlas.figures import marks
from initatlas.figures.base import Figure, Frames, data
from initatlas.figures.controls import chosen, controlled, controls
from initatlas.figures.frames import columns_for, order, panel, variances
from initatlas.figures.multiples import multiples
from initatlas.figures.regions import simplified
from initatlas.figures.theme import LIGHT
from initatlas.figures.words import counted, number, one_of, spanned

NAME = "phase_plane"
CONTROLS = ("initializer", "depth", "width", "architecture", "dataset")
QUANTITIES = {"q": ("q_star", "q*"), "correlation": ("c_star", "c*")}
RANGES = {"q": (0.0, np.inf), "correlation": (-1.0, 1.0)}  # where intervals may reach
KEYS = ["architecture", "dataset", "initializer", "activation", "depth", "width"]
FEW, MANY = ("t0", "t1", "t2", "t3"), ("s9", "s2", "s0", "s3", "s5", "s6", "s8", "s1")
ROUNDING = 1e-6  # what differs by no more agrees: float64's rounding, grown over many layers
ROOM = 1.6  # times the largest fixed point of a panel: what is measured above is not in its frame
SEEN = 0.03  # of a panel's range: a difference to the fixed point that has a tick of its own
FINENESS = 0.001  # of a panel's range by which a curve may lie off


def tidy(tables: Frames) -> Frames:
    """What the last hidden layer of sweeps shows, and the curves of theory, by quantity."""
    rows, curves = tables[NAME], tables["plane_curves"]
    rows = rows[variances(rows) > 1] if len(rows) else rows
    biases = _shown(rows.sigma_b2)
    rows, curves = (table[table.sigma_b2.isin(biases)] for table in (rows, curves))
    parts = [_measured(rows, name, star, sign) for name, (star, sign) in QUANTITIES.items()]
    points = pd.concat(parts, ignore_index=True)
    lines = [
        _curve(part, star, points[points.panel == f"{phi}: {sign}"]).assign(
            panel=f"{phi}: {sign}", sigma_b2=bias, kind="theory"
        )
        for star, sign in QUANTITIES.values()
        for (phi, bias), part in curves.groupby(["activation", "sigma_b2"], sort=False)
    ]
    frame = pd.concat([points, *lines], ignore_index=True).reindex(columns=[*points, "part"])
    places = [f"{phi}: {sign}" for phi in order(rows.activation) for _, sign in QUANTITIES.values()]
    frame = frame[frame.panel.isin(places)]
    frame = frame.sort_values("panel", key=lambda p: p.map(places.index), kind="stable")
    return {NAME: frame.assign(bias=frame.sigma_b2.map("{:g}".format)).reset_index(drop=True)}


def _shown(biases: pd.Series) -> np.ndarray:
    """The σ_b² that are drawn: all, or as many as have a colour, evenly chosen."""
    known = np.unique(biases)
    return known[np.unique(np.linspace(0, len(known) - 1, len(MANY)).round().astype(int))]


def _measured(rows: pd.DataFrame, name: str, star: str, sign: str) -> pd.DataFrame:
    """One quantity of every point: its mean and interval, q* or c*, and what its depth expects."""
    value, half = rows[f"{name}_mean"], half_width(rows[f"{name}_se"], rows[f"{name}_n_finite"])
    lowest, highest = RANGES[name]
    # Lengths that vanish or diverge make the map of correlations linear or scale-free.
    known = rows[star].where((name == "q") | (np.isfinite(rows.q_star) & (rows.q_star > 0)))
    frame = rows[[*KEYS, "sigma_w2", "sigma_b2", "n_seeds", "xi_c"]].assign(
        panel=rows.activation + f": {sign}",
        kind="measured",
        value=value,
        low=(value - half).clip(lower=lowest),
        high=(value + half).clip(upper=highest),
        star=known,
        expected=rows[f"{name}_theory"],
        n_finite=rows[f"{name}_n_finite"],
    )
    top = frame.star[np.isfinite(frame.star)].groupby(frame.panel).max().mul(ROOM)
    above = ~(frame.value <= frame.panel.map(top).fillna(np.inf))
    frame["beyond"] = above.astype(int)
    frame["drawn"] = frame.value.mask(above)
    ends = {"low": frame.low.mask(above), "high": frame.high.mask(above)}
    reach = frame.panel.map(top).fillna(1.0) / ROOM
    near = (frame.expected - frame.star).abs() <= SEEN * reach
    return frame.assign(**ends, tick=frame.expected.mask(near | above))


def _curve(rows: pd.DataFrame, star: str, points: pd.DataFrame) -> pd.DataFrame:
    """One curve over σ_w², as far as it is finite and within the frame of what is measured."""
    rows = rows.sort_values("sigma_w2")
    at, value = rows.sigma_w2.to_numpy(), rows[star].to_numpy()
    q_star = rows.q_star.to_numpy()
    value = np.where((star == "q_star") | (q_star > 0), value, np.nan)
    finite = points.star[np.isfinite(points.star)]
    top = ROOM * finite.max() if len(finite) else np.inf
    shown = np.flatnonzero(np.isfinite(value) & (value <= top))
    found = [pd.DataFrame(columns=["sigma_w2", "drawn", "part"])]
    for part, stretch in enumerate(np.split(shown, np.flatnonzero(np.diff(shown) > 1) + 1)):
        if len(stretch):
            tolerance = FINENESS * (value[stretch].max() or 1.0)
            kept = stretch[simplified(at[stretch], value[stretch], tolerance)]
            found.append(pd.DataFrame({"sigma_w2": at[kept], "drawn": value[kept], "part": part}))
    return pd.concat(found[1:] or found)


def first(frame: pd.DataFrame) -> pd.DataFrame:
    """The measured points that the figure starts with."""
    rows = frame[frame.kind == "measured"]
    return chosen(rows, controls(rows, CONTROLS))


def against(frame: pd.DataFrame, column: str) -> pd.DataFrame:
    """By quantity: how many points theory speaks of, how many intervals hold what it says.

    column: star, the fixed point, or expected, the value at this depth. `farthest` is the largest
    difference. Points of one network have no interval and are not counted.
    """
    rows = first(frame)
    rows = rows[np.isfinite(rows[column]) & rows.low.notna()]
    off = (rows.value - rows[column]).abs()
    held = (rows.low - ROUNDING <= rows[column]) & (rows[column] <= rows.high + ROUNDING)
    sign = rows.panel.str.split(": ").str[-1]
    found = pd.DataFrame({"of": 1, "held": held.astype(int), "farthest": off})
    return found.groupby(sign, sort=False).agg({"of": "sum", "held": "sum", "farthest": "max"})


def title(frames: Frames) -> str:
    """How many intervals hold theory's fixed points, and how far off the farthest lies."""
    found = against(frames[NAME], "star")
    if len(found) < len(QUANTITIES):
        return "Where lengths and correlations settle on the plane of weight and bias variances"
    q, c = (found.loc[sign] for _, sign in QUANTITIES.values())
    depth = int(first(frames[NAME]).depth.max())
    return (
        f"After {counted(depth, 'layer')}, {int(q.held)} of {int(q.of)} intervals hold theory's q* "
        f"and {int(c.held)} of {int(c.of)} its c*; measured values are at most "
        f"{number(q.farthest)} and {number(c.farthest)} off"
    )


def caption(frames: Frames) -> str:
    """What to see, n, and how many points have not settled."""
    frame = frames[NAME]
    rows = frame[frame.kind == "measured"]
    unsettled = rows[(rows.xi_c > rows.depth) & rows.panel.str.endswith("c*")]
    late = f" (at {counted(len(unsettled), 'point')} ξ_c is longer than that)"
    found = against(frame, "expected")
    said = f"{int(found.held.sum())} of {int(found.of.sum())}"
    lost = int(rows.beyond.sum())
    beyond = f" {counted(lost, 'value')} beyond the frame." if lost else ""
    return (
        "Dots: E[z²] and the correlation of two inputs in the last hidden layer, mean over "
        f"{spanned(rows.n_seeds.astype(int))} networks of depth {spanned(rows.depth.astype(int))} "
        f"and width {one_of(rows.width.astype(int))}, with 95 % intervals. Lines: q* and c* of "
        "infinitely deep and wide networks, no c* where the signal vanishes or diverges. Ticks: "
        "what theory expects after so many layers, where "
        f"signals have not settled{late if len(unsettled) else ''}; {said} intervals hold it. "
        f"Differences up to 1e-6 are rounding.{beyond}"
    )


def draw(frames: Frames, initializers: Sequence[str]) -> alt.TopLevelMixin:
    """A panel per activation for q and one for c; a colour per σ_b²."""
    frame = frames[NAME]
    measured = frame[frame.kind == "measured"]
    choices = controls(measured, CONTROLS)
    panels = order(frame.panel)
    columns = 2 if len(panels) <= 4 else columns_for(len(panels), at_most=4)
    # Theory's curves are for whatever is chosen.
    dots = controlled(alt.layer(*_dots()), choices)
    layers = alt.layer(_line(frame), dots, data=data(NAME)).properties(**panel(columns))
    axes = ("q and c of the last layer", "weight variance σ_w²")
    facets = multiples(layers, "panel", panels, columns, axes, choices)
    return facets.resolve_scale(y="independent")


def _y(column: str) -> alt.Y:
    scale = alt.Scale(zero=True, nice=True)
    return alt.Y(f"{column}:Q", title=None, scale=scale, axis=alt.Axis(tickCount=4))


def _line(frame: pd.DataFrame) -> alt.Chart:
    biases = [f"{value:g}" for value in np.unique(frame.sigma_b2)]
    inks = FEW if len(biases) <= len(FEW) else MANY
    scale = alt.Scale(domain=biases, range=[LIGHT[ink] for ink in inks[: len(biases)]])
    color = alt.Color("bias:N", scale=scale, title="bias variance σ_b²", legend=alt.Legend())
    return (
        alt.Chart()
        .transform_filter("datum.kind === 'theory'")
        .mark_line(clip=True, strokeWidth=1.3)
        .encode(x=_x(), y=_y("drawn"), color=color, detail="part:N")
    )


def _x() -> alt.X:
    axis = alt.Axis(tickCount=5, grid=False)
    return alt.X(
        "sigma_w2:Q", title=None, scale=alt.Scale(nice=False, zero=False, padding=8), axis=axis
    )


def _dots() -> list[alt.Chart]:
    rows = alt.Chart().transform_filter("datum.kind === 'measured'")
    rows = rows.encode(x=_x(), color="bias:N")
    shared = {"title": None}
    tick = rows.transform_filter("isValid(datum.tick)").mark_tick(
        orient="horizontal", size=11, thickness=1.2, clip=True
    )
    tooltip = [
        alt.Tooltip("panel:N", title="activation, quantity"),
        alt.Tooltip("sigma_w2:Q", title="σ_w²", format=".4~g"),
        alt.Tooltip("bias:N", title="σ_b²"),
        alt.Tooltip("value:Q", title="measured", format=".4~g"),
        alt.Tooltip("low:Q", title="95 % from", format=".4~g"),
        alt.Tooltip("high:Q", title="to", format=".4~g"),
        alt.Tooltip("star:Q", title="theory, fixed point", format=".4~g"),
        alt.Tooltip("expected:Q", title="theory, at this depth", format=".4~g"),
        alt.Tooltip("xi_c:Q", title="ξ_c (layers)", format=".3~g"),
        alt.Tooltip("n_finite:Q", title="finite networks"),
        alt.Tooltip("n_seeds:Q", title="of"),
    ]
    hover = (
        marks.answering(rows)
        .transform_filter("isValid(datum.drawn)")
        .encode(y=_y("drawn"), tooltip=tooltip)
    )
    bars = marks.whiskers(rows, "low", "high", shared)
    return [tick.encode(y=_y("tick")), bars, marks.dots(rows, "drawn", shared, size=4.5), hover]


PHASE_PLANE = Figure(
    name=NAME,
    chapter="phases",
    question="Where do lengths and correlations settle, by weight and bias variance?",
    needs=("phase_plane", "plane_curves"),
    tidy=tidy,
    title=title,
    caption=caption,
    draw=draw,
)
