"""At equal variance, does it matter whether weights are normal, uniform or orthogonal?"""

from collections.abc import Sequence

import altair as alt
import numpy as np
import pandas as pd
from pandas.core.groupby import SeriesGroupBy

from initatlas.confidence import differ, half_width
from initatlas.figures import bands, layer_lines, marks, palette
from initatlas.figures.base import Figure, Frames, data
from initatlas.figures.controls import controlled, controls
from initatlas.figures.frames import NETWORK, SERIES, columns_for, order, panel, thinned, unswept
from initatlas.figures.multiples import multiples
from initatlas.figures.window import named_axis
from initatlas.figures.words import counted, listed, number, one_of, percent, spanned

NAME = "distributions"
CONTROLS = ("variances", "depth", "width", "architecture", "dataset")
KEYS = [*NETWORK, "variances"]
PLACES = 3  # decimals of what is drawn
ROUNDED = 0.5 * 10**-PLACES  # what is drawn is off by up to this: errors may seem to be 0
LOW = "datum.log10_ratio - datum.log10_half_width"
HIGH = "datum.log10_ratio + datum.log10_half_width"
FACTORS = (1.1, 1.2, 1.5, 2, 3, 10)  # ratios at which ticks may stand; the last is the limit


def tidy(tables: Frames) -> Frames:
    """Decades by which q lies off the geometric mean of all initializers of equal variance."""
    layers = with_equals(unswept(tables["layers"]))
    rows = thinned(layers[layers.layer.between(1, layers.depth)], 1)
    with np.errstate(divide="ignore"):
        log = np.log10(rows.q_geomean).replace([-np.inf, np.inf], np.nan)
    width = half_width(rows.q_log_se, rows.q_n_finite) / np.log(10)
    frame = rows[[*KEYS, "initializer", "layer"]].assign(
        log10_ratio=log - _equals(rows, log).transform("mean"),
        log10_half_width=width,
        n_seeds=rows.n_seeds,
        n_finite=rows.q_n_finite,
        **_foreseen(rows, log.notna()),
    )
    frame = frame.round(PLACES).reset_index(drop=True)
    if frame.theory.isna().all():
        frame = frame.drop(columns=["theory", "spread"])
    else:
        frame = layer_lines.dotted(frame, KEYS, [*KEYS, "initializer"])
    return {NAME: frame.drop(columns="study")}


def _foreseen(rows: pd.DataFrame, measured: pd.Series) -> dict[str, pd.Series]:
    """Where theory expects a geometric mean of so many networks, and 1.96 standard errors of it.

    Infinitely wide networks of equal variances have the same q. Of finite ones, ln q has the
    variance β, so that its mean lies by β/2 below ln E q: distributions of other β part.
    """
    beta = layer_lines.predicted(rows, "q_theory_beta")
    with np.errstate(divide="ignore"):
        log = np.log(layer_lines.predicted(rows, "q_theory")) - beta / 2
    log = log.where(np.isfinite(log) & measured)
    # All that are in the measured mean, or none: it would be the mean of others.
    whole = _equals(rows, log).transform("count") == _equals(rows, measured).transform("sum")
    ratio = (log - _equals(rows, log).transform("mean")).where(whole)
    shown = bands.plain(ratio, beta.where(ratio.notna()) / rows.n_seeds)
    return {name: values / np.log(10) for name, values in shown.items()}


def _equals(rows: pd.DataFrame, values: pd.Series) -> SeriesGroupBy:
    """Values of a layer, those of initializers of equal variance together."""
    return values.groupby([rows[name] for name in (*KEYS, "layer")])


