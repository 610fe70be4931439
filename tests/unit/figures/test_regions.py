"""Regions of a plane of named cells: painted, they give the cells back, in far fewer numbers."""

import numpy as np
import pandas as pd
import pytest

from initatlas.figures.regions import names, regions, simplified

BINS = 30
CENTRES = (np.arange(BINS) + 0.5) / BINS


def plane(phase, chi=lambda w, b: np.ones_like(w)) -> pd.DataFrame:
    """Cells of the unit square."""
    w, b = (axis.ravel() for axis in np.meshgrid(CENTRES, CENTRES))
    return pd.DataFrame({"sigma_w2": w, "sigma_b2": b, "phase": phase(w, b), "chi_1": chi(w, b)})


PLANES = {
    "one phase": lambda w, b: np.full(w.shape, "ordered"),
    "slanted": lambda w, b: np.where(w < 0.3 + 0.4 * b, "ordered", "chaotic"),
    "curved": lambda w, b: np.where(w < 0.2 + 0.6 * np.sqrt(b), "ordered", "chaotic"),
    "a wedge": lambda w, b: np.select(
        [w < 0.5, (w < 0.5 + 0.4 * b) & (b > 0.3)], ["ordered", "chaotic"], "divergent"
    ),
    "twice the same": lambda w, b: np.where(np.abs(w - 0.5) < 0.2, "chaotic", "ordered"),
    "an end": lambda w, b: np.where((w > 0.6 + b) & (b < 0.35), "chaotic", "ordered"),
}


def painted(edges: pd.DataFrame, w: float, b: float) -> str:
    """The phase that is seen at a point after all regions were painted, one over the other."""
    seen = None
    for _, edge in edges.groupby("part", sort=False):
        inside = edge.sigma_b2.min() <= b <= edge.sigma_b2.max()
        if inside and w >= np.interp(b, edge.sigma_b2, edge.sigma_w2):
            seen = edge.phase.iloc[0]
    return seen


@pytest.mark.parametrize("name", PLANES)
def test_painting_gives_every_cell_its_phase(name):
    """But for cells that an edge, off by a tenth of a cell at most, passes through."""
    cells = plane(PLANES[name])
    edges = regions(cells)
    for cell in cells.itertuples():
        beside = cells[(cells.sigma_b2 == cell.sigma_b2)]
        beside = beside[np.abs(beside.sigma_w2 - cell.sigma_w2) < 1.5 / BINS]
        if beside.phase.nunique() == 1:
            assert painted(edges, cell.sigma_w2, cell.sigma_b2) == cell.phase
    assert edges.end.unique() == pytest.approx([1])


def test_straight_edges_take_two_points():
    assert len(regions(plane(PLANES["one phase"]))) == 2
    assert len(regions(plane(PLANES["twice the same"]))) == 6


def test_between_two_cells_the_edge_lies_where_chi_passes_one():
    def chi(w, b):
        return 1 + 2 * (w - 0.437)

    cells = plane(lambda w, b: np.where(chi(w, b) < 1, "ordered", "chaotic"), chi)
    edges = regions(cells)
    assert edges[edges.phase == "chaotic"].sigma_w2.to_numpy() == pytest.approx(0.437)


def test_names_stand_in_regions_that_hold_them():
    found = names(plane(PLANES["slanted"])).set_index("phase")
    assert set(found.index) == {"ordered", "chaotic"}
    for phase, row in found.iterrows():
        assert PLANES["slanted"](row.sigma_w2, row.sigma_b2) == phase
    sliver = plane(lambda w, b: np.where(w < 0.9, "ordered", "chaotic"))
    assert list(names(sliver).phase) == ["ordered"]


@pytest.mark.parametrize("tolerance", [0.3, 0.03, 0.003])
def test_a_simplified_curve_lies_within_its_tolerance(tolerance):
    x = np.linspace(0, 7, 400)
    y = np.sin(x) * x
    kept = simplified(x, y, tolerance)
    assert kept[0] == 0
    assert kept[-1] == len(x) - 1
    assert np.abs(np.interp(x, x[kept], y[kept]) - y).max() <= tolerance
    assert len(kept) < len(x) / 4
