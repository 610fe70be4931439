"""What does theory recommend for each activation, what was measured, and why do they differ?"""

import numpy as np
import pandas as pd

from initatlas.figures.words import number
from initatlas.report.evidence import Tables, deepest
from initatlas.report.listing import Listing, said
from initatlas.report.sweeps import zeros

RULE = "critical"  # the initializer that stands where theory wants it
KEPT = {"forward": "signal", "backward": "gradient"}
SETTLED = 1e-6  # of V′ at a stable point above 1: rounding
NOTHING = 1e-3  # σ_b² below this is none


def recommended(phases: pd.DataFrame) -> pd.DataFrame:
    """The critical point that theory recommends, by activation; NaN where there is none."""
    rows = phases[phases.initializer == RULE].set_index("activation")
    points = rows[["sigma_w2", "sigma_b2", "phase", "chi_1"]].copy()
    points.loc[rows.phase != "critical", ["sigma_w2", "sigma_b2"]] = np.nan
    return points


def listings(tables: Tables) -> list[Listing]:
    """One row per activation."""
    if "phases" not in tables:
        return []
    points = recommended(tables["phases"])
    if points.empty:
        return []
    found = zeros(tables)
    columns = ["activation", "theory: σ_w², σ_b²", "stable for σ_b²"]
    if not found.empty:
        for kept in KEPT.values():
            columns += [f"{kept} kept at (95\u00a0%)", "expected"]
        columns.append("why they differ")
    body = [
        [
            name,
            "none" if np.isnan(point.sigma_w2) else _pair(point),
            stable(tables, name),
            *(_measured(tables, name, point, found) if len(columns) > 3 else []),
        ]
        for name, point in points.iterrows()
    ]
    return [
        Listing(
            title="What theory recommends, and what keeps signal and gradient",
            note=_note(found),
            columns=columns,
            rows=body,
            words=("why they differ",),
        )
    ]


def _pair(point: pd.Series) -> str:
    return f"{said(point.sigma_w2)}, {said(point.sigma_b2, 2)}"


def _note(found: pd.DataFrame) -> str:
    text = (
        "Theory: (σ_w², σ_b²) with χ₁ = 1 at a length that deep layers keep, and the biases for "
        "which there is one."
    )
    if found.empty:
        return text
    depth, width, bias = found.depth.iloc[0], found.width.iloc[0], found.sigma_b2.iloc[0]
    return (
        f"{text} Measured: the zero of the growth per layer along the sweep at σ_b² = "
        f"{number(bias)}, depth {depth}, width {width}. Expected: theory’s zero, computed "
        "from this data at this depth, from infinite width to the full shift −β/2 of this one; a "
        "mean over inputs lies between."
    )


def stable(tables: Tables, activation: str) -> str:
    """The σ_b² at which the edge of chaos is stable; empty where its table is missing."""
    if "edge_of_chaos" not in tables:
        return ""
    edge = tables["edge_of_chaos"]
    edge = edge[edge.activation == activation].sort_values("q_star")
    rows = edge[edge.length_slope <= 1 + SETTLED]
    if rows.empty:
        return "none"
    high = rows.sigma_b2.max()
    if high < NOTHING:
        return "0 alone"
    # The curve starts where σ_b² rises above 0, be it between two of its points.
    whole = rows.q_star.min() == edge.q_star.min()
    start = "0" if whole else number(rows.sigma_b2.min())
    # Where the curve was cut off while still stable, nothing is known of an upper end.
    open_end = rows.q_star.max() == edge.q_star.max()
    return f"from {start}" if open_end else f"{start} to {number(high)}"


def _measured(tables: Tables, name: str, point: pd.Series, found: pd.DataFrame) -> list[str]:
    rows = found[found.activation == name].set_index("direction")
    cells, reasons = [], [absent(tables, name, point)]
    for direction in KEPT:
        if direction not in rows.index:
            cells += ["", ""]
            continue
        row = rows.loc[direction]
        never = np.isnan(row.measured)
        measured = f"{said(row.measured)} ({said(row.low)}–{said(row.high)})"
        cells += ["never" if never else measured, _expected(row)]
        reasons.append(reason(tables, row.rename(direction), point))
    return [*cells, "; ".join(dict.fromkeys(filter(None, reasons)))]


def absent(tables: Tables, activation: str, point: pd.Series) -> str:
    """Why theory has no point to recommend, if it has none."""
    if not np.isnan(point.sigma_w2):
        return ""
    if "edge_of_chaos" not in tables:
        return "no stable critical point"
    edge = tables["edge_of_chaos"]
    if (edge.activation == activation).any():
        return "lengths leave every critical point: V′(q*) > 1"
    return "χ₁ = 1 would need σ_b² < 0 at every length"


def reason(tables: Tables, row: pd.Series, point: pd.Series) -> str:
    """Why the measured zero is not theory's critical σ_w²; empty where it is."""
    kept = KEPT[row.name]
    if np.isnan(row.measured):
        return _never(tables, row, kept)
    if np.isnan(point.sigma_w2):
        return ""
    if abs(point.sigma_b2 - row.sigma_b2) > NOTHING:
        return f"theory’s point has biases, the sweep σ_b² = {number(row.sigma_b2)}"
    if row.low <= point.sigma_w2 <= row.high:
        return ""
    return f"{kept}: {_cause(row)}"


def _expected(row: pd.Series) -> str:
    """The zero at infinite width and that with the full shift of this one."""
    ends = [said(row.wide), said(row.finite)]
    return "–".join(end for end in dict.fromkeys(ends) if end)


def _cause(row: pd.Series) -> str:
    """What moves a zero away from the critical point."""
    if np.isnan(row.wide):
        return "not explained"
    if row.low <= row.wide <= row.high:
        return f"lengths have not settled after {row.depth} layers, hence {number(row.wide, 3)}"
    moved = f"finite width moves it from {number(row.wide, 3)} to {number(row.finite, 3)}"
    reached = row.low <= max(row.wide, row.finite) and min(row.wide, row.finite) <= row.high
    return moved if reached else f"{moved} at most, which does not reach it"


def _never(tables: Tables, row: pd.Series, kept: str) -> str:
    """What happens along a sweep without a zero."""
    rates = deepest(tables["rates"])
    same = (rates.activation == row.activation) & (rates.initializer == row.initializer)
    growth = rates[same & (rates.sigma_b2 == row.sigma_b2)][f"{row.name}_rate_mean"]
    swept = f"σ_w² from {number(row.swept_from)} to {number(row.swept_to)}"
    verb = "shrinks" if (growth < 0).all() else "grows" if (growth > 0).all() else "is lost"
    expected = "" if np.isnan(row.finite) else ", though theory expects a zero"
    return f"{kept} {verb} at every {swept}{expected}"
