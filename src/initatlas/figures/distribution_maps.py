"""How are activations and weights distributed, step by step? Densities as colour, by layer."""

from collections.abc import Sequence

import altair as alt
import numpy as np
import pandas as pd

from initatlas.figures.base import Figure, Frames, data
from initatlas.figures.controls import chosen, controlled, controls
from initatlas.figures.frames import columns_for, fitted, grouped, order, panel, runs, unswept
from initatlas.figures.multiples import multiples
from initatlas.figures.theme import LIGHT
from initatlas.figures.words import one_of, percent, spanned, unseen

NAME = "distribution_maps"
CONTROLS = (
    "quantity",
    "place",
    "activation",
    "depth",
    "run",
    "group",
    "width",
    "architecture",
    "dataset",
)
KEYS = ["architecture", "dataset", "activation", "initializer", "group", "depth", "width"]
QUANTITIES = {"activation": "activations, φ(z)", "weight": "weights, W √fan_in"}
PLACES = ("last hidden layer", "middle hidden layer", "first hidden layer")
MOMENTS = 6  # steps that are drawn, both ends among them
BINS = 20  # of a distribution: neighbours are merged until there are no more
DECIMALS = 1  # of log₁₀ of a density: a colour tells no more
LOW, HIGH = -3, 1.5  # decades of density that have colours of their own


def tidy(tables: Frames) -> Frames:
    """Decades of density in the bins of each layer and step; lost where no network was finite."""
    histograms = tables["histograms"]
    rows = grouped(unswept(histograms))
    steps = np.unique(rows.step)
    steps = steps[np.unique(np.linspace(0, len(steps) - 1, MOMENTS).round().astype(int))]
    rows = rows[rows.step.isin(steps)]
    middle = (rows.depth + 1) // 2
    parts = [
        rows[rows.layer == layer].assign(place=place)
        for place, layer in zip(PLACES, (rows.depth, middle, 1), strict=True)
    ]
    rows = pd.concat(parts, ignore_index=True)
    rows = rows.assign(run=runs(rows), quantity=rows.quantity.map(QUANTITIES))
    series = [*KEYS, "run", "quantity", "place"]
    frame = _binned(rows)[[*series, "step", "layer", "n_seeds", *DRAWN]]
    frame = pd.concat([frame, _lost(frame, series, steps)], ignore_index=True)
    return {NAME: fitted(frame, ("depth", "activation"), points=BINS)}


DRAWN = ["start", "bin", "density", "outside", "n_not_finite"]


