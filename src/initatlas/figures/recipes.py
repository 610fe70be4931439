"""Which initializers are one and the same to theory? Those of equal variances, for every φ.

Theory of wide networks knows σ_w² and σ_b² alone, so that such initializers share a point of the
phase diagram, a correlation map, a line: the first of them in study order stands for all.
"""

import json
from collections.abc import Sequence

import altair as alt
import pandas as pd

from initatlas.figures import palette
from initatlas.figures.frames import FEW, order

DASHES = ([1, 0], [7, 3], [2, 2], [7, 2, 2, 2])  # the later lies on the earlier, with gaps
SHAPES = ("circle", "square", "triangle-up", "diamond", "triangle-down", "cross")
PLACES = 6  # decimals to which variances are compared


def recipes(phases: pd.DataFrame) -> pd.DataFrame:
    """Rows of the initializers that stand for others; `members` names all that they stand for.

    Long sweeps are left out, unless the study holds nothing else.
    """
    rows = phases[phases.in_study == 1]
    if rows.empty:
        return rows.assign(members=rows.initializer)
    points = rows.groupby(["activation", "initializer"]).sigma_w2.transform("size")
    kept = points <= FEW if (points <= FEW).any() else points > 0
    point = palette.POINT + rows.sigma_w2.map("{:g}".format)
    point += rows.sigma_b2.map(" σ_b²={:g}".format)
    rows = rows.assign(initializer=rows.initializer.where(points == 1, rows.initializer + point))[
        kept
    ]
    places = rows[["activation", "sigma_w2", "sigma_b2"]].round(PLACES)
    place = pd.Series(list(places.itertuples(index=False, name=None)), index=rows.index)
    lands = place.groupby(rows.initializer, sort=False).agg(tuple)
    stands = {where: names.index[0] for where, names in lands.groupby(lands, sort=False)}
    leader = lands.map(stands)
    members = {name: ", ".join(leader.index[leader == name]) for name in leader.unique()}
    rows = rows[rows.initializer.isin(members)]
    return rows.assign(members=rows.initializer.map(members)).reset_index(drop=True)


def short(frame: pd.DataFrame) -> dict[str, str]:
    """What each initializer is called that stands for others: a + 2."""
    others = _members(frame).str.count(", ")
    return {name: f"{name} + {n}" if n else name for name, n in others.items()}


def explained(frame: pd.DataFrame) -> str:
    """Who stands for whom, for a caption."""
    parted = (names.partition(", ") for names in _members(frame))
    said = [f"{name} for {rest}" for name, _, rest in parted if rest]
    if not said:
        return ""
    return f" Initializers of equal variances are one to theory: {'; '.join(said)}."


def _members(frame: pd.DataFrame) -> pd.Series:
    members = frame.dropna(subset="members").groupby("initializer", sort=False).members
    return members.first().astype(str)


def legend(frame: pd.DataFrame, **looks: object) -> alt.Legend:
    """A legend that says how many initializers each stands for."""
    names = "".join(f"datum.value === {k!r} ? {v!r} : " for k, v in short(frame).items())
    return alt.Legend(labelExpr=f"{names}datum.value", **looks)


def points(
    rows: alt.Chart, frame: pd.DataFrame, initializers: Sequence[str]
) -> tuple[alt.Chart, alt.Color, alt.Shape]:
    """Points, their colours and shapes: where some coincide, the smaller lie on the larger."""
    shown = palette.ordered(order(frame.initializer.dropna()), initializers)
    looks = legend(frame, symbolSize=64)
    color, _ = palette.channels(shown, initializers, looks)
    scale = alt.Scale(domain=shown, range=[SHAPES[k % len(SHAPES)] for k in range(len(shown))])
    shape = alt.Shape("initializer:N", scale=scale, title=None, legend=looks)
    return _sized(rows, shown), color, shape


def curves(
    rows: alt.Chart, frame: pd.DataFrame, initializers: Sequence[str]
) -> tuple[alt.Chart, alt.Color, alt.StrokeDash]:
    """Lines, their colours and dashes: where some coincide, one shows through another's gaps."""
    shown = palette.ordered(order(frame.initializer.dropna()), initializers)
    looks = legend(frame)
    color, _ = palette.channels(shown, initializers, looks)
    scale = alt.Scale(domain=shown, range=[DASHES[k % len(DASHES)] for k in range(len(shown))])
    dash = alt.StrokeDash("initializer:N", scale=scale, title=None, legend=looks)
    return _sized(rows, shown), color, dash


def _sized(rows: alt.Chart, shown: Sequence[str]) -> alt.Chart:
    """Rows with a `size`, for marks that are none of a scale: legends would show it."""
    sizes = json.dumps({name: max(28, 104 - 20 * k) for k, name in enumerate(shown)})
    return rows.transform_calculate(size=f"({sizes})[datum.initializer]")


SIZE = alt.Size("size:Q", scale=None, legend=None)
