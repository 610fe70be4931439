"""How many layers do correlations and gradients travel? In theory, and as measured."""

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
from initatlas.figures.regions import simplified
from initatlas.figures.theme import LIGHT
from initatlas.figures.window import named_axis
from initatlas.figures.words import percent, spanned

NAME = "depth_scales"
CONTROLS = ("sigma_b2",)
SCALES = {"xi_c": ("forward", "correlations"), "xi_grad": ("backward", "gradients")}
LOW, HIGH = np.log10(0.3), np.log10(300)  # of the frame, in decades of layers
BEYOND = HIGH + 0.3  # where lines lead that rise to infinity: out of the frame
FINENESS = 0.01  # decades by which a curve may lie off
COUNTS = ["n_seeds", "depth", "width"]
JUMP = 4  # a step of ln χ₁ so many times as large as those beside it is none of a smooth curve
NEAR = 1.25  # a factor within which a scale has been foreseen


def tidy(tables: Frames) -> Frames:
    """Decades of ξ: curves of theory by σ_b², and what the deepest networks of sweeps measure."""
    theory = tables["depth_scales"]
    parts = [
        _curve(rows, scale).assign(kind="theory", activation=name, sigma_b2=bias, scale=scale)
        for (name, bias), rows in theory.groupby(["activation", "sigma_b2"], sort=False)
        for scale in reversed(SCALES)  # dashes lie on the line where both are one
    ]
    measured = _measured(tables["rates"], theory)
    parts = [part for part in (*parts, measured) if len(part)]
    frame = pd.concat(parts, ignore_index=True) if parts else measured
    return {NAME: frame.reindex(columns=dict.fromkeys([*frame, *measured]))}


def _curve(rows: pd.DataFrame, scale: str) -> pd.DataFrame:
    """One scale over σ_w²; infinity lies beyond the frame next to what is finite, else nowhere."""
    rows = rows.sort_values("sigma_w2")
    at, slope = rows.sigma_w2.to_numpy(), np.log(rows.chi_1.to_numpy())
    with np.errstate(divide="ignore"):
        decades = np.minimum(np.log10(rows[scale].to_numpy()), BEYOND)
    finite = np.isfinite(rows[scale].to_numpy())
    beside = finite | np.append(finite[1:], False) | np.insert(finite[:-1], 0, False)
    decades = np.where(beside, decades, np.nan)
    # Between two points where χ₁ passes 1, ξ is infinite, unless χ₁ jumps: there the phase changes.
    passed, jumps = _passed(slope)
    passed = passed[finite[passed] & finite[passed + 1]]
    share = slope[passed] / (slope[passed] - slope[passed + 1])
    between = at[passed] + share * (at[passed + 1] - at[passed])
    number = np.searchsorted(jumps, np.arange(len(at)))
    at, number = (np.insert(v, passed + 1, w) for v, w in ((at, between), (number, number[passed])))
    decades = np.insert(decades, passed + 1, BEYOND)
    shown = np.flatnonzero(np.isfinite(decades))
    breaks = (np.diff(shown) > 1) | (np.diff(number[shown]) > 0)
    stretches = np.split(shown, np.flatnonzero(breaks) + 1) if len(shown) else []
    parts = [pd.DataFrame()]
    for part, stretch in enumerate(stretches):
        kept = stretch[simplified(at[stretch], decades[stretch], FINENESS)]
        columns = {"sigma_w2": at[kept], "log10_xi": decades[kept], "part": part}
        parts.append(pd.DataFrame(columns))
    return pd.concat(parts)


