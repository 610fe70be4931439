"""Are the findings those of one data set? Growth per layer on two of them, cell by cell."""

from collections.abc import Sequence

import altair as alt
import numpy as np
import pandas as pd

from initatlas.confidence import half_width
from initatlas.figures.base import Figure, Frames, data
from initatlas.figures.controls import parameters
from initatlas.figures.frames import WIDEST, unswept
from initatlas.figures.palette import channels
from initatlas.figures.theme import LIGHT
from initatlas.figures.words import counted, number, spanned

NAME = "contrast"
DIAGONAL = "diagonal"
CELL = ["study", "architecture", "initializer", "activation", "depth", "width"]
VARIANCES = ["sigma_w2", "sigma_b2"]
QUANTITIES = {"forward_rate": "signal, forward", "backward_rate": "gradient, backward"}
MARGIN = 0.04  # of the range, on either side


def tidy(tables: Frames) -> Frames:
    """Growth per layer on both data sets, with intervals, of the cells that have a finite one."""
    here, there = (tables[name] for name in ("rates", "contrast_rates"))
    if here.empty or there.empty:
        return {NAME: pd.DataFrame(), DIAGONAL: pd.DataFrame()}
    pairs = here.merge(there, on=[*CELL, *VARIANCES], suffixes=("_x", "_y"))
    pairs = unswept(pairs.assign(dataset=pairs.dataset_x))
    parts = [_of(pairs, name, quantity) for name, quantity in QUANTITIES.items()]
    frame = pd.concat(parts, ignore_index=True)
    measured = frame[np.isfinite(frame.x) & np.isfinite(frame.y)].reset_index(drop=True)
    measured.attrs["lost"] = len(frame) - len(measured)
    return {NAME: measured, DIAGONAL: _diagonal(measured)}


def _of(pairs: pd.DataFrame, name: str, quantity: str) -> pd.DataFrame:
    data_sets = {"x_data": pairs.dataset_x, "y_data": pairs.dataset_y}
    found = pairs[CELL[1:]].assign(quantity=quantity, **data_sets)
    for axis in ("x", "y"):
        mean, n = pairs[f"{name}_mean_{axis}"], pairs[f"{name}_n_finite_{axis}"]
        half = half_width(pairs[f"{name}_se_{axis}"], n)
        found = found.assign(
            **{axis: mean, f"{axis}_low": mean - half, f"{axis}_high": mean + half}
        )
    return found.assign(n_seeds=pairs.n_seeds_y)


def _diagonal(frame: pd.DataFrame) -> pd.DataFrame:
    """Both ends of the line on which both data sets say the same; points and intervals between."""
    rows = []
    for quantity, part in frame.groupby("quantity", sort=False):
        values = part[["x", "y", "x_low", "x_high", "y_low", "y_high"]].to_numpy()
        values = values[np.isfinite(values)]
        margin = MARGIN * max(np.ptp(values), 1e-3)
        ends = (values.min() - margin, values.max() + margin)
        rows += [{"quantity": quantity, "x": end, "y": end} for end in ends]
    return pd.DataFrame(rows)


def largest(frame: pd.DataFrame) -> pd.Series:
    """The row whose two numbers differ most."""
    return frame.loc[(frame.y - frame.x).abs().idxmax()]


def title(frames: Frames) -> str:
    """By how much, at most, growth per layer differs between the data sets, and where."""
    frame = frames[NAME]
    row = largest(frame)
    whole = number(float(np.ptp(frame[["x", "y"]].to_numpy())))
    return (
        f"Growth per layer on {row.y_data} differs from that on {row.x_data} by at most "
        f"{number(abs(row.y - row.x))}, of a range of {whole}: {row.quantity}, {row.initializer}, "
        f"{row.activation}, depth {row.depth}"
    )


def caption(frames: Frames) -> str:
    """What to see."""
    frame = frames[NAME]
    first = frame.iloc[0]
    lost = frame.attrs.get("lost", 0)
    note = ""
    if lost:
        note = f" {counted(lost, 'pair')} of numbers that are not both finite cannot be shown."
    apart = (frame.x_low > frame.y_high) | (frame.y_low > frame.x_high)
    return (
        "ln of the growth per layer of the mean squared pre-activation, from the first to the last "
        "hidden layer, and of the mean squared gradient, from the last to the first. Each point is "
        f"a cell of {spanned(frame.n_seeds)} networks on {first.x_data} and as many on "
        f"{first.y_data}; lines are 95 % intervals over networks. On the diagonal the data do not "
        f"matter; the intervals of {counted(int(apart.sum()), 'point')} of {len(frame)} do not "
        f"overlap.{note}"
    )


def draw(frames: Frames, initializers: Sequence[str]) -> alt.TopLevelMixin:
    """A panel for signals and one for gradients, one data set against the other."""
    frame = frames[NAME]
    quantities = [q for q in QUANTITIES.values() if (frame.quantity == q).any()]
    panels = [_panel(frames, quantity, initializers) for quantity in quantities]
    return alt.concat(*panels, columns=2, spacing=30).add_params(*parameters(()))


def _panel(frames: Frames, quantity: str, initializers: Sequence[str]) -> alt.TopLevelMixin:
    frame, ends = frames[NAME], frames[DIAGONAL]
    first = frame.iloc[0]
    only = alt.FieldEqualPredicate(field="quantity", equal=quantity)
    rows = alt.Chart(data(NAME)).transform_filter(only)
    domain = ends[ends.quantity == quantity].x.tolist()  # one for both axes: a true diagonal
    scale = alt.Scale(domain=domain, zero=False, nice=False)
    x = alt.X("x:Q", scale=scale, title=f"ln growth per layer, on {first.x_data}")
    y = alt.Y("y:Q", scale=scale, title=f"ln growth per layer, on {first.y_data}")
    color, _ = channels(list(dict.fromkeys(frame.initializer)), initializers, alt.Legend())
    line = (
        alt.Chart(data(DIAGONAL))
        .transform_filter(only)
        .mark_line(color=LIGHT["rule"], strokeDash=[4, 3], strokeWidth=1)
        .encode(x=x, y=y)
    )
    across = rows.mark_rule(strokeWidth=1, clip=True).encode(
        x=alt.X("x_low:Q", scale=scale), x2="x_high:Q", y=y, color=color
    )
    along = rows.mark_rule(strokeWidth=1, clip=True).encode(
        y=alt.Y("y_low:Q", scale=scale), y2="y_high:Q", x=x, color=color
    )
    points = rows.mark_point(size=36).encode(x=x, y=y, color=color, tooltip=_tooltip(first))
    return alt.layer(line, across, along, points).properties(
        width=WIDEST, height=WIDEST, title=quantity
    )


def _tooltip(first: pd.Series) -> list[alt.Tooltip]:
    named = [alt.Tooltip(f"{name}:N", title=name) for name in ("initializer", "activation")]
    return [
        *named,
        alt.Tooltip("depth:Q", title="depth"),
        alt.Tooltip("width:Q", title="width"),
        alt.Tooltip("x:Q", title=f"on {first.x_data}", format=".4f"),
        alt.Tooltip("y:Q", title=f"on {first.y_data}", format=".4f"),
        alt.Tooltip("n_seeds:Q", title="networks"),
    ]


CONTRAST = Figure(
    name=NAME,
    chapter="data",
    question="Does it matter on which data networks are measured?",
    needs=("rates", "contrast_rates"),
    tidy=tidy,
    title=title,
    caption=caption,
    draw=draw,
)
