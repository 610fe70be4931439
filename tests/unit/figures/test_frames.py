"""Panels, series and rows: few enough to be read, and nothing lost in silence."""

import ast

import numpy as np
import pandas as pd
import pytest

from initatlas.figures import frames
from initatlas.figures.controls import LINE, chosen, controls, heading
from initatlas.figures.window import CEILING, FLOOR, Window, outside


def test_a_heading_has_short_lines_where_it_is_as_wide_as_a_phone():
    axis = "from stable starts to unstable ones, on a line that no phone can hold"
    text = heading("up", axis, ()).to_dict()["text"]["expr"]
    narrow, _, wide = text.removeprefix("narrow ? ").partition(" : ")
    assert max(len(line) for line in ast.literal_eval(narrow)) <= LINE
    assert " ".join(ast.literal_eval(narrow)) == f"↑ up → {axis}"
    assert axis in ast.literal_eval(wide)[0]


def cells(initializers: dict[str, list[float]], depths=(4,)) -> pd.DataFrame:
    rows = [
        ("s", "d", "mlp", name, "relu", depth, 8, sigma_w2, 0.0, layer)
        for depth in depths
        for name, variances in initializers.items()
        for sigma_w2 in variances
        for layer in range(depth + 2)
    ]
    columns = ["study", "dataset", "architecture", "initializer", "activation", "depth", "width"]
    return pd.DataFrame(rows, columns=[*columns, "sigma_w2", "sigma_b2", "layer"])


def test_groups_hold_at_most_eight_and_are_even():
    frame = frames.grouped(cells({f"i{k}": [1.0] for k in range(9)}))
    sizes = frame.groupby("group", sort=False).initializer.nunique()
    assert sizes.tolist() == [5, 4]
    assert list(sizes.index) == ["i0 … i4 (1 of 2)", "i5 … i8 (2 of 2)"]


def test_long_sweeps_leave_and_short_ones_stay_as_initializers():
    found = frames.unswept(cells({"he": [2.0], "long": [1, 2, 3, 4], "short": [1.0, 3.0]}))
    assert frames.order(found.initializer) == ["he", "short σ_w²=1", "short σ_w²=3"]


def test_a_gaussian_says_its_variance_though_it_is_the_only_one():
    found = frames.unswept(cells({"he": [2.0], "gaussian": [3.0], "recipe": [1.5]}))
    assert frames.order(found.initializer) == ["he", "gaussian σ_w²=3", "recipe"]


def test_a_study_of_sweeps_alone_shows_their_points():
    found = frames.unswept(cells({"long": [1, 2, 3, 4]}))
    assert found.initializer.nunique() == 4


def test_variances_that_the_data_decide_count_as_one():
    found = frames.variances(cells({"lsuv": [np.nan], "he": [2.0], "sweep": [1.0, 2.0]}))
    assert sorted(set(found)) == [1, 2]


@pytest.mark.parametrize("depth", [1, 2, 16, 200])
def test_thinning_keeps_both_ends_and_bounds_the_rest(depth):
    layers = frames.thinned(cells({"he": [2.0]}, depths=(depth,)), 1).layer
    assert layers.min() == 1
    assert layers.max() == depth
    assert len(layers) <= frames.LAYERS


@pytest.mark.parametrize(
    ("panels", "columns"),
    [(1, 1), (3, 3), (5, 5), (6, 3), (7, 4), (9, 3), (12, 4), (15, 5), (20, 5)],
)
def test_panels_fill_their_rows_where_they_can(panels, columns):
    assert frames.columns_for(panels) == columns


def test_what_does_not_fit_is_left_out_aloud(monkeypatch):
    monkeypatch.setattr(frames, "ROWS", 20)
    frame = cells({"he": [2.0]}, depths=(4, 16))
    found = frames.fitted(frame, ("depth",))
    assert set(found.depth) == {16}
    assert found.attrs["omitted"] == " In the tables only: depth 4."
    assert frames.fitted(frame[frame.depth == 4], ("depth",)).attrs["omitted"] == ""


def test_controls_start_with_the_deepest_and_show_only_what_is_chosen():
    frame = cells({"he": [2.0], "glorot": [1.0]}, depths=(4, 16))
    found = controls(frame, ("depth", "initializer", "width"))
    assert [c.column for c in found] == ["depth", "initializer"]
    assert found[0].options == [4, 16]
    shown = chosen(frame, found)
    assert set(shown.depth) == {16}
    assert set(shown.initializer) == {"he"}


def test_a_window_holds_the_data_within_its_limits():
    none = pd.Series([None, None])
    window = Window.decades(pd.Series([-3.2, 0.5]), none)
    assert (window.low, window.high) == (-4, 1)
    assert not window.zero
    wide = Window.decades(pd.Series([-300.0, 40.0]), none)
    assert (wide.low, wide.high) == (FLOOR, CEILING)
    empty = Window.decades(pd.Series([np.nan]), pd.Series(["not finite"]))
    assert empty.low < empty.high
    assert empty.not_finite


def test_strips_lie_beside_the_window_and_ticks_do_not_cover_their_names():
    marks = pd.Series(["zero", "not finite"])
    window = Window.decades(pd.Series([-6.0, 1.0]), marks)
    low, high = window.scale().domain
    assert low < window.low
    assert high > window.high
    axis = window.axis()
    places = np.array(axis.values)
    assert (np.diff(places) > window.strip / 2).all()
    assert axis.tickCount == len(places)
    assert "'∞, NaN'" in axis.labelExpr
    assert "'0'" in axis.labelExpr


def test_what_lies_outside_is_named():
    value = pd.Series([1.0, 0.0, np.inf, np.nan, 2.0])
    found = outside(value, pd.Series([3, 3, 2, 0, 2]), pd.Series([3] * 5))
    assert pd.isna(found[0])
    assert found[1:].tolist() == ["zero", "not finite", "not finite", "not finite"]