def _passed(slope: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Before which places ln χ₁ passes 0, and before which it jumps past it."""
    steps = np.abs(np.diff(slope))
    around = np.maximum(np.append(steps[1:], 0), np.insert(steps[:-1], 0, 0))
    passed = np.flatnonzero(slope[:-1] * slope[1:] < 0)
    jumps = steps[passed] > JUMP * around[passed]
    return passed[~jumps], passed[jumps]


def _measured(rates: pd.DataFrame, theory: pd.DataFrame) -> pd.DataFrame:
    """Decades of 1/|growth per layer of gradients| of the deepest, widest networks of sweeps."""
    rows = rates[variances(rates) > 1]
    rows = rows[(rows.depth == rows.depth.max()) & (rows.width == rows.width.max())]
    for name in ("architecture", "dataset"):
        rows = rows[rows[name] == rows[name].iloc[0]] if len(rows) else rows
    rows = rows[rows.sigma_b2.isin(theory.sigma_b2)]
    rate, n = rows.backward_rate_mean.abs(), rows.backward_rate_n_finite
    error = pd.Series(half_width(rows.backward_rate_se, n), index=rows.index)
    with np.errstate(divide="ignore", invalid="ignore"):
        ends = {
            "log10_xi": -np.log10(rate),
            "low": -np.log10(rate + error),
            "high": -np.log10((rate - error).clip(lower=10**-BEYOND)),
        }
    ends = {name: np.clip(values, None, BEYOND) for name, values in ends.items()}
    columns = ["activation", "initializer", "sigma_w2", "sigma_b2", "depth", "width", "n_seeds"]
    frame = rows[columns].assign(kind="measured", scale="xi_grad", n_finite=n, **ends)
    frame = frame.assign(expected=_expected(frame, theory))
    return frame[np.isfinite(frame.log10_xi)]


def _expected(frame: pd.DataFrame, theory: pd.DataFrame) -> list[float]:
    """Decades of theory's ξ_∇ at the measured σ_w²: ln χ₁ is interpolated, which is smooth."""
    curves = {
        key: (rows.sigma_w2.to_numpy(), np.log(rows.chi_1.to_numpy()))
        for key, rows in theory.sort_values("sigma_w2").groupby(["activation", "sigma_b2"])
    }
    found = []
    for row in frame.itertuples():
        at, slope = curves.get((row.activation, row.sigma_b2), ([np.nan], [np.nan]))
        with np.errstate(divide="ignore"):
            found.append(-np.log10(abs(np.interp(row.sigma_w2, at, slope, np.nan, np.nan))))
    return found


def title(frames: Frames) -> str:
    """How often theory's scale of gradients is the measured one."""
    frame = frames[NAME]
    rows = frame[(frame.kind == "measured") & (frame.expected < HIGH)]
    if rows.empty:
        return "Theory says how many layers correlations and gradients travel"
    met = (rows.log10_xi - rows.expected).abs() <= np.log10(NEAR)
    return (
        f"Gradients travel as many layers as theory says, within a factor of {NEAR}, for "
        f"{percent(met.mean())} of the measured weight variances"
    )


def caption(frames: Frames) -> str:
    """What to see."""
    frame = frames[NAME]
    rows = frame[frame.kind == "measured"]
    return (
        "Lines, theory of infinitely wide networks: in ξ_c layers (dashed) the correlation of two "
        "inputs comes e-fold nearer to c*, in ξ_∇ layers (solid) the squared gradient shrinks or "
        "grows e-fold. At the edge of chaos both are infinite and leave the frame: networks train "
        "if they are not much deeper than these scales. No ξ_c is drawn where the signal vanishes "
        f"or diverges.{_dots(rows.astype(dict.fromkeys(COUNTS, int))) if len(rows) else ''}"
    )


def _dots(rows: pd.DataFrame) -> str:
    seeds, depth, width = (spanned(rows[name]) for name in COUNTS)
    return (
        f" Dots: 1/|growth per layer of ln ‖∂C/∂z‖²| measured in {seeds} networks of depth {depth} "
        f"and width {width} each, with 95 % intervals; one that contains no growth at all has no "
        "upper end. Dots lie off the line where lengths have not settled at q* within that depth."
    )


def draw(frames: Frames, initializers: Sequence[str]) -> alt.TopLevelMixin:
    """A panel per activation: a line per scale, dots for what was measured."""
    frame = frames[NAME]
    choices = controls(frame, CONTROLS)
    x = alt.X("sigma_w2:Q", title=None, scale=alt.Scale(nice=False, zero=True))
    axis = named_axis({float(k): f"{10**k}" for k in range(3)})
    y = {"scale": alt.Scale(domain=[LOW, HIGH], nice=False), "axis": axis}
    base = alt.Chart().encode(x=x.axis(tickCount=4, grid=False), color=_color())
    activations = order(frame.activation)
    columns = columns_for(len(activations))
    layers = alt.layer(*_layers(frame, base, y), data=data(NAME))
    panels = controlled(layers, choices).properties(**panel(columns))
    axes = ("depth scale ξ (layers)", "weight variance σ_w²")
    facets = multiples(panels, "activation", activations, columns, axes, choices)
    return facets.resolve_scale(x="independent")


def _color() -> alt.Color:
    scale = alt.Scale(domain=list(SCALES), range=[LIGHT[ink] for ink, _ in SCALES.values()])
    names = "".join(f"datum.value === {k!r} ? {name!r} : " for k, (_, name) in SCALES.items())
    legend = alt.Legend(labelExpr=f"{names}''")
    return alt.Color("scale:N", scale=scale, title=None, legend=legend)


def _layers(frame: pd.DataFrame, base: alt.Chart, y: dict) -> list[alt.Chart]:
    dashes = alt.Scale(domain=list(SCALES), range=[[5, 3], [1, 0]])
    line = (
        base.transform_filter("datum.kind === 'theory'")
        .mark_line(clip=True, strokeWidth=1.3)
        .encode(
            y=alt.Y("log10_xi:Q", **y),
            detail="part:N",
            strokeDash=alt.StrokeDash("scale:N", scale=dashes, title=None, legend=None),
        )
    )
    if not (frame.kind == "measured").any():
        return [line]
    rows = base.transform_filter("datum.kind === 'measured'")
    tooltip = [
        alt.Tooltip("activation:N", title="activation"),
        alt.Tooltip("initializer:N", title="initializer"),
        alt.Tooltip("sigma_w2:Q", title="σ_w²", format=".4~g"),
        alt.Tooltip("xi:Q", title="1/|growth| (layers)", format=".3~g"),
        alt.Tooltip("from:Q", title="95 % from", format=".3~g"),
        alt.Tooltip("to:N", title="to"),
        alt.Tooltip("said:Q", title="theory, ξ_∇", format=".3~g"),
        alt.Tooltip("n_finite:Q", title="finite networks"),
        alt.Tooltip("n_seeds:Q", title="of"),
    ]
    told = {
        "xi": "pow(10, datum.log10_xi)",
        "from": "pow(10, datum.low)",
        "to": f"datum.high >= {BEYOND:.4f} ? '∞' : format(pow(10, datum.high), '.3~g')",
        "said": "pow(10, datum.expected)",
    }
    hover = (
        marks.answering(rows)
        .transform_calculate(**told)
        .encode(y=alt.Y("log10_xi:Q", **y), tooltip=tooltip)
    )
    bars = marks.whiskers(rows, "low", "high", y)
    return [line, bars, marks.dots(rows, "log10_xi", y), hover]


DEPTH_SCALES = Figure(
    name=NAME,
    chapter="phases",
    question="How many layers do correlations and gradients travel?",
    needs=("depth_scales", "rates"),
    tidy=tidy,
    title=title,
    caption=caption,
    draw=draw,
)
