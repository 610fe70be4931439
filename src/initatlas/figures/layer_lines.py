"""What do figures of a statistic against depth share? One line an initializer, a panel a φ.

Where theory has its say, lines are theory and dots with bars the measurement; where it has none,
a line joins what was measured, or, beside initializers that have theory, only its dots.
"""

from collections.abc import Callable, Sequence

import altair as alt
import numpy as np
import pandas as pd

from initatlas.figures import bands, marks, palette
from initatlas.figures.base import data
from initatlas.figures.controls import chosen, controlled, controls
from initatlas.figures.frames import columns_for, grouped, order, panel, thinned, unswept
from initatlas.figures.multiples import multiples
from initatlas.figures.window import Window
from initatlas.figures.words import counted, one_of, percent, power, spanned

CONTROLS = ("depth", "group", "width", "architecture", "dataset")
KEYS = ["architecture", "dataset", "activation", "initializer", "group", "depth", "width", "layer"]
MARKED = 6  # layers of a line that have a dot: each initializer its own, so that none hides another
PLACES = 3  # decimals of what is drawn, and said in tooltips
ROUGHLY = ("log10_half_width", "spread")  # of decades: two decimals, 0.2 pixels


def lines(
    layers: pd.DataFrame, first: int, values: Callable[[pd.DataFrame], dict[str, pd.Series]]
) -> pd.DataFrame:
    """The rows that are drawn, from layer `first` on: keys, n, and what `values` adds."""
    rows = grouped(unswept(layers[layers.layer.between(first, layers.depth)]))
    rows = thinned(rows, first)
    frame = rows[KEYS].assign(n_seeds=rows.n_seeds, **values(rows)).round(PLACES)
    if "log10_value" in frame:
        frame = frame.round(dict.fromkeys(ROUGHLY, PLACES - 1))
    without = [name for name in ("theory", "spread") if frame[name].isna().all()]
    frame = frame.drop(columns=without).reset_index(drop=True)
    return frame if "theory" in without else dotted(frame, "group", KEYS[:-1])


