"""Which initializers are one and the same to theory? Those of equal variances, for every φ.

Theory of wide networks knows σ_w² and σ_b² alone, so that such initializers share a point of the
phase diagram, a correlation map, a line: the first of them in study order stands for all.
"""

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
    points = rows.groupby(["activation", "initializer"]).sigma_w2.transform("size")
    kept = points <= FEW if (points <= FEW).any() else points > 0
    point = " σ_w²=" + rows.sigma_w2.map("{:g}".format)
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
    members = frame.dropna(subset="members").groupby("initializer", sort=False).members.first()
    others = members.str.count(", ")
    return {name: f"{name} + {n}" if n else name for name, n in others.items()}


def explained(frame: pd.DataFrame) -> str:
    """Who stands for whom, for a caption."""
    members = frame.dropna(subset="members").groupby("initializer", sort=False).members.first()
    said = [f"{name} for {rest}" for name, _, rest in members.str.partition(", ").values if rest]
    if not said:
        return ""
    return f" Initializers of equal variances are one to theory: {'; '.join(said)}."


def legend(frame: pd.DataFrame, **looks: object) -> alt.Legend:
    """A legend that says how many initializers each stands for."""
    names = "".join(f"datum.value === {k!r} ? {v!r} : " for k, v in short(frame).items())
    return alt.Legend(labelExpr=f"{names}datum.value", **looks)


def channels(
    frame: pd.DataFrame, initializers: Sequence[str]
) -> tuple[alt.Color, alt.Shape, alt.Size]:
    """Colour, shape and size of points: where some coincide, the smaller lie on the larger."""
    shown = palette.ordered(order(frame.initializer.dropna()), initializers)
    looks = legend(frame, symbolSize=64, symbolDash=[1, 0], symbolStrokeWidth=0.5)
    color, _ = palette.channels(shown, initializers, looks)
    shapes = [SHAPES[k % len(SHAPES)] for k in range(len(shown))]
    sizes = [max(20, 92 - 18 * k) for k in range(len(shown))]
    shape = alt.Scale(domain=shown, range=shapes)
    size = alt.Scale(domain=shown, range=sizes)
    return (
        color,
        alt.Shape("initializer:N", scale=shape, title=None, legend=looks),
        alt.Size("initializer:N", scale=size, title=None, legend=None),
    )


def dashes(frame: pd.DataFrame, initializers: Sequence[str]) -> alt.StrokeDash:
    """Dashes of lines: where some coincide, one shows through the gaps of the next."""
    shown = palette.ordered(order(frame.initializer.dropna()), initializers)
    looks = [DASHES[k % len(DASHES)] for k in range(len(shown))]
    scale = alt.Scale(domain=shown, range=looks)
    return alt.StrokeDash("initializer:N", scale=scale, title=None, legend=None)
