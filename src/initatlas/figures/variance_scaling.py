"""Which σ_w² keeps signals, and which keeps gradients? The "2" of He, measured."""

from collections.abc import Sequence

import altair as alt
import numpy as np
import pandas as pd

from initatlas.confidence import half_width
from initatlas.figures import marks
from initatlas.figures.base import Figure, Frames, data
from initatlas.figures.controls import controlled, controls
from initatlas.figures.frames import columns_for, order, panel, variances
from initatlas.figures.multiples import multiples
from initatlas.figures.theme import LIGHT
from initatlas.figures.words import listed, number, spanned

NAME = "variance_scaling"
CONTROLS = ("depth", "sigma_b2", "width", "initializer", "architecture", "dataset")
DIRECTIONS = ("forward", "backward")
KEYS = ["activation", *CONTROLS]
TICKS = [0.01, 0.1, 0.25, 0.5, 1, 2, 4, 8, 16, 64, 256]  # of σ_w²
LIMIT = 2.5  # rates beyond e^±2.5, twelvefold a layer, are drawn at the frame


def tidy(tables: Frames) -> Frames:
    """Rates of each point of a sweep, forward and backward, and where each crosses zero."""
    rates, zeros = tables["rates"], tables["crossings"]
    swept = rates[variances(rates) > 1]
    found = zeros[zeros.sigma_w2.notna()].rename(columns={"low": "from", "high": "to"})
    found = found[[*KEYS, "direction", "sigma_w2", "from", "to", "n_crossings", "n_seeds"]]
    parts = [_direction(swept, direction) for direction in DIRECTIONS]
    return {NAME: pd.concat([*parts, found.assign(kind="zero", rate=0.0)], ignore_index=True)}


def _direction(rates: pd.DataFrame, direction: str) -> pd.DataFrame:
    mean, n = rates[f"{direction}_rate_mean"], rates[f"{direction}_rate_n_finite"]
    return rates[[*KEYS, "sigma_w2", "n_seeds"]].assign(
        direction=direction,
        kind="rate",
        rate=mean.where(np.isfinite(mean)),
        half_width=half_width(rates[f"{direction}_rate_se"], n),
        n_finite=n,
    )


def title(frames: Frames) -> str:
    """What He's 2 is for ReLU, as measured; else how much the zeros differ."""
    zeros = _deepest(frames)
    both = zeros.pivot_table(index="activation", columns="direction", values="sigma_w2", sort=False)
    both = both.reindex(columns=DIRECTIONS).dropna()
    if "relu" in both.index:
        signal, gradient = (number(both.loc["relu", d], 3) for d in DIRECTIONS)
        return (
            f"ReLU keeps its signal at σ_w² = {signal} and its gradient at {gradient}, as measured"
        )
    if both.empty:
        return "No σ_w² of the sweep keeps signal and gradient of one activation at their size"
    low, high = both.forward.idxmin(), both.forward.idxmax()
    return (
        f"The σ_w² that keeps the signal goes from {number(both.forward[low], 3)} ({low}) to "
        f"{number(both.forward[high], 3)} ({high})"
    )


def _deepest(frames: Frames) -> pd.DataFrame:
    """The zeros of the deepest, widest networks."""
    zeros = frames[NAME][frames[NAME].kind == "zero"]
    return zeros[(zeros.depth == zeros.depth.max()) & (zeros.width == zeros.width.max())]


def caption(frames: Frames) -> str:
    """What to see."""
    frame, zeros = frames[NAME], _deepest(frames)
    forward = set(zeros[zeros.direction == "forward"].activation)
    never = [name for name in order(frame.activation) if name not in forward]
    bounded = f" The signal's rate never crosses zero for {listed(never)}." if never else ""
    wide = zeros[zeros.n_crossings > 1].activation.unique()
    several = f" {listed(wide)}: the first of several crossings." if len(wide) else ""
    return (
        "Growth per layer of the signal, (ln q_L − ln q_1)/(L − 1), and of the gradient on its way "
        "to the first layer, against the weight variance σ_w² of the sweep; mean over "
        f"{spanned(frame.n_seeds)} networks, bars: 95 % intervals. Where a curve crosses zero, "
        f"nothing grows or fades: the number names that σ_w².{bounded}{several} Rates beyond "
        f"±{LIMIT:g} lie outside the frame."
    )