def with_equals(layers: pd.DataFrame) -> pd.DataFrame:
    """Rows of networks that have equals; `variances` names all initializers of equal variance.

    Networks are of equal variance if their weights are so in every layer, and their biases: σ_w²
    speaks of square layers alone. An initializer whose variances depend on the activation is no
    one's equal: where it happens to meet others it would take that activation's panel from them.
    The initializers that are equal most often come first.
    """
    recipe = layers.groupby(["initializer", "width"])[["sigma_w2", "sigma_b2"]]
    layers = layers[(recipe.transform("nunique") == 1).all(axis=1)]
    cell = [*NETWORK, "initializer", "sigma_b2"]
    weights = layers[layers.layer > 0].groupby(cell, dropna=False, sort=False).layer_sigma_w2
    profiles = weights.agg(lambda values: tuple(values.round(9))).rename("profile").reset_index()
    profiles = profiles[[not any(np.isnan(v)) for v in profiles.profile]]
    keys = [*NETWORK, "sigma_b2", "profile"]
    profiles["part"] = profiles.groupby(keys, sort=False).cumcount() // SERIES
    equal = profiles.groupby([*keys, "part"], sort=False).initializer
    profiles["variances"] = equal.transform(lambda names: listed(list(names), len(names)))
    profiles = profiles[equal.transform("size") > 1]
    often = profiles.groupby("variances").initializer.transform("size")
    profiles = profiles.assign(rank=-often).sort_values("rank", kind="stable")
    return profiles.merge(layers, on=cell, how="left")


def ends(frame: pd.DataFrame) -> pd.DataFrame:
    """The last layer of the deepest networks, of the equals that the figure starts with."""
    deepest = frame[(frame.depth == frame.depth.max()) & (frame.width == frame.width.max())]
    last = deepest[deepest.layer == deepest.depth]
    return last[last.variances == frame.variances.iloc[0]]


def apart(frame: pd.DataFrame) -> list[str]:
    """Activations for which any two initializers differ in the last layer, with certainty."""
    last = ends(frame).dropna(subset="log10_half_width")
    panels = last.groupby("activation", sort=False)
    return [
        name
        for name, rows in panels
        if differ(
            rows.log10_ratio.to_numpy(),
            np.hypot(rows.log10_half_width / half_width(1, rows.n_finite), ROUNDED).to_numpy(),
            rows.n_finite.to_numpy(),
            families=panels.ngroups,
        )
    ]


def title(frames: Frames) -> str:
    """For which activations distributions differ at the end; whether for any."""
    frame = frames[NAME]
    different, total = apart(frame), ends(frame).activation.nunique()
    depth = counted(int(frame.depth.max()), "layer")
    if not different:
        return f"At equal variance, no distribution of weights stands out after {depth}"
    last = ends(frame)
    at_odds = last[last.activation.isin(different)].groupby("activation").log10_ratio
    factor = 10 ** (at_odds.max() - at_odds.min()).max()
    which = "every activation" if len(different) == total > 1 else listed(different, 5)
    only = " only" if len(different) < total / 2 else ""
    return (
        f"At equal variance, distributions differ after {depth} for {which}{only}, by a factor of "
        f"{number(factor, 3)} at most"
    )


def caption(frames: Frames) -> str:
    """What to see."""
    frame = frames[NAME]
    return (
        "The signal q = E[z²] of each initializer, divided by the geometric mean of all that have "
        "the same weight variance in every layer, so that what they share is gone. "
        f"{_marks(frame)} The title says where means differ beyond chance, all pairs of all panels "
        "taken together; a short interval: networks of different seeds are alike."
    )


def _marks(frame: pd.DataFrame) -> str:
    """What is drawn how."""
    measured = (
        f"geometric mean over {spanned(frame.n_seeds)} networks of width {one_of(frame.width)}"
    )
    if "theory" not in frame:
        return f"Lines: {measured}; bands: its 95 % interval."
    return (
        f"Dots: {measured}, with its 95 % interval. Lines: where theory, to first order in 1/width "
        "and nothing fitted, expects that mean; bands: where 95 % of such means should be. "
        "Infinitely wide networks would all lie at 1; of finite ones, those whose q scatters more "
        f"over seeds have the lower geometric mean.{_met(frame)}"
    )


def _met(frame: pd.DataFrame) -> str:
    """The share of measured intervals that hold what theory expects, where there are intervals."""
    rows = frame.dropna(subset=["theory", "log10_half_width"])
    held = (rows.log10_ratio - rows.theory).abs() <= rows.log10_half_width
    return f" {percent(held.mean())} of intervals hold their line." if len(rows) else ""


