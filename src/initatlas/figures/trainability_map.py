"""How deep can networks be trained at each weight variance, and is that k depth scales?"""

from collections.abc import Sequence

import altair as alt
import numpy as np
import pandas as pd

from initatlas.figures import frontiers
from initatlas.figures.base import Figure, Frames, data
from initatlas.figures.controls import among, controls
from initatlas.figures.frames import columns_for, order, panel
from initatlas.figures.frontiers import ENDS, FITTED, SIX, SYMBOLS
from initatlas.figures.map_cells import QUANTITIES, cells_of
from initatlas.figures.multiples import multiples
from initatlas.figures.theme import LIGHT
from initatlas.figures.words import listed, number, one_of, spanned

NAME = "trainability_map"
CONTROLS = ("step", "quantity", "initializer", "sigma_b2", "width", "architecture", "dataset")
DASHES = {FITTED: [1, 0], ENDS: [2, 2], SIX: [7, 3]}
NAMED = 4  # panels that a title tells of


def tidy(tables: Frames) -> Frames:
    """Cells of the plane with how their networks ended, then curves of k ξ, then each k."""
    cells = cells_of(tables["map_best_rates"])
    theory = frontiers.scales(cells, tables["map_theory"], tables["depth_scales"])
    fits = frontiers.factors(tables["frontier"])
    fits = fits[fits.activation.isin(cells.activation)]
    lines = frontiers.curves(fits, theory, cells.depth_high.max())
    labels = fits[[*frontiers.KEYS, "k", "low", "high", "verdict"]].assign(
        scale=fits.scale.map(SYMBOLS), text=[_said(row) for row in fits.itertuples()]
    )
    coloured = [
        cells.assign(kind="cell", quantity=name, value=cells[column])
        for name, column in QUANTITIES.items()
    ]
    parts = [*coloured, lines.assign(kind="curve"), labels.assign(kind="factor")]
    frame = pd.concat([part for part in parts if len(part)], ignore_index=True)
    known = frame.drop(columns=list(QUANTITIES.values()))
    columns = dict.fromkeys([*known, "curve", "part", "text", "scale", "k", "low", "high"])
    return {NAME: known.reindex(columns=columns).assign(panel=_panel(frame))}


def _panel(frame: pd.DataFrame) -> pd.Series:
    return frame.activation + ", " + frame.optimizer


def _said(row: tuple) -> str:
    """A panel's factor in short."""
    scale = SYMBOLS[row.scale]
    if row.verdict == "fitted":
        high = "∞" if np.isinf(row.high) else number(row.high)
        return f"k = {number(row.k)} ({number(row.low)}–{high})"
    others = {
        "at_least": f"all train: k > {number(row.low)}",
        "at_most": "none trains",
        "few_cells": "too few cells",
    }
    return others.get(row.verdict, f"no boundary in {scale}")


def title(frames: Frames) -> str:
    """How many depth scales deep networks train, where a boundary was fitted."""
    fits = frames[NAME][frames[NAME].kind == "factor"]
    fits = fits[fits.step == fits.step.max()].drop_duplicates("panel")
    if (fits.verdict == "fitted").any():
        return frontiers.sentence(fits)
    said = dict.fromkeys(f"{row.text} for {row.activation}" for row in fits.itertuples())
    return f"No end of trainability shows in depth scales: {listed(list(said), NAMED)}"


def caption(frames: Frames) -> str:
    """What to see."""
    frame = frames[NAME]
    cells = frame[frame.kind == "cell"]
    return (
        "Colour: mean over "
        f"{spanned(cells.n_seeds.astype(int))} networks of width {one_of(cells.width.astype(int))}"
        f", each at the learning rate that is best for it on validation points, after "
        f"{spanned(cells.step.astype(int))} updates; σ_b² = {_biases(cells)}. ×: some diverged "
        "(their accuracy counts as 0; grey: all did); –: half or more stalled. Lines: k ξ(σ_w²), ξ "
        "the depth scale of correlations, ξ_c (where it is infinite throughout, as for ReLU, of "
        "gradients, ξ_grad), "
        "k the depth at which half of the networks train in units of it, fitted over all cells, "
        "95 % interval by bootstrap over cells; long dashes: k = 6 (Schoenholz et al. 2017)."
    )


def draw(frames: Frames, initializers: Sequence[str]) -> alt.TopLevelMixin:
    """A panel per activation and optimizer: cells, curves on them, and the factor."""
    frame = frames[NAME]
    cells = frame[frame.kind == "cell"]
    choices = controls(frame, _offered(cells))
    rank = {name: place for place, name in enumerate(order(cells.optimizer))}
    panels = sorted(order(cells.panel), key=lambda name: rank[name.rpartition(", ")[2]])
    activations = cells.activation.nunique()
    columns = activations if 1 < activations <= 4 else columns_for(len(panels), 4)
    size = panel(max(2, columns))
    chart = alt.layer(*_ground(cells), *_curves(frame), *_factors(cells), data=data(NAME))
    chart = among(chart, choices).properties(width=size["width"], height=size["width"] * 0.62)
    axes = ("depth (hidden layers)", "weight variance σ_w²")
    facets = multiples(chart, "panel", panels, columns, axes, choices)
    return facets.resolve_scale(x="independent")


