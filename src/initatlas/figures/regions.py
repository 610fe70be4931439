"""How is a plane of named cells drawn in few words? Each name's region as one outline."""

import numpy as np
import pandas as pd

TOLERANCE = 0.1  # of a cell: how far a simplified outline may lie off


def regions(cells: pd.DataFrame) -> pd.DataFrame:
    """Left edges of regions: `phase`, `part`, and σ_w² at some σ_b², by rows of the plane.

    Painted in this order, each from its edge to the right end (`end`) of the plane, they cover it
    without gaps. Between two cells the edge lies where χ₁ is 1, if it passes 1 there, else midway.
    """
    edges = pd.concat([_edges(row) for _, row in cells.groupby("sigma_b2")], ignore_index=True)
    edges["part"] = _parts(edges)
    heights = np.sort(cells.sigma_b2.unique())
    half = heights[0]  # rows are bins' centres, from 0 on
    left = edges.groupby("part").sigma_w2.mean().sort_values(kind="stable")
    parts = [_outline(edges[edges.part == part], half, cells) for part in left.index]
    return pd.concat(parts, ignore_index=True).assign(end=_right(cells))


def names(cells: pd.DataFrame, least: tuple[float, float] = (0.28, 0.16)) -> pd.DataFrame:
    """Where the name of each phase fits: in its widest row of those halfway up.

    least: the shares of the plane's width and height that a name needs.
    """
    width = _right(cells)
    bins = cells.sigma_w2.nunique()
    found = []
    for phase, rows in cells.groupby("phase", sort=False):
        by_row = rows.groupby("sigma_b2").sigma_w2.agg(["min", "max", "size"])
        if len(by_row) < least[1] * cells.sigma_b2.nunique():
            continue
        middle = by_row.iloc[len(by_row) // 2]
        if middle["size"] >= least[0] * bins:
            place = {"sigma_w2": (middle["min"] + middle["max"]) / 2, "end": width}
            found.append({"phase": phase, "sigma_b2": by_row.index[len(by_row) // 2], **place})
    return pd.DataFrame(found, columns=["phase", "sigma_b2", "sigma_w2", "end"])


def _right(cells: pd.DataFrame) -> float:
    return cells.sigma_w2.max() + cells.sigma_w2.min()


def _edges(row: pd.DataFrame) -> pd.DataFrame:
    """The phases of one row from left to right, with the σ_w² at which each begins."""
    row = row.sort_values("sigma_w2")
    phase, at, chi = (row[name].to_numpy() for name in ("phase", "sigma_w2", "chi_1"))
    new = np.flatnonzero(phase[1:] != phase[:-1])
    low, high = chi[new] - 1, chi[new + 1] - 1
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where((low < 0) & (high > 0), low / (low - high), 0.5)
    edge = at[new] + share * (at[new + 1] - at[new])
    return pd.DataFrame(
        {
            "phase": phase[[0, *(new + 1)]],
            "sigma_w2": [0.0, *edge],
            "sigma_b2": row.sigma_b2.iloc[0],
        }
    )


def _parts(edges: pd.DataFrame) -> list[int]:
    """Which rows belong together: the n-th of a phase continues the n-th of the row below."""
    turn = edges.groupby(["sigma_b2", "phase"], sort=False).cumcount()
    rows = edges.sigma_b2.rank(method="dense").astype(int)
    last: dict[tuple, tuple[int, int]] = {}
    found = []
    for row, phase, place in zip(rows, edges.phase, turn, strict=True):
        before, part = last.get((phase, place), (None, None))
        if before != row - 1:
            part = 1 + max((known for _, known in last.values()), default=-1)
        last[phase, place] = row, part
        found.append(part)
    return found


def _outline(edges: pd.DataFrame, half: float, cells: pd.DataFrame) -> pd.DataFrame:
    """The left edge of one part, from half a row below its first to half a row above its last."""
    height, edge = edges.sigma_b2.to_numpy(), edges.sigma_w2.to_numpy()
    height = np.concatenate([[height[0] - half], height, [height[-1] + half]])
    edge = np.concatenate([[edge[0]], edge, [edge[-1]]])
    kept = simplified(height, edge, TOLERANCE * 2 * cells.sigma_w2.min())
    columns = {"sigma_b2": height[kept], "sigma_w2": edge[kept]}
    return pd.DataFrame(columns).assign(phase=edges.phase.iloc[0], part=int(edges.part.iloc[0]))


def simplified(x: np.ndarray, y: np.ndarray, tolerance: float) -> list[int]:
    """Indices of points whose joining line lies within `tolerance` of all (Douglas & Peucker)."""
    kept = {0, len(x) - 1}
    spans = [(0, len(x) - 1)]
    while spans:
        first, last = spans.pop()
        inner = np.arange(first + 1, last)
        if not len(inner):
            continue
        off = np.abs(y[inner] - np.interp(x[inner], x[[first, last]], y[[first, last]]))
        worst = int(inner[off.argmax()])
        if off.max() > tolerance:
            kept.add(worst)
            spans += [(first, worst), (worst, last)]
    return sorted(kept)