def draw(frames: Frames, initializers: Sequence[str]) -> alt.TopLevelMixin:
    """A panel per activation, a band per initializer."""
    frame = frames[NAME]
    choices = controls(frame, CONTROLS)
    rows = alt.layer(*_layers(frame, initializers), data=data(NAME))
    activations = order(frame.activation)
    columns = columns_for(len(activations))
    panels = controlled(rows, choices).properties(**panel(columns))
    axes = ("q, relative to the mean of all", "hidden layer l")
    return multiples(panels, "activation", activations, columns, axes, choices)


def _layers(frame: pd.DataFrame, initializers: Sequence[str]) -> list[alt.Chart]:
    legend = palette.legend(frame, "variances")
    color, dash = palette.channels(order(frame.initializer), initializers, legend)
    x = alt.X("layer:Q", title=None, scale=alt.Scale(nice=False, zero=False, padding=2))
    x = x.axis(tickMinStep=1, tickCount=4, grid=False)
    base = alt.Chart().encode(x=x, color=color)
    y, compared = _axis(frame), "theory" in frame
    tooltip = [
        alt.Tooltip("activation:N", title="activation"),
        alt.Tooltip("initializer:N", title="initializer"),
        alt.Tooltip("layer:Q", title="layer"),
        alt.Tooltip("ratio:Q", title="q, relative", format=".3f"),
        alt.Tooltip("from:Q", title="95 % from", format=".3f"),
        alt.Tooltip("to:Q", title="to", format=".3f"),
        *([alt.Tooltip("expected:Q", title="theory", format=".3f")] if compared else []),
        alt.Tooltip("n_finite:Q", title="finite networks"),
        alt.Tooltip("n_seeds:Q", title="of"),
    ]
    hover = (
        marks.answering(base)
        .transform_filter(layer_lines.pointed(frame, "log10_ratio"))
        .transform_calculate(
            **{
                "ratio": "pow(10, datum.log10_ratio)",
                "from": f"pow(10, {LOW})",
                "to": f"pow(10, {HIGH})",
                "expected": "pow(10, datum.theory)",
            }
        )
        .encode(y=alt.Y("log10_ratio:Q", **y), tooltip=tooltip)
    )
    if compared:
        band, hover = bands.with_band(base, hover, y, bands.PLAIN)
        return [band, *layer_lines.compared(base, "log10_ratio", y, dash), hover]
    base = base.transform_calculate(low=LOW, high=HIGH)
    band = base.mark_area(fillOpacity=0.1, clip=True, strokeWidth=0.6, strokeOpacity=0.7)
    band = band.encode(y=alt.Y("low:Q", **y), y2="high:Q", stroke=color)
    line = base.mark_line(clip=True).encode(y=alt.Y("log10_ratio:Q", **y), strokeDash=dash)
    return [band, line, hover]


def _axis(frame: pd.DataFrame) -> dict:
    """Ratios as decades around 1, as far as any band reaches, but not past a factor of 10."""
    reach = np.nanmax([np.log10(FACTORS[0]), *(frame.log10_ratio.abs() + frame.log10_half_width)])
    top = next((f for f in FACTORS if np.log10(f) >= reach), FACTORS[-1])
    inner = [f for f in FACTORS if f <= top][-2:]
    ratios = sorted({1.0, *inner, *(1 / f for f in inner)})
    axis = named_axis({float(np.log10(ratio)): f"{ratio:.2g}" for ratio in ratios})
    limit = 1.05 * float(np.log10(top))
    return {"axis": axis, "scale": alt.Scale(domain=[-limit, limit], nice=False)}


DISTRIBUTIONS = Figure(
    name=NAME,
    chapter="signals",
    question="At equal variance, does the distribution of the weights matter?",
    needs=("layers",),
    tidy=tidy,
    title=title,
    caption=caption,
    draw=draw,
)
