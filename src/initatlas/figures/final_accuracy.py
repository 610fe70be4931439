"""Who learns? Test accuracy at each network's best learning rate, by initializer and depth."""

from collections.abc import Sequence

import altair as alt
import pandas as pd

from initatlas.confidence import half_width
from initatlas.figures.base import Figure, Frames, data
from initatlas.figures.controls import chosen, controlled, controls
from initatlas.figures.frames import ROW, order, unswept
from initatlas.figures.multiples import multiples
from initatlas.figures.palette import ordered
from initatlas.figures.theme import LIGHT
from initatlas.figures.words import counted, listed, one_of, percent, spanned

NAME = "final_accuracy"
CONTROLS = ("run", "width", "architecture", "dataset")
KEYS = ["architecture", "dataset", "activation", "initializer", "depth", "width"]
GENERALIZED = 0.5  # test accuracy below which networks that all train are spoken of
CELL = {"width": 40, "height": 21}  # pixels
COUNTS = ["n_trained", "n_stalled", "n_diverged", "n_seeds"]


def tidy(tables: Frames) -> Frames:
    """Mean final test accuracy of each cell, its interval, and how its networks ended."""
    rows = unswept(tables["convergence"])
    n = rows.final_test_accuracy_n_finite
    frame = rows[[*KEYS, *COUNTS, "steps_to_threshold_median", "learning_rate_median"]].assign(
        run=rows.optimizer + ", best rate",
        panel="depth " + rows.depth.astype(str),
        accuracy=rows.final_test_accuracy_mean,
        half_width=half_width(rows.final_test_accuracy_se, n),
    )
    return {NAME: frame.reset_index(drop=True)}


def trained(frame: pd.DataFrame) -> pd.Series:
    """Share of the networks that trained, by depth, of the run that the figure starts with."""
    first = chosen(frame, controls(frame, CONTROLS))
    total = first.groupby("depth")[["n_trained", "n_seeds"]].sum()
    return total.n_trained / total.n_seeds


def title(frames: Frames) -> str:
    """How many networks train at each end of the depths, and which initializer does best."""
    frame = frames[NAME]
    share = trained(frame)
    first = chosen(frame, controls(frame, CONTROLS))
    deepest = first[first.depth == first.depth.max()]
    mean = deepest.groupby("initializer", sort=False).n_trained.sum()
    best = list(mean[mean == mean.max()].index)
    shares = f"{percent(share.iloc[-1])} of networks of depth {share.index[-1]} train"
    if len(share) > 1:
        shares = f"{percent(share.iloc[0])} of networks of depth {share.index[0]} train, " + (
            f"{percent(share.iloc[-1])} of depth {share.index[-1]}"
        )
    if len(best) == len(mean) or not mean.max():
        return shares
    return f"{shares}, there most often with {listed(best, 3)}"


def caption(frames: Frames) -> str:
    """What to see."""
    frame = frames[NAME]
    lost = int(frame.n_diverged.sum())
    note = " No network diverged."
    if lost:
        note = (
            f" ×: some of the cell's networks diverged, {counted(lost, 'network')} in all runs; "
            "the number is the mean of the others."
        )
    return (
        "Accuracy on the test set at the end of training, in percent, each network at the "
        "learning rate that is best for it on validation points; mean over "
        f"{spanned(frame.n_seeds)} networks of width {one_of(frame.width)}; hover for its "
        f"interval, the rate, and how many trained.{note}{_memorizing(frame)}"
    )


def _memorizing(frame: pd.DataFrame) -> str:
    """Cells that all train and do not generalize: the title's shares and the numbers part there."""
    whole = frame[(frame.n_trained == frame.n_seeds) & (frame.accuracy < GENERALIZED)]
    if whole.empty:
        return ""
    worst = whole.loc[whole.accuracy.idxmin()]
    return (
        " In the title a network trains when its accuracy on mini-batches reaches the threshold. "
        f"All networks of {counted(len(whole), 'cell')} do and stay below {percent(GENERALIZED)} "
        f"on the test set: {worst.activation} with {worst.initializer} at depth {worst.depth} is "
        f"at {percent(worst.accuracy)}."
    )


def draw(frames: Frames, initializers: Sequence[str]) -> alt.TopLevelMixin:
    """A table of coloured numbers per depth."""
    frame = frames[NAME]
    choices = controls(frame, CONTROLS)
    shown = ordered(frame.initializer, initializers)
    panels = alt.layer(*_layers(shown, order(frame.activation)), data=data(NAME))
    panels = panels.properties(width=alt.Step(CELL["width"]), height=alt.Step(CELL["height"]))
    depths = [f"depth {depth}" for depth in sorted(frame.depth.unique())]
    most = frame.groupby("architecture").initializer.nunique().max()  # in one panel
    side_by_side = max(1, ROW // (CELL["width"] * most + 70))
    panels = controlled(panels, choices)
    axes = ("activation", "initializer; numbers: test accuracy at the end, %")
    return multiples(panels, "panel", depths, min(side_by_side, len(depths)), axes, choices)


def _layers(initializers: list[str], activations: list[str]) -> list[alt.Chart]:
    slanted = alt.Axis(labelAngle=-40, labelLimit=150, labelOverlap=False, grid=False)
    rows = alt.Chart().encode(
        x=alt.X("initializer:N", sort=initializers, title=None, axis=slanted),
        y=alt.Y("activation:N", sort=activations, title=None),
        tooltip=_tooltip(),
    )
    gap = {"stroke": LIGHT["paper"], "strokeWidth": 1}
    lost = rows.transform_filter("!isValid(datum.accuracy)").mark_rect(color=LIGHT["lost"], **gap)
    scale = alt.Scale(scheme="viridis", domain=[0, 1])
    legend = alt.Legend(format=".0%", gradientLength=180, gradientThickness=8)
    color = alt.Color("accuracy:Q", scale=scale, title=None, legend=legend)
    cells = rows.transform_filter("isValid(datum.accuracy)").mark_rect(**gap).encode(color=color)
    name = "isValid(datum.accuracy) ? format(100 * datum.accuracy, '.0f') : ''"
    # Black or white, whichever reads on viridis at this height.
    bright = "datum.accuracy > 0.55 || !isValid(datum.accuracy)"
    text = rows.transform_calculate(name=f"({name}) + (datum.n_diverged > 0 ? '×' : '')").mark_text(
        fontSize=10
    )
    text = text.encode(
        text="name:N", color=alt.condition(bright, alt.value("#10131a"), alt.value("#f7f8fa"))
    )
    return [lost, cells, text]


def _tooltip() -> list[alt.Tooltip]:
    return [
        alt.Tooltip("initializer:N", title="initializer"),
        alt.Tooltip("activation:N", title="activation"),
        alt.Tooltip("depth:Q", title="depth"),
        alt.Tooltip("accuracy:Q", title="test accuracy", format=".3f"),
        alt.Tooltip("half_width:Q", title="± (95 %)", format=".3f"),
        alt.Tooltip("learning_rate_median:Q", title="best rate (median)", format=".2g"),
        alt.Tooltip("n_trained:Q", title="trained"),
        alt.Tooltip("n_stalled:Q", title="stalled"),
        alt.Tooltip("n_diverged:Q", title="diverged"),
        alt.Tooltip("steps_to_threshold_median:Q", title="median steps to threshold"),
    ]


FINAL_ACCURACY = Figure(
    name=NAME,
    chapter="findings",
    question="Which initializer trains which activation, and how deep?",
    needs=("convergence",),
    tidy=tidy,
    title=title,
    caption=caption,
    draw=draw,
)