def _offered(cells: pd.DataFrame) -> list[str]:
    """What may be chosen: where each activation has biases of its own, none of them is."""
    several = cells.groupby("activation").sigma_b2.nunique().max() > 1
    return [name for name in CONTROLS if name != "sigma_b2" or several]


def _biases(cells: pd.DataFrame) -> str:
    """The bias variances of each activation."""
    known = {
        name: " or ".join(map(number, sorted(rows.sigma_b2.unique())))
        for name, rows in cells.groupby("activation", sort=False)
    }
    return listed([f"{variance} for {name}" for name, variance in known.items()], NAMED)


def _y(cells: pd.DataFrame) -> dict:
    """The axis of depths, evenly spaced in their logarithm."""
    depths = sorted(cells.depth.astype(int).unique().tolist())
    domain = [float(cells.depth_low.min()), float(cells.depth_high.max())]
    return {
        "scale": alt.Scale(type="log", domain=domain, nice=False),
        "axis": alt.Axis(values=depths, tickCount=len(depths), format="d", grid=False),
        "title": None,
    }


def _ground(cells: pd.DataFrame) -> list[alt.Chart]:
    scale = alt.Scale(nice=False, zero=False)
    x = alt.X("sigma_w2_low:Q", title=None, scale=scale, axis=alt.Axis(grid=False, tickCount=5))
    y = alt.Y("depth_low:Q", **_y(cells))
    rows = alt.Chart().transform_filter("datum.kind === 'cell'")
    rect = rows.encode(x=x, x2="sigma_w2_high:Q", y=y, y2="depth_high:Q", tooltip=_tooltip())
    legend = alt.Legend(format=".0%", gradientLength=180, gradientThickness=8)
    viridis = alt.Scale(scheme="viridis", domain=[0, 1])
    color = alt.Color("value:Q", scale=viridis, title=None, legend=legend)
    lost = rect.transform_filter("!isValid(datum.value)").mark_rect(color=LIGHT["lost"])
    known = rect.transform_filter("isValid(datum.value)").mark_rect().encode(color=color)
    bright = "datum.value > 0.55 || !isValid(datum.value)"
    text = rows.transform_filter("datum.mark !== ''").mark_text(fontSize=9)
    text = text.encode(
        x=alt.X("sigma_w2:Q", title=None, scale=scale),
        y=alt.Y("depth:Q", **_y(cells)),
        text="mark:N",
        color=alt.condition(bright, alt.value("#10131a"), alt.value("#f7f8fa")),
    )
    return [lost, known, text]


def _curves(frame: pd.DataFrame) -> list[alt.Chart]:
    """Dark lines on light ones, which show on any colour beneath."""
    if not (frame.kind == "curve").any():
        return []
    names = [name for name in DASHES if (frame.curve == name).any()]
    scale = alt.Scale(domain=names, range=[DASHES[name] for name in names])
    y = _y(frame[frame.kind == "cell"])
    rows = alt.Chart().transform_filter("datum.kind === 'curve'")
    lines = rows.encode(
        x=alt.X("sigma_w2:Q", title=None), y=alt.Y("depth:Q", **y), detail=["part:N", "curve:N"]
    )
    dash = alt.StrokeDash("curve:N", scale=scale, title=None, legend=alt.Legend())
    return [
        lines.mark_line(clip=True, strokeWidth=3, color=LIGHT["paper"]),
        lines.mark_line(clip=True, strokeWidth=1.3, color=LIGHT["ink"]).encode(strokeDash=dash),
    ]


def _factors(cells: pd.DataFrame) -> list[alt.Chart]:
    rows = alt.Chart().transform_filter("datum.kind === 'factor'")
    look = {"align": "right", "baseline": "top", "fontSize": 11, "fontWeight": 600}
    look |= {"dx": -6, "dy": 5}
    place = {"x": alt.value("width"), "y": alt.value(0), "text": "text:N"}
    # Round joins: sharp ones of a wide stroke would stick out of the letters.
    light = {"color": LIGHT["paper"], "stroke": LIGHT["paper"]}
    halo = rows.mark_text(**look, **light, strokeWidth=3, strokeJoin="round")
    return [halo.encode(**place), rows.mark_text(**look, color=LIGHT["ink"]).encode(**place)]


def _tooltip() -> list[alt.Tooltip]:
    return [
        alt.Tooltip("panel:N", title="network"),
        alt.Tooltip("sigma_w2:Q", title="σ_w²", format=".3g"),
        alt.Tooltip("depth:Q", title="depth"),
        alt.Tooltip("value:Q", title="colour", format=".3f"),
        alt.Tooltip("n_trained:Q", title="trained"),
        alt.Tooltip("n_stalled:Q", title="stalled"),
        alt.Tooltip("n_diverged:Q", title="diverged"),
        alt.Tooltip("rate:Q", title="best rate (median)", format=".2g"),
    ]


TRAINABILITY_MAP = Figure(
    name=NAME,
    chapter="trainability",
    question="How deep can networks be trained, and does theory's depth scale say so?",
    needs=("map_best_rates", "map_theory", "depth_scales", "frontier"),
    tidy=tidy,
    title=title,
    caption=caption,
    draw=draw,
)
