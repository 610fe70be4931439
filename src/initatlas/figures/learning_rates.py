"""How wide is the window of learning rates that work, and how good is its best?"""

from collections.abc import Sequence

import altair as alt
import numpy as np
import pandas as pd

from initatlas.confidence import half_width
from initatlas.figures import marks, palette
from initatlas.figures.base import Figure, Frames, data
from initatlas.figures.controls import chosen, controlled, controls
from initatlas.figures.frames import columns_for, grouped, order, panel, unswept
from initatlas.figures.multiples import multiples
from initatlas.figures.words import counted, listed, one_of, spanned, tick

NAME = "learning_rates"
CONTROLS = ("quantity", "run", "depth", "group", "width", "architecture", "dataset")
KEYS = ["architecture", "dataset", "activation", "initializer", "group", "depth", "width"]
LINE = [*KEYS, "sigma_w2", "sigma_b2", "run"]


def tidy(tables: Frames) -> Frames:
    """Accuracy and share that trained at every rate of the grid, and which rate is best."""
    rows = unswept(tables["rate_convergence"])
    if rows.empty:
        return {NAME: rows}
    relative = rows.relative_learning_rate.notna()
    units = np.where(relative, "rate in 2/λ_max", "rate")
    rows = grouped(rows).assign(
        run=rows.optimizer + ", " + units,
        rate=rows.relative_learning_rate.where(relative, rows.learning_rate),
    )
    n = rows.final_test_accuracy_n_finite
    reach = np.nan_to_num(half_width(rows.final_test_accuracy_se, n))
    # As in the recommendation, the accuracy of a diverged network is 0.
    mean = rows.final_test_accuracy_mean.fillna(0.0) * n / rows.n_seeds
    counts = ["n_trained", "n_stalled", "n_diverged", "n_seeds"]
    frame = rows[[*LINE, "rate", *counts]].assign(
        works=(2 * rows.n_trained > rows.n_seeds).astype(int), best=_best(rows)
    )
    share = rows.n_trained / rows.n_seeds
    parts = [
        frame.assign(quantity="test accuracy", value=mean, low=mean - reach, high=mean + reach),
        frame.assign(quantity="share that trained", value=share, low=share, high=share),
    ]
    found = pd.concat(parts, ignore_index=True)
    return {NAME: found.assign(low=found.low.clip(0, 1), high=found.high.clip(0, 1))}


def _best(rows: pd.DataFrame) -> pd.Series:
    """1 at the rate of each line with the best mean accuracy on validation points."""
    n = rows.final_validation_accuracy_n_finite
    score = rows.final_validation_accuracy_mean.fillna(0.0) * n / rows.n_seeds
    ordered = rows.assign(score=score).sort_values(["score", "rate"], ascending=[False, True])
    first = ordered.drop_duplicates(LINE).index
    return pd.Series(rows.index.isin(first).astype(int), index=rows.index)


def windows(frame: pd.DataFrame) -> pd.DataFrame:
    """Per initializer: rates at which more than half of a cell trains, mean over activations."""
    lines = frame.groupby(["initializer", "activation"], sort=False).works.sum()
    return lines.groupby("initializer", sort=False).agg(["mean", "size"])


def title(frames: Frames) -> str:
    """Whose window is the widest, of those that the figure starts with."""
    columns = ("quantity", "run", "depth", "width", "architecture", "dataset")
    rows = chosen(frames[NAME], controls(frames[NAME], columns))
    wide = windows(rows)["mean"].round(9)
    rates = rows.rate.nunique()
    where = f"at depth {int(rows.depth.iloc[0])} with {rows.run.iloc[0].partition(',')[0]}"
    best, worst = wide[wide == wide.max()], wide[wide == wide.min()]
    if not wide.max():
        return f"No initializer has a learning rate that trains its networks {where}"
    if len(best) == len(wide):
        return f"All initializers train at {tick(round(wide.max(), 1))} of {rates} rates {where}"
    verb = "trains" if len(best) == 1 else "train"
    return (
        f"{listed(list(best.index), 3)} {verb} at {tick(round(wide.max(), 1))} of {rates} learning "
        f"rates on average {where}, {listed(list(worst.index), 3)} at {tick(round(wide.min(), 1))}"
    )