def _binned(rows: pd.DataFrame) -> pd.DataFrame:
    """Fewer bins: those that any network of an activation uses, neighbours merged; as decades."""
    parts = []
    for _, part in rows.groupby(["quantity", "activation"], sort=False):
        density = np.stack(part.density.to_numpy())
        used = np.flatnonzero((np.nan_to_num(density) > 0).any(axis=0))
        first, end = (used[0], used[-1] + 1) if len(used) else (0, 1)
        merged = -(-(end - first) // BINS)
        end = first + merged * -(-(end - first) // merged)
        padded = np.pad(density, ((0, 0), (0, max(0, end - density.shape[1]))))[:, first:end]
        mean = padded.reshape(len(part), -1, merged).mean(axis=2)
        with np.errstate(divide="ignore"):
            decades = np.log10(mean).round(DECIMALS)
        size = (part.high - part.low) / density.shape[1]
        parts.append(
            part.assign(
                start=(part.low + first * size).round(6),
                bin=(merged * size).round(6),
                density=list(decades),
                outside=(part.below + part.above).round(3),
            )
        )
    return pd.concat(parts) if parts else rows.assign(**dict.fromkeys(DRAWN[:2]), outside=0.0)


def _lost(frame: pd.DataFrame, series: list[str], steps: np.ndarray) -> pd.DataFrame:
    """A row without density for each step at which no network of a cell was finite."""
    every = frame.drop_duplicates(series).drop(columns=["step", "density"])
    every = every.merge(pd.DataFrame({"step": steps}), how="cross")
    seen = pd.MultiIndex.from_frame(frame[[*series, "step"]])
    missing = every[~pd.MultiIndex.from_frame(every[[*series, "step"]]).isin(seen)]
    nothing = [np.array([np.nan])] * len(missing)
    return missing.assign(density=nothing, n_seeds=0, outside=np.nan)


def moved(frame: pd.DataFrame) -> pd.Series:
    """Share of the density that lies elsewhere after training, by initializer, as first shown.

    Half the integral of |p_end − p_start|, with what lies outside the range; 0 to 1.
    """
    shown = chosen(frame, controls(frame, CONTROLS))
    ends = shown[shown.step.isin({shown.step.min(), shown.step.max()})]
    ends = ends[ends.n_seeds > 0].sort_values("step", kind="stable")
    found = {}
    for name, rows in ends.groupby("initializer", sort=False):
        if len(rows) == 2:
            first, last = (10.0**values for values in rows.density)
            off = np.abs(rows.outside.iloc[-1] - rows.outside.iloc[0])
            found[name] = min(1.0, (np.abs(last - first).sum() * rows.bin.iloc[0] + off) / 2)
    return pd.Series(found, dtype=float)


def title(frames: Frames) -> str:
    """Whose distribution changes most."""
    frame = frames[NAME]
    shown = chosen(frame, controls(frame, CONTROLS)).iloc[0]
    what, _, _ = shown.quantity.partition(",")
    where = f"In the {shown.place} of {shown.activation} networks of depth {shown.depth}"
    share = moved(frame)
    if share.empty:
        return f"{where}, no network was left to compare with its start"
    most, least = share.idxmax(), share.idxmin()
    if len(share) == 1:
        return f"{where}, training moves {percent(share[most])} of the {what}"
    return (
        f"{where}, training moves {percent(share[most])} of the {what} with {most}, "
        f"{percent(share[least])} with {least}"
    )


def caption(frames: Frames) -> str:
    """What to see, n, what is missing."""
    frame = frames[NAME]
    there = frame[frame.n_seeds > 0]
    outside = unseen(float(there.outside.max()), int(there.n_not_finite.sum()))
    lost = " Grey: no network was finite." if len(there) < len(frame) else ""
    return (
        f"Density (colour, logarithmic), mean over {spanned(there.n_seeds)} networks of width "
        f"{one_of(there.width)}, in bins that are the same at every recorded step (across); "
        "weights times √fan_in, whose variance is σ_w² at the start. No colour: empty."
        f"{outside}{lost}"
    )


def draw(frames: Frames, initializers: Sequence[str]) -> alt.TopLevelMixin:
    """A panel per initializer: steps across, values upwards."""
    frame = frames[NAME]
    choices = controls(frame, CONTROLS)
    shown = order(frame.initializer)
    columns = columns_for(min(len(shown), 8), at_most=4)
    rows = controlled(alt.layer(*_layers(), data=data(NAME)), choices)
    # Each bin of a row becomes a row of its own.
    bins = rows.transform_flatten(["density"]).transform_window(
        position="row_number()", groupby=["initializer", "step"]
    )
    bins = bins.properties(**panel(columns))
    axes = ("value", "optimizer updates")
    return multiples(bins, "initializer", shown, columns, axes, choices)


def _layers() -> list[alt.Chart]:
    few = alt.Axis(labelOverlap="greedy", labelAngle=0, grid=False)
    x = alt.X("step:O", title=None, axis=few)
    lost = (
        alt.Chart()
        .transform_filter("datum.n_seeds === 0")
        .mark_rect(color=LIGHT["lost"])
        .encode(x=x)
    )
    scale = alt.Scale(scheme="viridis", domain=[LOW, HIGH], clamp=True)
    legend = alt.Legend(
        gradientLength=200, gradientThickness=8, values=[-3, -2, -1, 0, 1], labelExpr=LABEL
    )
    bins = (
        alt.Chart()
        .transform_filter("datum.n_seeds > 0 && isValid(datum.density)")
        .transform_calculate(
            low="datum.start + (datum.position - 1) * datum.bin", high="datum.low + datum.bin"
        )
        .mark_rect()
        .encode(
            x=x,
            y=alt.Y(
                "low:Q",
                title=None,
                scale=alt.Scale(zero=False, nice=False),
                axis=alt.Axis(tickCount=4, grid=False),
            ),
            y2="high:Q",
            color=alt.Color("density:Q", scale=scale, title="density", legend=legend),
            tooltip=[
                alt.Tooltip("initializer:N", title="initializer"),
                alt.Tooltip("layer:Q", title="layer"),
                alt.Tooltip("step:Q", title="updates"),
                alt.Tooltip("low:Q", title="from", format=".3~g"),
                alt.Tooltip("high:Q", title="to", format=".3~g"),
                alt.Tooltip("density:Q", title="log₁₀ density", format=".1f"),
                alt.Tooltip("n_seeds:Q", title="finite networks"),
            ],
        )
    )
    return [lost, bins]


LABEL = "datum.value === 0 ? '1' : '1e' + datum.label"

DISTRIBUTION_MAPS = Figure(
    name=NAME,
    chapter="training",
    question="How are activations and weights distributed, layer by layer and step by step?",
    needs=("histograms",),
    tidy=tidy,
    title=title,
    caption=caption,
    draw=draw,
)
