"""What do figures of a statistic against depth share? One line an initializer, a panel a φ."""

from collections.abc import Callable, Sequence

import altair as alt
import numpy as np
import pandas as pd

from initatlas.figures import palette
from initatlas.figures.base import data
from initatlas.figures.controls import controlled, controls, heading, parameters
from initatlas.figures.frames import columns_for, grouped, order, panel, thinned, unswept
from initatlas.figures.window import Window
from initatlas.figures.words import counted, power, spanned

CONTROLS = ("depth", "group", "width", "architecture", "dataset")
KEYS = ["architecture", "dataset", "activation", "initializer", "group", "depth", "width", "layer"]


def lines(
    layers: pd.DataFrame, first: int, values: Callable[[pd.DataFrame], dict[str, pd.Series]]
) -> pd.DataFrame:
    """The rows that are drawn, from layer `first` on: keys, n, and what `values` adds."""
    rows = grouped(unswept(layers[layers.layer.between(first, layers.depth)]))
    rows = thinned(rows, first)
    frame = rows[KEYS].assign(n_seeds=rows.n_seeds, **values(rows))
    return frame.reset_index(drop=True)


def decimal(log: pd.Series, half_width: pd.Series) -> dict[str, pd.Series]:
    """A natural logarithm and the half width of its interval, in decades."""
    with np.errstate(invalid="ignore"):
        shown = log.where(np.isfinite(log)) / np.log(10)
    return {"log10_value": shown, "log10_half_width": half_width / np.log(10)}


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
    shown = order(frame.initializer)
    choices = controls(frame, CONTROLS)
    x = alt.X("layer:Q", title=None, scale=alt.Scale(nice=False, zero=False, padding=2))
    x = x.axis(tickMinStep=1, tickCount=4, grid=False)
    color, dash = palette.channels(shown, initializers, palette.legend(frame))
    base = alt.Chart().encode(x=x, color=color)
    y = alt.Y(f"{value}:Q", scale=window.scale(), axis=window.axis())
    solid = base.mark_line(clip=True, interpolate="linear").encode(y=y, strokeDash=dash)
    hover = (
        base.transform_filter(f"live && isValid(datum.{value})")
        .mark_point(opacity=0, size=70, clip=True)
        .encode(y=y, tooltip=tooltip)
    )
    lost = (
        base.transform_filter("isValid(datum.outside)")
        .transform_calculate(strip=window.position())
        .mark_point(shape="cross", size=14, filled=False, strokeWidth=1.2)
        .encode(y=alt.Y("strip:Q", scale=window.scale(), axis=window.axis()), tooltip=tooltip)
    )
    layers = [*window.grounds("activation"), solid, lost, hover]
    activations = order(frame.activation)
    columns = columns_for(len(activations))
    panels = controlled(alt.layer(*layers, data=data(name)), choices).properties(**panel(columns))
    return (
        panels.facet(
            facet=alt.Facet("activation:N", sort=activations, title=None),
            columns=columns,
        )
        .resolve_axis(x="independent", y="independent")
        .properties(title=heading(*axes, choices))
        .add_params(*parameters(choices))
    )


def sample(frame: pd.DataFrame) -> str:
    """How many networks are behind each line, and of which size."""
    seeds = spanned(frame.n_seeds)
    return f"{seeds} networks of width {spanned(frame.width)} a line"


def decade_tooltip(symbol: str) -> list[alt.Tooltip]:
    """What a hover says: value, the factor that its interval spans, n."""
    return [
        alt.Tooltip("activation:N", title="activation"),
        alt.Tooltip("initializer:N", title="initializer"),
        alt.Tooltip("layer:Q", title="layer"),
        alt.Tooltip("log10_value:Q", title=f"log₁₀ {symbol}", format=".3f"),
        alt.Tooltip("log10_half_width:Q", title="± (95 %)", format=".3f"),
        alt.Tooltip("outside:N", title="beside the axis"),
        alt.Tooltip("n_finite:Q", title="finite networks"),
        alt.Tooltip("n_seeds:Q", title="of"),
    ]


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
