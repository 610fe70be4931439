"""How evenly does a network stretch small changes: as evenly as free probability says?"""

from collections.abc import Sequence

import altair as alt
import numpy as np
import pandas as pd

from initatlas.figures.base import Figure, Frames, data
from initatlas.figures.controls import chosen, controlled, controls
from initatlas.figures.evenness import INNER, distance, spans
from initatlas.figures.frames import columns_for, fitted, grouped, order, panel, unswept
from initatlas.figures.multiples import multiples
from initatlas.figures.theme import LIGHT
from initatlas.figures.words import counted, decades, listed, number, one_of, percent, spanned
from initatlas.tables.columns import CELL_KEYS

NAME = "jacobian_spectra"
CONTROLS = ("depth", "group", "width", "architecture", "dataset")
KEYS = ["architecture", "dataset", "activation", "initializer", "group", "depth", "width"]
PREDICTED = ["mass_at_zero", "mass_at_top", "log_top", "log_squared"]
COLUMNS = 6


def tidy(tables: Frames) -> Frames:
    """Measured and predicted densities of ln s², a row each cell."""
    theory = tables["jacobian_density"].rename(columns={"density": "theory"})
    rows = tables["spectra"].merge(theory, on=list(CELL_KEYS), how="left", suffixes=("", "_theory"))
    rows = grouped(unswept(rows[rows.n_density > 0]))
    bins = rows.density.map(len).clip(lower=1)
    zeros = rows.singular_fraction_mean, rows.mass_at_zero
    spreads = rows.squared_singular_value_variance_mean, rows.relative_variance
    columns = {name: rows[name] for name in PREDICTED}
    frame = rows[[*KEYS, "n_seeds", "n_density", "low", "density", "theory"]].assign(
        panel=rows.activation + ", " + rows.initializer,
        bin=(rows.high - rows.low) / bins,
        zero=[_at_zero(*pair) for pair in zip(*zeros, strict=True)],
        spread=[_spread(*pair) for pair in zip(*spreads, strict=True)],
        **columns,
    )
    frame = frame.sort_values("activation", key=rank, kind="stable")
    return {NAME: fitted(frame, ("depth", "initializer"), points=4 * int(bins.max()))}


def _at_zero(measured: float, predicted: float) -> str | None:
    """Shares of singular values that are 0, where there are any."""
    if not max(measured, np.nan_to_num(predicted)) >= 0.005:
        return None
    return f"0: {percent(measured)}" + (f" ({percent(predicted)})" if predicted >= 0 else "")


def _spread(measured: float, predicted: float) -> str | None:
    """Relative variances of s²."""
    if not np.isfinite(measured):
        return None
    return f"σ²: {_unrounded(measured)}" + (
        f" ({_unrounded(predicted)})" if np.isfinite(predicted) else ""
    )


def _unrounded(variance: float) -> str:
    """Two digits; what only rounding makes differ from 0 is 0."""
    return number(variance) if variance > 1e-9 else "0"


def rank(names: pd.Series) -> pd.Series:
    """Places of names in order of appearance, which sorting by them keeps."""
    return names.map({name: place for place, name in enumerate(order(names))})


def title(frames: Frames) -> str:
    """Which initializer stretches most evenly, which least, for the activation shown first."""
    frame = frames[NAME]
    shown = chosen(frame, controls(frame, CONTROLS))
    depth = counted(int(shown.depth.iloc[0]), "layer")
    width = spans(shown).groupby(shown.initializer, sort=False).median().dropna()
    if width.empty:
        return f"No small change passes through {depth} of any network"
    low, high = width.idxmin(), width.idxmax()
    least, most = (decades(width[name] / np.log(10)) for name in (low, high))
    alike = f"Over {depth} {low} stretches {percent(INNER)} of directions alike within a factor"
    return f"{alike} of {least}" + (f", {high} within {most}" if low != high else "")


def caption(frames: Frames) -> str:
    """What to see."""
    frame = frames[NAME]
    share = percent(INNER)
    lost = int((frame.n_seeds - frame.n_density).sum())
    gone = f" {counted(lost, 'network')} without finite numbers left out." if lost else ""
    return (
        "Squared singular values s² of the Jacobian ∂z^L/∂z^1: bars, density of ln s² measured in "
        f"{spanned(frame.n_density)} networks of width {one_of(frame.width)}; lines, that of "
        "infinitely wide networks fed with the same data, where free probability has it in closed "
        f"form (φ′ is 0 or 1){_atoms(frame)}. At ln s² = 0 a change keeps its size. “σ²: a (b)”: "
        f"variance of s² over its squared mean, measured a, by theory b. {_zeros(frame)}Networks "
        f"of width n are off by about L/n of that.{_far(frame)} In the title: range of the middle "
        f"{share} of the s that are not 0, median over activations.{gone}"
    )


def _atoms(frame: pd.DataFrame) -> str:
    if not (frame.mass_at_top > 0).any():
        return ""
    return "; diamonds, a share of the s² that it puts at one value, as high as its bar would be"


