"""How hard is it to learn to tell inputs apart, as networks grow deep? κ of the tangent kernel."""

from collections.abc import Sequence

import altair as alt
import numpy as np
import pandas as pd

from initatlas.confidence import half_width
from initatlas.figures import palette
from initatlas.figures.base import Figure, Frames, data
from initatlas.figures.controls import controlled, controls
from initatlas.figures.frames import columns_for, grouped, order, panel, unswept
from initatlas.figures.multiples import multiples
from initatlas.figures.theme import LIGHT
from initatlas.figures.window import NOT_FINITE, Window
from initatlas.figures.words import counted, decades, listed, one_of, power, spanned
from initatlas.tables.columns import CELL_KEYS

NAME = "kernel_condition"
CONTROLS = ("group", "width", "architecture", "dataset")
KEYS = ["architecture", "dataset", "activation", "initializer", "group", "width", "depth"]
MEASURED = "log_ntk_condition_number"
HIGHEST = 15  # decades: float64 resolves no more
UNKNOWN = "unknown"
DODGE = 1.06  # factor on the depth between points of neighbouring initializers
HEIGHT = 170  # pixels: between ordered and chaotic there are many decades
SHAPES = {
    "ordered": "circle",
    "critical": "diamond",
    "chaotic": "triangle-up",
    "collapsing": "triangle-down",
    "divergent": "square",
    UNKNOWN: "cross",
}


def tidy(tables: Frames) -> Frames:
    """Mean log₁₀ κ of each cell with half its interval; and what theory says, at more depths."""
    theory = tables["kernel_condition"]
    phases = theory[[*CELL_KEYS, "phase"]]
    measured = tables["spectra"].merge(phases, how="left", on=list(CELL_KEYS))
    kinds = [measured.assign(kind="measured"), theory.assign(kind="theory")]
    rows = grouped(unswept(pd.concat(kinds, ignore_index=True)))
    known = rows.kind == "theory"
    n, n_seeds = rows[f"{MEASURED}_n_finite"], rows.n_seeds
    log = rows[f"{MEASURED}_mean"].where(~known, rows.log_condition_number)
    frame = rows[[*KEYS, "kind"]].assign(
        phase=rows.phase.fillna(UNKNOWN),
        kappa=log.where(np.isfinite(log)) / np.log(10),
        half_width=half_width(rows[f"{MEASURED}_se"], n) / np.log(10),
        outside=pd.Series(NOT_FINITE, index=rows.index).where(~known & (n < n_seeds), None),
        n_finite=n.astype("Int64"),
        n_seeds=n_seeds.astype("Int64"),
        place=rows.depth * DODGE ** _dodged(rows.initializer),
    )
    # Where theory has κ = ∞, or no kernel at all, its line ends.
    return {NAME: frame[~known | frame.kappa.notna()].reset_index(drop=True)}


def _dodged(names: pd.Series) -> pd.Series:
    """Steps to the side, so that points of one depth stand beside each other."""
    shown = order(names)
    return names.map({name: k - (len(shown) - 1) / 2 for k, name in enumerate(shown)})


def deepest(frame: pd.DataFrame) -> pd.Series:
    """By phase: the median log₁₀ κ of the deepest, widest networks; ∞ where it is not resolved."""
    measured = frame[frame.kind == "measured"]
    last = measured[(measured.depth == measured.depth.max())]
    last = last[last.width == last.width.max()]
    kappa = last.kappa.where(last.outside.isna(), np.inf)
    return kappa.groupby(last.phase).median()


def title(frames: Frames) -> str:
    """κ by phase in the deepest networks."""
    frame = frames[NAME]
    found = deepest(frame)
    where = f"after {counted(int(frame.depth.max()), 'layer')}"
    said = [f"{_kappa(found[phase])} if {phase}" for phase in SHAPES if phase in found.index]
    return f"Condition number of the tangent kernel {where}: {listed(said)}"


def _kappa(log10: float) -> str:
    return f"beyond {power(HIGHEST)}" if np.isinf(log10) else decades(log10)


def caption(frames: Frames) -> str:
    """What to see."""
    frame = frames[NAME][frames[NAME].kind == "measured"]
    lost = (frame.outside == NOT_FINITE).sum()
    strip = (
        " Crosses in the strip: some network's smallest eigenvalue is below what float64 resolves."
        if lost
        else ""
    )
    return (
        "Condition number κ = λ_max/λ_min of the neural tangent kernel of the same inputs, against "
        "the number of hidden layers: gradient descent learns the direction of λ_min κ times as "
        f"slowly as that of λ_max. Points: geometric mean over {spanned(frame.n_seeds)} networks "
        f"of width {one_of(frame.width)}, with 95 % intervals, side by side, in the shape of "
        "their phase; lines: infinitely wide networks. Ordered and collapsing networks make inputs "
        "alike, and κ grows exponentially; at criticality it settles; in chaos it goes to 1, where "
        "all is learned fast and nothing of it is shared between inputs. Networks of finite width "
        "lie above the lines: their kernels scatter, by L/n, and where inputs have become alike "
        f"no kink of so few ReLUs falls between them any more.{strip}"
    )