def dotted(frame: pd.DataFrame, together: str, line: list[str]) -> pd.DataFrame:
    """With `dotted`, the rows that have a dot: every few layers of a line, or all without theory.

    Initializers that are drawn `together` have theirs at other layers, so that none hides another.
    """
    lines = frame.groupby(line, sort=False)
    step = -(-lines.layer.transform("size") // MARKED)
    places = frame.groupby(together, sort=False).initializer.transform(
        lambda names: pd.factorize(names)[0]
    )
    every = (lines.cumcount() - places) % step == 0
    return frame.assign(dotted=every | lines.theory.transform(lambda values: values.isna().all()))


def decimal(log: pd.Series, half_width: pd.Series) -> dict[str, pd.Series]:
    """A natural logarithm and the half width of its interval, in decades."""
    with np.errstate(invalid="ignore"):
        shown = log.where(np.isfinite(log)) / np.log(10)
    return {"log10_value": shown, "log10_half_width": half_width / np.log(10)}


def predicted(rows: pd.DataFrame, name: str) -> pd.Series:
    """A column that theory adds to a table; NaN where it did not."""
    return rows[name] if name in rows else pd.Series(np.nan, index=rows.index)


def draw(
    name: str,
    frame: pd.DataFrame,
    initializers: Sequence[str],
    *,
    window: Window,
    value: str,
    axes: tuple[str, str],
    tooltip: list[alt.Tooltip],
) -> alt.TopLevelMixin:
    """A panel per activation, a line per initializer, with what is not finite in the strips."""
    choices = controls(frame, CONTROLS)
    x = alt.X("layer:Q", title=None, scale=alt.Scale(nice=False, zero=False, padding=2))
    x = x.axis(tickMinStep=1, tickCount=4, grid=False)
    shown = order(frame.initializer)
    color, dash = palette.channels(shown, initializers, palette.legend(frame))
    base = alt.Chart().encode(x=x, color=color)
    y = {"scale": window.scale(), "axis": window.axis()}
    hover = (
        marks.answering(base)
        .transform_filter(pointed(frame, value))
        .encode(y=alt.Y(f"{value}:Q", **y), tooltip=tooltip)
    )
    lost = (
        base.transform_filter("isValid(datum.outside)")
        .transform_calculate(strip=window.position())
        .mark_point(shape="cross", size=14, filled=False, strokeWidth=1.2)
        .encode(y=alt.Y("strip:Q", **y), tooltip=tooltip)
    )
    if "theory" in frame:
        curves = compared(base, value, y, dash)
    else:
        curves = [base.mark_line(clip=True).encode(y=alt.Y(f"{value}:Q", **y), strokeDash=dash)]
    if "spread" in frame:
        ends = bands.BAND if value.startswith("log10") else bands.PLAIN
        band, hover = bands.with_band(base, hover, y, ends)
        curves = [band, *curves]
    layers = [*window.grounds("activation"), *curves, lost, hover]
    activations = order(frame.activation)
    columns = columns_for(len(activations))
    panels = controlled(alt.layer(*layers, data=data(name)), choices).properties(**panel(columns))
    return multiples(panels, "activation", activations, columns, axes, choices)


def pointed(frame: pd.DataFrame, value: str) -> str:
    """Which rows answer to a pointer: those with a dot, all where lines are what was measured."""
    shown = f"isValid(datum.{value})"
    return f"{shown} && datum.dotted" if "dotted" in frame else shown


def compared(base: alt.Chart, value: str, y: dict, dash: alt.StrokeDash) -> list[alt.Chart]:
    """Theory as lines, the measurement as dots with bars."""
    line = base.mark_line(clip=True, strokeWidth=1.1).encode(
        y=alt.Y("theory:Q", **y), strokeDash=dash
    )
    half_width = "log10_half_width" if value.startswith("log10") else "half_width"
    ends = {
        "low": f"datum.{value} - datum.{half_width}",
        "high": f"datum.{value} + datum.{half_width}",
    }
    dotted = base.transform_filter("datum.dotted")
    measured = dotted.transform_filter(f"isValid(datum.{half_width})").transform_calculate(**ends)
    return [line, marks.whiskers(measured, "low", "high", y), marks.dots(dotted, value, y)]


def sample(frame: pd.DataFrame) -> str:
    """How many networks are behind each line, and of which size."""
    seeds = spanned(frame.n_seeds)
    return f"{seeds} networks of width {one_of(frame.width)} each"


def shown_as(frame: pd.DataFrame) -> str:
    """What is measured and what is theory, for a caption."""
    if "theory" not in frame:
        return ""
    text = (
        " Dots, at every few layers: measured, with 95 % intervals. Lines: theory of infinitely "
        "wide networks that are fed the same data, nothing fitted; an initializer without a line "
        "has none."
    )
    return text + bands.said_of(frame) + _met(frame)


def _met(frame: pd.DataFrame) -> str:
    """How many measured means lie where the bands have those of so many networks, if any is wide.

    Of what is shown first, as the title; of bands ten times as wide as they are rounded.
    """
    if "spread" not in frame:
        return ""
    value, places = ("log10_value", PLACES - 1) if "log10_value" in frame else (None, PLACES)
    rows = first(frame)
    rows = rows[(rows.layer > 0) & (rows.spread >= 5 * 10**-places)]
    middle = rows.theory if value is None else bands.centre(rows)
    gap = (rows[value or "correlation"] - middle).abs().dropna()
    if gap.empty:
        return ""
    met = gap <= (rows.spread / np.sqrt(rows.n_finite))[gap.index]
    return f" {percent(met.mean())} of the means shown first lie where 95 % of such should."


def first(frame: pd.DataFrame) -> pd.DataFrame:
    """The networks that the figure starts with, of all initializers: what its title speaks of."""
    columns = [name for name in CONTROLS if name != "group"]
    return chosen(frame, controls(frame, columns))


def fit(frame: pd.DataFrame, value: str, within: float) -> float:
    """The share of hidden layers whose value theory meets within so much; NaN if it has no say.

    Of the networks that the figure starts with: of shallow ones more layers are drawn, which theory
    knows best, and the input is given.
    """
    if "theory" not in frame:
        return np.nan
    rows = first(frame)
    rows = rows[rows.layer > 0]
    gap = (rows[value] - rows.theory).dropna().abs()
    return float((gap <= within).mean()) if len(gap) else np.nan


def fitted(title: str, frame: pd.DataFrame) -> str:
    """A title, and how well theory does."""
    share = fit(frame, "log10_value", np.log10(2))
    if np.isnan(share):
        return title
    return f"{title}; theory is right within a factor of 2 in {percent(share)} of their layers"


def decade_tooltip(symbol: str, frame: pd.DataFrame) -> list[alt.Tooltip]:
    """What a hover says: value, the factor that its interval spans, theory, n."""
    return tooltip(
        frame,
        alt.Tooltip("log10_value:Q", title=f"log₁₀ {symbol}", format=".3f"),
        alt.Tooltip("log10_half_width:Q", title="± (95 %)", format=".3f"),
    )


def tooltip(frame: pd.DataFrame, *measured: alt.Tooltip) -> list[alt.Tooltip]:
    """Where, what was measured, what theory says where it does, and of how many networks."""
    said = {"theory": "theory"} if "theory" in frame else {}
    if "spread" in frame:
        said |= {"low": "95 % of networks, from", "high": "to"}
    return [
        alt.Tooltip("activation:N", title="activation"),
        alt.Tooltip("initializer:N", title="initializer"),
        alt.Tooltip("layer:Q", title="layer"),
        *measured,
        *(alt.Tooltip(f"{name}:Q", title=t, format=".3f") for name, t in said.items()),
        alt.Tooltip("outside:N", title="beside the axis"),
        alt.Tooltip("n_finite:Q", title="finite networks"),
        alt.Tooltip("n_seeds:Q", title="of"),
    ]


def window(frame: pd.DataFrame) -> Window:
    """The decades of what was measured and of what theory says."""
    values = pd.concat([frame[name] for name in ("log10_value", "theory") if name in frame])
    return Window.decades(values, frame.outside)


def beyond(frame: pd.DataFrame, window: Window) -> str:
    """How many lines leave the window, and how far."""
    by_line = frame.groupby(KEYS[:-1], sort=False).log10_value
    low, high = by_line.min(), by_line.max()
    below, above = (low < window.low).sum(), (high > window.high).sum()
    said = []
    if below:
        said.append(f"{counted(int(below), 'line')} below it, down to {power(round(low.min()))}")
    if above:
        said.append(f"{counted(int(above), 'line')} above it, up to {power(round(high.max()))}")
    return f" Leaving the frame: {'; '.join(said)}." if said else ""