def _zeros(frame: pd.DataFrame) -> str:
    if not frame.zero.notna().any():
        return ""
    return "“0: a (b)”: share of the s that are 0, likewise. "


def _far(frame: pd.DataFrame) -> str:
    """How far measured densities are from predicted ones, by depth."""
    apart = frame.apply(distance, axis=1).groupby(frame.depth).max().dropna()
    if apart.empty:
        return ""
    said = listed([f"{percent(far)} at L = {depth}" for depth, far in apart.items()])
    return f" Shares of the s below any value differ from predicted ones by at most {said}."


def draw(frames: Frames, initializers: Sequence[str]) -> alt.TopLevelMixin:
    """A panel per activation and initializer."""
    frame = frames[NAME]
    choices = controls(frame, CONTROLS)
    columns, names = columns_for(frame.initializer.nunique(), COLUMNS), order(frame.panel)
    layers = [_isometry(), _bars(), _curve(), *_atom(), *_said()]
    panels = controlled(alt.layer(*layers, data=data(NAME)), choices).properties(**panel(columns))
    axes = ("density of ln s² (1/nat)", "ln s²")
    facets = multiples(panels, "panel", names, columns, axes, choices)
    return facets.resolve_scale(x="independent", y="independent")


def _x(field: str) -> alt.X:
    axis = alt.Axis(tickCount=4, grid=False, labelFlush=False, labelSeparation=6)
    return alt.X(field, title=None, scale=alt.Scale(nice=False, zero=False, padding=6), axis=axis)


def _y(field: str) -> alt.Y:
    axis = alt.Axis(tickCount=3, grid=False)
    return alt.Y(field, title=None, scale=alt.Scale(nice=False, zero=True), axis=axis)


def _isometry() -> alt.Chart:
    """A line at s = 1; unseen ones beside it keep an axis from shrinking to a single bin."""
    return (
        alt.Chart()
        .transform_calculate(place="[-1, 0, 1]")
        .transform_flatten(["place"])
        .mark_rule(color=LIGHT["rule"], strokeDash=[2, 2])
        .encode(
            x=_x("place:Q"),
            opacity=alt.condition("datum.place === 0", alt.value(1), alt.value(0)),
        )
    )


def _bars() -> alt.Chart:
    return (
        alt.Chart()
        .transform_flatten(["density"])
        .transform_window(position="row_number()", groupby=["panel"])
        .transform_calculate(
            start="datum.low + (datum.position - 1) * datum.bin",
            end="datum.low + datum.position * datum.bin",
        )
        .mark_rect(fill=LIGHT["forward"], stroke=LIGHT["forward"], strokeWidth=0.6, opacity=0.4)
        .encode(x=_x("start:Q"), x2="end:Q", y=_y("density:Q"), y2=alt.datum(0), tooltip=_tooltip())
    )


def _curve() -> alt.Chart:
    return (
        alt.Chart()
        .transform_filter("isValid(datum.theory)")
        .transform_flatten(["log_squared", "theory"])
        .mark_line(color=LIGHT["theory"], strokeWidth=1.3, clip=True)
        .encode(x=_x("log_squared:Q"), y=_y("theory:Q"))
    )


def _atom() -> list[alt.Chart]:
    rows = (
        alt.Chart()
        .transform_filter("datum.mass_at_top > 0")
        .transform_calculate(height="datum.mass_at_top / datum.bin")
        .encode(x=_x("log_top:Q"))
    )
    rule = rows.mark_rule(color=LIGHT["theory"], strokeWidth=1.3)
    mark = rows.mark_point(shape="diamond", color=LIGHT["theory"], size=36, filled=True, opacity=1)
    return [
        rule.encode(y=_y("height:Q"), y2=alt.datum(0)),
        mark.encode(y=_y("height:Q"), tooltip=_tooltip()),
    ]


def _said() -> list[alt.Chart]:
    """What is said in a panel, with a halo where it meets the bars of a narrow one."""
    look = {"align": "left", "baseline": "top", "fontSize": 10}
    halo = {"stroke": LIGHT["paper"], "strokeWidth": 3, "strokeJoin": "round"}
    return [
        alt.Chart()
        .transform_filter(f"isValid(datum.{name})")
        .mark_text(**look, color=LIGHT["soft"], **extra)
        .encode(x=alt.value(3), y=alt.value(place), text=f"{name}:N")
        for place, name in ((3, "spread"), (15, "zero"))
        for extra in (halo, {})
    ]


def _tooltip() -> list[alt.Tooltip]:
    return [
        alt.Tooltip("panel:N", title="network"),
        alt.Tooltip("zero:N", title="share at s = 0 (theory)"),
        alt.Tooltip("spread:N", title="relative variance of s² (theory)"),
        alt.Tooltip("mass_at_top:Q", title="share of one value, theory", format=".3f"),
        alt.Tooltip("n_density:Q", title="networks"),
    ]


JACOBIAN_SPECTRA = Figure(
    name=NAME,
    chapter="spectra",
    question="Does a network stretch small changes evenly?",
    needs=("spectra", "jacobian_density"),
    tidy=tidy,
    title=title,
    caption=caption,
    draw=draw,
)
