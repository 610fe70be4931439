"""Where in the plane of σ_w² and depth does theory have the end of trainability? Curves of k ξ."""

import numpy as np
import pandas as pd

from initatlas.figures.regions import simplified
from initatlas.figures.words import interval, listed, number

ASSUMED = 6.0  # depth scales that networks can be trained through, as Schoenholz et al. 2017 say
SYMBOLS = {"xi_c": "ξ_c", "xi_grad": "ξ_grad"}
KEYS = ["architecture", "initializer", "activation", "optimizer", "step"]
FITTED, ENDS, SIX = "k ξ, k as fitted", "ends of its 95 % interval", "6 ξ, as was assumed"
FINENESS = 0.01  # of ln ξ by which a curve may lie off
BEYOND = np.log(4)  # how far out of the frame lines lead that rise to infinity
NAMED = 4  # factors that a sentence holds
SAME = 1e-9  # bias variances that differ by less are one


def factors(frontier: pd.DataFrame) -> pd.DataFrame:
    """The k of each panel and step, of all cells together, in the scale that its φ has.

    Of ReLU and its kin correlations have no scale that is finite: gradients have.
    """
    rows = frontier[frontier.side == "both"]
    return rows[rows.scale == fitting(frontier)[rows.index]].reset_index(drop=True)


def fitting(frontier: pd.DataFrame) -> pd.Series:
    """Which depth scale goes with the activation of each row: ξ_c, where it is ever finite."""
    finite = (frontier.n_cells > 0) & (frontier.scale == "xi_c")
    known = finite.groupby(frontier.activation).transform("any")
    return known.map({True: "xi_c", False: "xi_grad"})


def sentence(factors: pd.DataFrame) -> str:
    """How many depth scales networks train through, and whether that is the 6 of the literature.

    factors: of one checkpoint, with the symbol of each one's `scale`, one fitted at least.
    """
    fitted = factors[factors.verdict == "fitted"]
    parts = [
        f"{number(row.k)} {row.scale} ({interval(row.low, row.high, 2)}) for {row.activation} with "
        f"{row.optimizer}"
        for row in fitted.itertuples()
    ]
    return f"Half of the networks train at a depth of {listed(parts, NAMED)}{_six(fitted)}"


def _six(fitted: pd.DataFrame) -> str:
    """Whether k is the 6 of the literature, where it was said of the same scale: of ξ_c alone."""
    own = fitted[fitted.scale == SYMBOLS["xi_c"]]
    held = int(((own.low <= ASSUMED) & (own.high >= ASSUMED)).sum())
    if own.empty:
        return ""
    if len(own) == 1:
        return f"; 6 ξ_c was assumed, and is {'' if held else 'not '}within the interval"
    return f"; the 6 ξ_c that was assumed is within {held} of {len(own)} intervals"


def curves(factors: pd.DataFrame, theory: pd.DataFrame, top: float) -> pd.DataFrame:
    """Points of k ξ(σ_w²), its interval's ends and 6 ξ; lines that leave the frame go on a bit.

    theory: ξ by activation, σ_w² and σ_b²; top: of the frame, in layers.
    """
    found = []
    for row in factors.itertuples():
        own = theory[theory.activation == row.activation]
        lines = {FITTED: [row.k], ENDS: [row.low, row.high], SIX: [ASSUMED]}
        if row.verdict != "fitted":
            lines = {SIX: [ASSUMED]}
        for bias, points in own.groupby("sigma_b2"):
            for name, ks in lines.items():
                for part, k in enumerate(k for k in ks if np.isfinite(k)):
                    line = _curve(points, row.scale, np.log(top / k)).assign(curve=name, part=part)
                    keys = {key: getattr(row, key) for key in KEYS}
                    line["depth"] *= k
                    found.append(line.assign(sigma_b2=bias, **keys))
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame()


def _curve(points: pd.DataFrame, scale: str, top: float) -> pd.DataFrame:
    """ξ along σ_w² as few points; infinity next to what is finite lies beyond the frame."""
    points = points.sort_values("sigma_w2")
    xi = points[scale].to_numpy()
    finite = np.isfinite(xi) & (xi > 0)
    beside = finite | np.append(finite[1:], False) | np.insert(finite[:-1], 0, False)
    kept = beside & (xi > 0)
    with np.errstate(divide="ignore"):
        x, y = points.sigma_w2.to_numpy()[kept], np.minimum(np.log(xi[kept]), top + BEYOND)
    places = simplified(x, y, FINENESS) if len(x) > 1 else []
    return pd.DataFrame({"sigma_w2": x[places], "depth": np.exp(y[places])})


def scales(cells: pd.DataFrame, map_theory: pd.DataFrame, fine: pd.DataFrame) -> pd.DataFrame:
    """ξ along σ_w² of each activation and σ_b² of the map: as finely as theory was asked.

    fine: theory's curves at some σ_b²; for others there are the map's own points.
    """
    columns = ["activation", "sigma_w2", "sigma_b2", *SYMBOLS]
    found = []
    for (name, bias), own in cells.groupby(["activation", "sigma_b2"]):
        there = (fine.activation == name) & ((fine.sigma_b2 - bias).abs() < SAME)
        between = fine.sigma_w2.between(own.sigma_w2_low.min(), own.sigma_w2_high.max())
        curve = fine[there & between][columns]
        if curve.empty:
            same = (map_theory.activation == name) & (map_theory.sigma_b2 == bias)
            curve = map_theory[same][columns].drop_duplicates("sigma_w2")
        found.append(curve.assign(sigma_b2=bias))
    return pd.concat(found, ignore_index=True)
