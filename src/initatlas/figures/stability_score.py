"""Does a cell's stability score, known before training, say whether its networks train?"""

from collections.abc import Sequence

import altair as alt
import numpy as np
import pandas as pd

from initatlas.figures.base import Figure, Frames, data
from initatlas.figures.controls import chosen, controlled, controls
from initatlas.figures.frames import columns_for, order, panel
from initatlas.figures.multiples import multiples
from initatlas.figures.theme import LIGHT
from initatlas.figures.words import counted, listed, percent, spanned
from initatlas.tables.columns import CELL_KEYS

NAME = "stability_score"
CONTROLS = ("quantity", "optimizer", "score_of", "width", "architecture", "dataset")
SCORES = {
    "measured and theory": "score",
    "theory alone": "score_predicted",
    "measured alone": "score_measured",
}
QUANTITIES = {"test accuracy": "accuracy", "share that trained": "trained"}
LOW, HIGH = 1e-3, 1e4  # of −ln S: what lies beyond is drawn at the ends
TOSS_UP = 1.0  # −ln S at which as many networks train as not, by the score's calibration
PARTS = {
    "forward_stability": "forward stability",
    "gradient_stability": "gradient stability",
    "depth_ratio": "L/ξ_c",
    "beta": "β",
    "jacobian_variance": "Jacobian variance",
}
INKS = (0, 4, 6, 7, 5, 8, 10, 3, 1, 2, 11, 12, 13, 14, 15, 9)  # of s0 … s15, neighbours apart
SHAPES = ("circle", "square", "diamond", "triangle-up", "cross", "triangle-down")


def tidy(tables: Frames) -> Frames:
    """Each cell's −ln S by three scores, the parts of the first, and how its networks ended."""
    scores = tables["scores"]
    scores = scores[scores.experiment == "trainability"].drop(columns="n_seeds")
    ends = tables["convergence"]
    known = [*CELL_KEYS, "optimizer", "n_trained", "n_diverged", "n_seeds"]
    n = ends.final_test_accuracy_n_finite
    # A diverged network's accuracy counts as 0, as in the recommendation.
    accuracy = ends.final_test_accuracy_mean.fillna(0.0) * n / ends.n_seeds
    cells = ends[known].assign(accuracy=accuracy, trained=ends.n_trained / ends.n_seeds)
    cells = cells.merge(scores, on=list(CELL_KEYS))
    parts = [
        _scored(cells, label, column).assign(quantity=name, value=cells[value])
        for name, value in QUANTITIES.items()
        for label, column in SCORES.items()
    ]
    frame = pd.concat(parts, ignore_index=True)
    return {NAME: frame[frame.place.notna()].reset_index(drop=True)}


def _scored(cells: pd.DataFrame, label: str, column: str) -> pd.DataFrame:
    """The cells with one of the scores, and where its −ln S is drawn."""
    with np.errstate(divide="ignore"):
        burden = -np.log(cells[column])
    keys = [*CELL_KEYS, "optimizer", "n_trained", "n_diverged", "n_seeds", "trained", "held_out"]
    parts = {f"{name}_burden": cells[f"{name}_burden"] for name in PARTS}
    return cells[keys].assign(
        score_of=label,
        score=cells[column],
        place=burden.clip(LOW, HIGH),
        panel="depth " + cells.depth.astype(str),
        **parts,
    )


def _first(frame: pd.DataFrame) -> pd.DataFrame:
    """The points that the figure starts with."""
    return chosen(frame, controls(frame, CONTROLS))


def title(frames: Frames) -> str:
    """How many networks train on either side of S = 1/e, where it should be a toss-up."""
    rows = _first(frames[NAME])
    stable = rows.place < TOSS_UP
    said = [
        f"{percent(part.n_trained.sum() / part.n_seeds.sum())} of the networks of "
        f"{counted(len(part), 'cell')} whose score is {where} 1/e train"
        for where, part in (("above", rows[stable]), ("below", rows[~stable]))
        if len(part)
    ]
    return ", ".join(said)