def draw(frames: Frames, initializers: Sequence[str]) -> alt.TopLevelMixin:
    """A panel per activation, a colour per initializer, a shape per phase."""
    frame = frames[NAME]
    window = _window(frame)
    choices = controls(frame, CONTROLS)
    measured = frame[frame.kind == "measured"]
    color, dash = palette.channels(order(measured.initializer), initializers, palette.legend(frame))
    x, y = _x(measured), alt.Y("kappa:Q", scale=window.scale(), axis=window.axis())
    rows = alt.Chart().encode(x=x, color=color)
    theory = (
        rows.transform_filter("datum.kind === 'theory'")
        .mark_line(clip=True, strokeWidth=1.4)
        .encode(y=y, strokeDash=dash)
    )
    beside = x.copy()
    beside.shorthand = "place:Q"
    rows = rows.transform_filter("datum.kind === 'measured'").encode(x=beside)
    layers = [*window.grounds("activation"), theory, *_points(rows, y, measured)]
    layers.append(_lost(rows, window))
    activations = order(frame.activation)
    columns = columns_for(len(activations))
    panels = controlled(alt.layer(*layers, data=data(NAME)), choices).properties(
        **panel(columns) | {"height": HEIGHT}
    )
    axes = ("κ of the tangent kernel", "hidden layers L")
    return multiples(panels, "activation", activations, columns, axes, choices)


def _points(rows: alt.Chart, y: alt.Y, frame: pd.DataFrame) -> list[alt.Chart]:
    shown = [phase for phase in SHAPES if phase in set(frame.phase)]
    scale = alt.Scale(domain=shown, range=[SHAPES[phase] for phase in shown])
    inks = {"symbolFillColor": LIGHT["soft"], "symbolStrokeColor": LIGHT["soft"]}
    legend = alt.Legend(
        labelExpr="'phase: ' + datum.label", symbolSize=60, symbolStrokeWidth=0.5, **inks
    )
    shape = alt.Shape("phase:N", scale=scale, title=None, legend=legend)
    bars = (
        rows.transform_calculate(
            low="datum.kappa - datum.half_width", high="datum.kappa + datum.half_width"
        )
        .transform_filter("isValid(datum.half_width)")
        .mark_rule(clip=True, strokeWidth=1.2)
        .encode(y=alt.Y("low:Q"), y2="high:Q")
    )
    points = rows.mark_point(clip=True, filled=True, size=40, opacity=1).encode(
        y=y, shape=shape, tooltip=_tooltip()
    )
    return [bars, points]


def _lost(rows: alt.Chart, window: Window) -> alt.Chart:
    return (
        rows.transform_filter("isValid(datum.outside)")
        .transform_calculate(strip=window.position())
        .mark_point(shape="cross", size=20, filled=False, strokeWidth=1.2)
        .encode(y=alt.Y("strip:Q", scale=window.scale(), axis=window.axis()), tooltip=_tooltip())
    )


def _x(frame: pd.DataFrame) -> alt.X:
    depths = sorted({1, *frame.depth.tolist()})  # lines start at one hidden layer
    axis = alt.Axis(values=depths, tickCount=len(depths), format="d", grid=False)
    return alt.X(
        "depth:Q", title=None, axis=axis, scale=alt.Scale(type="log", nice=False, padding=8)
    )


def _window(frame: pd.DataFrame) -> Window:
    finite = frame.kappa.dropna()
    high = max(1, int(np.ceil(finite.max()))) if len(finite) else 1
    marks = {float(k): f"1e{k}" if k else "1" for k in range(0, high + 1, max(1, -(-high // 4)))}
    lost = bool((frame.outside == NOT_FINITE).any())
    return Window(low=-0.02 * high, high=high, ticks=marks, zero=False, not_finite=lost)


def _tooltip() -> list[alt.Tooltip]:
    return [
        alt.Tooltip("activation:N", title="activation"),
        alt.Tooltip("initializer:N", title="initializer"),
        alt.Tooltip("phase:N", title="phase"),
        alt.Tooltip("depth:Q", title="hidden layers"),
        alt.Tooltip("kappa:Q", title="log₁₀ κ", format=".2f"),
        alt.Tooltip("half_width:Q", title="± (95 %)", format=".2f"),
        alt.Tooltip("n_finite:Q", title="networks with finite κ"),
        alt.Tooltip("n_seeds:Q", title="of"),
    ]


KERNEL_CONDITION = Figure(
    name=NAME,
    chapter="spectra",
    question="How much slower is the slowest direction learned, by phase and depth?",
    needs=("spectra", "kernel_condition"),
    tidy=tidy,
    title=title,
    caption=caption,
    draw=draw,
)
