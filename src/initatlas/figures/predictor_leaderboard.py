"""Which number known at initialization predicts how training ends?"""

from collections.abc import Sequence

import altair as alt
import numpy as np
import pandas as pd

from initatlas.figures.base import Figure, Frames, data
from initatlas.figures.controls import Control, controls, heading, parameters
from initatlas.figures.theme import LIGHT
from initatlas.figures.verdicts import SCORE, TRIVIAL, against, measure, ranking
from initatlas.figures.words import listed, spanned

NAME = "predictor_leaderboard"
CONTROLS = ("activation", "optimizer")
OUTCOMES = {
    "trained": "trained or not (2 AUC − 1)",
    "steps_to_threshold": "steps to threshold (|ρ|)",
    "final_train_accuracy": "training accuracy (|ρ|)",
    "final_test_accuracy": "test accuracy (|ρ|)",
    "window_decades": "width of rate window (|ρ|)",
    "best_rate": "best rate (|ρ|)",
}
SOURCES = {
    "measured": ("forward", "circle"),
    "theory": ("backward", "square"),
    "score": ("s6", "diamond"),
    "baseline": ("theory", "cross"),
}
WORDS = {TRIVIAL: "|σ_w² − σ_w²crit|"}
HEIGHT = 12  # pixels a predictor
WIDTH, COLUMNS = 150, 3  # pixels of a panel, beside as many for names; panels of a row


def tidy(tables: Frames) -> Frames:
    """Strength of each predictor for each outcome, from 0 to 1 if it is any, with its direction."""
    rows = tables["leaderboard"]
    # Where a study has both, its map and its other networks are taken together.
    together = "both" if (rows.experiment == "both").any() else rows.experiment.min()
    rows = rows[rows.outcome.isin(OUTCOMES) & (rows.experiment == together)]
    auc = (rows.outcome == "trained").to_numpy()
    ends = {}
    for end in ("", "_low", "_high"):
        ends[end] = np.where(auc, 2 * rows[f"auc{end}"] - 1, rows[f"spearman{end}"])
    sign = np.where(ends[""] < 0, -1.0, 1.0)
    keys = ["experiment", "optimizer", "activation", "predictor", "source", "outcome"]
    columns = ["spearman", "auc", "kendall", "n_cells", "n_excluded", "rank", "found"]
    frame = rows[[*keys, *columns]].assign(
        panel=rows.outcome.map(OUTCOMES),
        strength=sign * ends[""],
        low=np.minimum(sign * ends["_low"], sign * ends["_high"]),
        high=np.maximum(sign * ends["_low"], sign * ends["_high"]),
        sign=np.where(sign > 0, "large values go with large", "small values go with large"),
        name=rows.predictor.replace(WORDS),
    )
    place = frame.outcome.map({name: k for k, name in enumerate(OUTCOMES)})
    first = {"activation": "all", "optimizer": "sgd"}
    order_of = {name: frame[name] != value for name, value in first.items()}
    frame = frame.assign(place=place, **{f"not_{name}": later for name, later in order_of.items()})
    by = [f"not_{name}" for name in first]
    frame = frame.sort_values([*by, "place", "rank"], kind="stable").drop(columns=[*by, "place"])
    return {NAME: _placed(frame[frame.strength.notna()]).reset_index(drop=True)}


def _placed(frame: pd.DataFrame) -> pd.DataFrame:
    """A column `order`: the predictor's mean rank over the outcomes that it has a rank for."""
    keys = [*CONTROLS, "predictor"]
    trained = frame["rank"].where(frame.outcome == "trained")
    groups = [frame[key] for key in keys]
    first = trained.groupby(groups).transform("min")
    mean = frame["rank"].groupby(groups).transform("mean")
    # By the outcome "trained" where it has a rank, then by the mean over all outcomes.
    return frame.assign(order=first.fillna(1e3) + mean.fillna(1e3) / 1e3)