def caption(frames: Frames) -> str:
    """What to see."""
    frame = frames[NAME]
    cells = frame.drop_duplicates([*CELL_KEYS, "optimizer"])
    calibrated = int((cells.held_out == 0).sum())
    note = f" {counted(calibrated, 'cell')} of them calibrated the score." if calibrated else ""
    return (
        f"S = exp(−Σ burdens); a burden is what {listed(list(PARTS.values()), len(PARTS))} each "
        f"take from ln S (in the tooltip).{_idle(cells)} Line: S = 1/e, where by its calibration "
        "as many networks train as not; points at the ends lie there or beyond. A point is a cell "
        f"of {spanned(frame.n_seeds)} networks, each at its best learning rate; a diverged "
        f"network’s accuracy is 0. {counted(len(_first(frame)), 'point')} at first; "
        f"by all choices, {counted(len(cells), 'cell')} × optimizer.{note}"
    )


def _idle(cells: pd.DataFrame) -> str:
    """Which parts weigh nothing: the others tell the calibration's cells apart without them."""
    idle = [said for name, said in PARTS.items() if (cells[f"{name}_burden"] == 0).all()]
    if not idle:
        return ""
    it = "it" if len(idle) == 1 else "them"
    return f" {listed(idle, len(idle))} took nothing: the calibration found no use for {it}."


def draw(frames: Frames, initializers: Sequence[str]) -> alt.TopLevelMixin:
    """A panel per depth, a colour and shape per activation."""
    frame = frames[NAME]
    choices = controls(frame, CONTROLS)
    panels = [f"depth {depth}" for depth in sorted(frame.depth.unique())]
    columns = columns_for(len(panels), 4)
    size = panel(max(2, columns))
    chart = controlled(alt.layer(*_layers(frame), data=data(NAME)), choices)
    chart = chart.properties(width=size["width"], height=size["height"] * 1.1)
    axes = ("how training ends", "−ln S, from stable starts to unstable ones (line: S = 1/e)")
    return multiples(chart, "panel", panels, columns, axes, choices)


def _layers(frame: pd.DataFrame) -> list[alt.Chart]:
    x = {"title": None, "scale": alt.Scale(type="log", domain=[LOW / 1.5, HIGH * 1.5], nice=False)}
    ticks = [LOW, 0.1, 1, 100, HIGH]
    x["axis"] = alt.Axis(values=ticks, tickCount=len(ticks), format="~g", grid=False)
    axis = alt.Axis(format=".0%", values=[0, 0.5, 1], tickCount=3)
    y = alt.Y("value:Q", title=None, scale=alt.Scale(domain=[-0.04, 1.04], nice=False), axis=axis)
    names = order(frame.activation)
    inks = [LIGHT[f"s{INKS[k % len(INKS)]}"] for k in range(len(names))]
    forms = [SHAPES[k % len(SHAPES)] for k in range(len(names))]
    looks = {"title": None, "legend": alt.Legend(symbolSize=64)}
    color = alt.Color("activation:N", scale=alt.Scale(domain=names, range=inks), **looks)
    shape = alt.Shape("activation:N", scale=alt.Scale(domain=names, range=forms), **looks)
    line = alt.Chart().transform_aggregate(rows="count()", groupby=["panel"])
    return [
        line.mark_rule(strokeWidth=1.2).encode(x=alt.XDatum(TOSS_UP)),
        alt.Chart()
        .mark_point(filled=True, size=44, opacity=0.8)
        .encode(x=alt.X("place:Q", **x), y=y, color=color, shape=shape, tooltip=_tooltip()),
    ]


def _tooltip() -> list[alt.Tooltip]:
    parts = [
        alt.Tooltip(f"{name}_burden:Q", title=f"burden: {said}", format=".2g")
        for name, said in PARTS.items()
    ]
    return [
        alt.Tooltip("activation:N", title="activation"),
        alt.Tooltip("initializer:N", title="initializer"),
        alt.Tooltip("sigma_w2:Q", title="σ_w²", format=".3g"),
        alt.Tooltip("score:Q", title="S", format=".3g"),
        *parts,
        alt.Tooltip("value:Q", title="how training ends", format=".2f"),
        alt.Tooltip("n_trained:Q", title="trained"),
        alt.Tooltip("n_diverged:Q", title="diverged"),
        alt.Tooltip("n_seeds:Q", title="of"),
    ]


STABILITY_SCORE = Figure(
    name=NAME,
    chapter="trainability",
    question="Does the stability score of an untrained network say whether it will train?",
    needs=("scores", "convergence"),
    tidy=tidy,
    title=title,
    caption=caption,
    draw=draw,
)