def draw(frames: Frames, initializers: Sequence[str]) -> alt.TopLevelMixin:
    """A panel per activation; forward and backward in colours of their own."""
    frame = frames[NAME]
    choices = controls(frame, CONTROLS)
    reach = min(LIMIT, np.nanmax([0.1, *(frame.rate.abs() + frame.half_width.fillna(0))]))
    scale = alt.Scale(domain=[-reach, reach], nice=False)
    shared = {"title": None, "scale": scale, "axis": alt.Axis(tickCount=4)}
    layers = [_zero_line(), *_zeros(frame, reach), *_curves(frame, shared)]
    activations = order(frame.activation)
    columns = columns_for(len(activations))
    panels = controlled(alt.layer(*layers, data=data(NAME)), choices).properties(**panel(columns))
    axes = ("growth per layer of ln q and ln ‖∂C/∂z‖² (1/layer)", "weight variance σ_w²")
    return multiples(panels, "activation", activations, columns, axes, choices)


def _color() -> alt.Color:
    scale = alt.Scale(domain=DIRECTIONS, range=[LIGHT[name] for name in DIRECTIONS])
    names = "datum.value === 'forward' ? 'signal, forward' : 'gradient, backward'"
    return alt.Color("direction:N", scale=scale, title=None, legend=alt.Legend(labelExpr=names))


def _x(frame: pd.DataFrame) -> alt.X:
    positive = frame.sigma_w2[frame.sigma_w2 > 0]
    kind = {"type": "log", "nice": False, "padding": 6} if len(positive) == len(frame) else {}
    axis = alt.Axis(values=TICKS, tickCount=len(TICKS), grid=False, format="~g", labelOverlap=True)
    return alt.X("sigma_w2:Q", title=None, scale=alt.Scale(**kind), axis=axis)


def _curves(frame: pd.DataFrame, shared: dict) -> list[alt.Chart]:
    rows = alt.Chart().transform_filter("datum.kind === 'rate'")
    rows = rows.encode(x=_x(frame), color=_color())
    dashes = alt.Scale(domain=DIRECTIONS, range=[[1, 0], [5, 3]])
    line = rows.mark_line(clip=True).encode(
        y=alt.Y("rate:Q", **shared),
        strokeDash=alt.StrokeDash("direction:N", scale=dashes, legend=None),
    )
    measured = rows.transform_filter("isValid(datum.half_width)").transform_calculate(
        low="datum.rate - datum.half_width", high="datum.rate + datum.half_width"
    )
    bars = marks.whiskers(measured, "low", "high", shared)
    tooltip = [
        alt.Tooltip("activation:N", title="activation"),
        alt.Tooltip("direction:N", title="direction"),
        alt.Tooltip("sigma_w2:Q", title="σ_w²"),
        alt.Tooltip("rate:Q", title="growth per layer", format=".4f"),
        alt.Tooltip("half_width:Q", title="± (95 %)", format=".4f"),
        alt.Tooltip("n_finite:Q", title="finite networks"),
        alt.Tooltip("n_seeds:Q", title="of"),
    ]
    hover = marks.answering(rows).encode(y=alt.Y("rate:Q", **shared), tooltip=tooltip)
    dots = [
        marks.dots(rows.transform_filter(alt.datum.direction == way), "rate", shared, size=size)
        for way, size in zip(DIRECTIONS, (6, 3.5), strict=True)  # the smaller lie on the larger
    ]
    return [bars, line, *dots, hover]


def _zero_line() -> alt.Chart:
    return (
        alt.Chart()
        .transform_aggregate(rows="count()", groupby=["activation"])
        .mark_rule(color=LIGHT["rule"], strokeWidth=1)
        .encode(y=alt.YDatum(0))
    )


def _zeros(frame: pd.DataFrame, reach: float) -> list[alt.Chart]:
    """A line from each zero to its σ_w²: up for the signal, down for the gradient."""
    end = f"datum.direction === 'forward' ? {0.84 * reach} : {-0.84 * reach}"
    rows = (
        alt.Chart()
        .transform_filter("datum.kind === 'zero'")
        .transform_calculate(end=end, zero="0")
        .encode(x=_x(frame), color=_color())
    )
    line = rows.mark_rule(strokeDash=[2, 2]).encode(y=alt.Y("zero:Q"), y2="end:Q")
    tooltip = [
        alt.Tooltip("direction:N", title="zero of the rate"),
        alt.Tooltip("sigma_w2:Q", title="σ_w²", format=".4f"),
        alt.Tooltip("from:Q", title="95 % from", format=".4f"),
        alt.Tooltip("to:Q", title="to", format=".4f"),
    ]
    label = rows.mark_text(align="right", dx=-3, fontSize=10.5, fontWeight=600).encode(
        y=alt.Y("end:Q"), text=alt.Text("sigma_w2:Q", format=".2f"), tooltip=tooltip
    )
    return [line, label]


VARIANCE_SCALING = Figure(
    name=NAME,
    chapter="signals",
    question="Which weight variance keeps signals, and which keeps gradients?",
    needs=("rates", "crossings"),
    tidy=tidy,
    title=title,
    caption=caption,
    draw=draw,
)