def shown(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows that are drawn before a reader has chosen others."""
    for control in controls(frame, CONTROLS):
        frame = frame[frame[control.column] == control.value]
    return frame


def title(frames: Frames) -> str:
    """Which predictor wins, and whether the score beats the trivial baseline."""
    rows = shown(frames[NAME])
    outcome, ranked = ranking(rows)
    if ranked.empty:
        return "No predictor could be told from chance: all cells ended alike, or there are too few"
    best = ranked[ranked["rank"] == ranked["rank"].min()]
    what = "whether networks train" if outcome == "trained" else "the final test accuracy"
    how = f" with {rows.optimizer.iloc[0]}" if frames[NAME].optimizer.nunique() > 1 else ""
    value = measure(best.iloc[0], outcome)
    names = best.name.mask(best.predictor == SCORE, "the stability score")
    said = f"{what}{how} is best foretold by {listed(list(names), 4)} ({value})"
    return f"{said[0].upper()}{said[1:]}; {against(ranked, outcome)}"


def caption(frames: Frames) -> str:
    """What to see."""
    rows = shown(frames[NAME])
    return (
        "Numbers known before training, sorted by how well they tell cells that train from those "
        "that do not, each network at its best learning rate: 2 AUC − 1 there, else Spearman’s ρ "
        "over cells, both in the direction that the predictor has (in the tooltip); 95 % intervals "
        "by bootstrap over cells. Hollow: ρ may be chance (Holm’s p ≥ 0.05). Over "
        f"{spanned(rows.n_cells)} cells; cells without the number are left out of its row. "
        "Baselines: depth alone, and the distance of σ_w² from the critical one. Cells that the "
        "score was calibrated on are left out."
    )


def draw(frames: Frames, initializers: Sequence[str]) -> alt.TopLevelMixin:
    """A panel per outcome, a row per predictor."""
    frame = frames[NAME]
    choices = controls(frame, CONTROLS)
    panels = [name for name in OUTCOMES.values() if (frame.panel == name).any()]
    chart = alt.layer(*_layers(frame), data=data(NAME))
    chart = chart.properties(width=WIDTH, height=alt.Step(HEIGHT))
    columns = min(COLUMNS, len(panels))
    facets = chart.facet(facet=alt.Facet("panel:N", sort=panels, title=None), columns=columns)
    facets = facets.resolve_axis(x="independent", y="independent")
    facets = _filtered(facets, choices)
    return facets.properties(
        title=heading("predictor, the best first", "strength; 0: says nothing", choices)
    ).add_params(*parameters(choices))


def _filtered(facets: alt.FacetChart, choices: Sequence[Control]) -> alt.FacetChart:
    """The chosen rows, before they are parted: their order is that of all panels."""
    for control in choices:
        facets = facets.transform_filter(f"datum.{control.column} === {control.signal}")
    return facets


def _layers(frame: pd.DataFrame) -> list[alt.Chart]:
    low = min(-0.2, float(np.nanmin([*frame.low, 0.0])))
    scale = alt.Scale(domain=[max(low, -1.0), 1], nice=False)
    axis = alt.Axis(values=[0, 0.5, 1], tickCount=3, format="~g")
    x = {"title": None, "scale": scale, "axis": axis}
    sort = alt.EncodingSortField(field="order", op="min")
    labels = alt.Axis(labelLimit=180, labelFontSize=9, grid=True, labelOverlap=False)
    y = alt.Y("name:N", sort=sort, title=None, axis=labels)
    names = [name for name in SOURCES if (frame.source == name).any()]
    looks = {"title": None, "legend": alt.Legend(symbolSize=70, symbolType="circle")}
    inks = alt.Scale(domain=names, range=[LIGHT[SOURCES[name][0]] for name in names])
    forms = alt.Scale(domain=names, range=[SOURCES[name][1] for name in names])
    color = alt.Color("source:N", scale=inks, **looks)
    shape = alt.Shape("source:N", scale=forms, title=None, legend=alt.Legend(symbolSize=70))
    base = alt.Chart().encode(y=y)
    rule = base.mark_rule(strokeWidth=1.2, clip=True)
    fill = alt.condition("datum.found === 1", alt.value(1), alt.value(0))
    point = base.mark_point(filled=False, size=46, strokeWidth=1.4)
    return [
        rule.encode(x=alt.X("low:Q", **x), x2="high:Q", color=color),
        point.encode(
            x=alt.X("strength:Q", **x),
            color=color,
            shape=shape,
            fill=color_fill(inks),
            fillOpacity=fill,
            tooltip=_tooltip(),
        ),
    ]


def color_fill(scale: alt.Scale) -> alt.Fill:
    """The source's colour inside of a mark, without a legend of its own."""
    return alt.Fill("source:N", scale=scale, legend=None)


def _tooltip() -> list[alt.Tooltip]:
    return [
        alt.Tooltip("name:N", title="predictor"),
        alt.Tooltip("source:N", title="from"),
        alt.Tooltip("panel:N", title="outcome"),
        alt.Tooltip("sign:N", title="direction"),
        alt.Tooltip("auc:Q", title="AUC", format=".3f"),
        alt.Tooltip("spearman:Q", title="Spearman’s ρ", format=".3f"),
        alt.Tooltip("kendall:Q", title="Kendall’s τ", format=".3f"),
        alt.Tooltip("low:Q", title="strength: 95 % from", format=".3f"),
        alt.Tooltip("high:Q", title="to", format=".3f"),
        alt.Tooltip("rank:Q", title="rank"),
        alt.Tooltip("n_cells:Q", title="cells"),
    ]


PREDICTOR_LEADERBOARD = Figure(
    name=NAME,
    chapter="trainability",
    question="Which number known at initialization predicts training?",
    needs=("leaderboard",),
    tidy=tidy,
    title=title,
    caption=caption,
    draw=draw,
)