def caption(frames: Frames) -> str:
    """What to see."""
    frame = frames[NAME]
    lost = frame[(frame.n_diverged > 0) & (frame.quantity == frame.quantity.iloc[0])]
    note = f" In {counted(len(lost), 'run')} of the grid some diverged." if len(lost) else ""
    return (
        f"Every network of a cell ({spanned(frame.n_seeds)} of width {one_of(frame.width)}) "
        "trained at every learning rate; relative rates are multiples of 2/λ_max of the network’s "
        "own tangent kernel. Points: more than half of the networks trained, the window of "
        "workable rates; ring: the cell’s best rate on validation points. Whiskers: 95 % interval "
        f"of the mean of those that stayed finite; a diverged network’s accuracy is 0.{note}"
    )


def draw(frames: Frames, initializers: Sequence[str]) -> alt.TopLevelMixin:
    """A panel per activation, a line per initializer."""
    frame = frames[NAME]
    choices = controls(frame, CONTROLS)
    panels = order(frame.activation)
    columns = columns_for(len(panels), 4)
    size = panel(max(2, columns))
    chart = controlled(alt.layer(*_layers(frame, initializers), data=data(NAME)), choices)
    chart = chart.properties(width=size["width"], height=size["height"] * 1.1)
    axes = ("at the end of training", "learning rate")
    facets = multiples(chart, "activation", panels, columns, axes, choices)
    return facets.resolve_scale(x="independent")


def _layers(frame: pd.DataFrame, initializers: Sequence[str]) -> list[alt.Chart]:
    legend = palette.legend(frame)
    color, dash = palette.channels(order(frame.initializer), initializers, legend)
    x = alt.X("rate:Q", title=None, scale=alt.Scale(type="log", nice=False, padding=10))
    rates = sorted(frame.rate.unique().tolist())
    x = x.axis(values=rates, tickCount=len(rates), format="~g", grid=False)
    axis = alt.Axis(format=".0%", values=[0, 0.5, 1], tickCount=3)
    y = {"title": None, "scale": alt.Scale(domain=[0, 1]), "axis": axis}
    base = alt.Chart().encode(x=x, color=color)
    place = alt.Y("value:Q", **y)
    works = base.transform_filter("datum.works === 1").mark_point(filled=True, size=34)
    best = base.transform_filter("datum.best === 1")
    ring = best.mark_point(filled=False, size=130, strokeWidth=1.6)
    hover = marks.answering(base)
    return [
        base.mark_rule(strokeWidth=0.8).encode(y=alt.Y("low:Q", **y), y2="high:Q"),
        base.mark_line(strokeWidth=1.5).encode(y=place, strokeDash=dash),
        works.encode(y=place),
        ring.encode(y=place),
        hover.encode(y=place, tooltip=_tooltip()),
    ]


def _tooltip() -> list[alt.Tooltip]:
    return [
        alt.Tooltip("initializer:N", title="initializer"),
        alt.Tooltip("activation:N", title="activation"),
        alt.Tooltip("rate:Q", title="rate", format=".3g"),
        alt.Tooltip("value:Q", title="at the end", format=".3f"),
        alt.Tooltip("low:Q", title="95 % from", format=".3f"),
        alt.Tooltip("high:Q", title="to", format=".3f"),
        alt.Tooltip("n_trained:Q", title="trained"),
        alt.Tooltip("n_stalled:Q", title="stalled"),
        alt.Tooltip("n_diverged:Q", title="diverged"),
    ]


LEARNING_RATES = Figure(
    name=NAME,
    chapter="trainability",
    question="How wide is the window of learning rates that work?",
    needs=("rate_convergence",),
    tidy=tidy,
    title=title,
    caption=caption,
    draw=draw,
)
