"""Figures of trainability: a planted depth factor is stated, and so is what does not fit."""

import numpy as np
import pandas as pd
import pytest

from initatlas.figures import FIGURES, drawn, frontiers
from initatlas.figures import frontier_factor as factor
from initatlas.figures import trainability_map as plane
from initatlas.figures.map_cells import cells_of
from tests import planted

PLANTED = {("sgd", 30): 2.0, ("sgd", 300): 4.0, ("adam", 300): 8.0}


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    return planted.mapped(PLANTED)


def of(name: str, tables: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The frames of a figure."""
    return FIGURES[name].tidy({need: tables[need] for need in FIGURES[name].needs})


def sentence(name: str, tables: dict[str, pd.DataFrame]) -> str:
    return FIGURES[name].title(of(name, tables))


def without(tables: dict[str, pd.DataFrame], verdict: str) -> dict[str, pd.DataFrame]:
    """The tables, their frontier without any fit."""
    lost = dict.fromkeys(["k", "low", "high"], np.nan) | {"verdict": verdict}
    return tables | {"frontier": tables["frontier"].assign(**lost)}


def test_the_map_states_the_fitted_factors_and_whether_six_is_among_them(tables):
    fits = tables["frontier"]
    own = fits[(fits.side == "both") & (fits.scale == "xi_c") & (fits.step == 300)]
    said = sentence("trainability_map", tables)
    for row in own.itertuples():
        # The planted factor lies between depths that are a factor of 2 apart.
        assert abs(np.log2(row.k / PLANTED[row.optimizer, 300])) < 0.5
        assert f"{row.k:.1f} ξ_c" in said
    assert said.endswith("; the 6 ξ_c that was assumed is within 0 of 2 intervals")


def test_six_is_held_by_an_interval_around_it(tables):
    fits = tables["frontier"].assign(low=5.0, high=7.0, k=6.0, verdict="fitted")
    one = fits[fits.optimizer == "sgd"]
    found = sentence("trainability_map", tables | {"frontier": one})
    assert "6.0 ξ_c (5.0 to 7.0) for tanh with sgd" in found
    assert found.endswith("; 6 ξ_c was assumed, and is within the interval")


def test_six_depth_scales_of_correlations_are_not_held_against_those_of_gradients():
    fits = pd.DataFrame(
        {"verdict": "fitted", "k": 8.0, "low": 7.0, "high": 9.0, "optimizer": "sgd"}
        | {"activation": ["relu", "tanh"], "scale": ["ξ_grad", "ξ_c"]}
    )
    said = frontiers.sentence(fits.assign(low=[7.0, 5.0]))
    assert said.endswith("for tanh with sgd; 6 ξ_c was assumed, and is within the interval")
    assert frontiers.sentence(fits.head(1)).endswith("8.0 ξ_grad (7.0 to 9.0) for relu with sgd")


def test_curves_are_the_factor_times_theorys_scale(tables):
    frame = of("trainability_map", tables)["trainability_map"]
    curves = frame[(frame.kind == "curve") & (frame.step == 300) & (frame.panel == "tanh, sgd")]
    theory = tables["depth_scales"]
    top = frame.depth_high.max()
    fits = tables["frontier"]
    k = fits[(fits.side == "both") & (fits.scale == "xi_c") & (fits.step == 300)]
    k = k.set_index("optimizer").k["sgd"]
    for name, ratio in ((frontiers.FITTED, k), (frontiers.SIX, 6.0)):
        own = curves[(curves.curve == name) & (curves.depth < top)]
        assert len(own) > 10
        xi = np.interp(own.sigma_w2, theory.sigma_w2, theory.xi_c)
        np.testing.assert_allclose(own.depth, ratio * xi, rtol=1e-6)


def test_cells_cover_the_plane_without_gaps(tables):
    frame = of("trainability_map", tables)["trainability_map"]
    cells = frame[(frame.kind == "cell") & (frame.quantity == "test accuracy")]
    cells = cells[(cells.step == 300) & (cells.optimizer == "sgd")]
    assert len(cells) == len(planted.DEPTHS) * len(planted.SIGMAS)
    for column in ("sigma_w2", "depth"):
        low, high = (np.unique(cells[f"{column}_{end}"]) for end in ("low", "high"))
        np.testing.assert_allclose(low[1:], high[:-1])
        assert ((cells[column] > cells[f"{column}_low"]) & (cells[column] < high.max())).all()


def test_sweeps_of_two_activations_leave_no_gaps_in_each_others_planes(tables):
    tanh = tables["map_best_rates"]
    moved = tanh[tanh.depth > 4].assign(activation="relu", sigma_w2=tanh.sigma_w2 + 0.01)
    cells = cells_of(pd.concat([tanh, moved], ignore_index=True))
    own = cells[(cells.step == 300) & (cells.optimizer == "sgd")]
    for _, plane_cells in own.groupby("activation"):
        for column in ("sigma_w2", "depth"):
            low, high = (np.unique(plane_cells[f"{column}_{end}"]) for end in ("low", "high"))
            np.testing.assert_allclose(low[1:], high[:-1])


def test_what_diverged_is_marked_and_counts_as_no_accuracy(tables):
    best = tables["map_best_rates"].copy()
    cell = (best.depth == 4) & (best.sigma_w2 == best.sigma_w2.min())
    best.loc[cell, ["outcome", "final_test_accuracy"]] = ["diverged", np.nan]
    some = best.depth.eq(8) & (best.sigma_w2 == best.sigma_w2.min()) & (best.seed == 0)
    best.loc[some, ["outcome", "final_test_accuracy"]] = ["diverged", np.nan]
    frame = of("trainability_map", tables | {"map_best_rates": best})["trainability_map"]
    first = frame[(frame.sigma_w2 == best.sigma_w2.min()) & (frame.quantity == "test accuracy")]
    assert first[first.depth == 4].value.isna().all()
    assert (first[first.depth.isin([4, 8])].mark == "×").all()
    np.testing.assert_allclose(first[first.depth == 8].value, 2 / 3 * 0.85)


@pytest.mark.parametrize(
    ("verdict", "said"),
    [("no_boundary", "no boundary in ξ_c"), ("few_cells", "too few cells for tanh")],
)
def test_a_map_without_a_boundary_says_so(tables, verdict, said):
    found = sentence("trainability_map", without(tables, verdict))
    assert found.startswith("No end of trainability")
    assert said in found


def test_relu_is_measured_in_the_scale_that_it_has(tables):
    fits = tables["frontier"].assign(activation="relu")
    fits.loc[fits.scale == "xi_c", "n_cells"] = 0
    assert set(frontiers.factors(fits).scale) == {"xi_grad"}
    assert set(frontiers.factors(tables["frontier"]).scale) == {"xi_c"}


def test_a_factor_that_grows_with_training_is_said_to_grow(tables):
    found = sentence("frontier_factor", tables)
    assert "grows from 2" in found
    assert "(step 30) to 4" in found
    assert "tanh with sgd" in found
    assert found.endswith("the last intervals of adam and sgd lie apart")


def test_a_factor_that_stays_is_not_said_to_grow():
    same = planted.mapped({("sgd", 30): 4.0, ("sgd", 300): 4.0})
    assert "k stays near" in sentence("frontier_factor", same)


def test_one_checkpoint_moves_nothing(tables):
    last = tables["frontier"][tables["frontier"].step == 300]
    frames = of("frontier_factor", {"frontier": last})
    assert factor.title(frames).startswith("No depth factor was fitted at two checkpoints")
    assert drawn(factor.FRONTIER_FACTOR, {"frontier": last}, ["gaussian"]).png


def test_bounds_are_shown_as_such(tables):
    fits = tables["frontier"].assign(verdict="at_least", k=np.nan, low=3.0, high=np.inf)
    frame = of("frontier_factor", {"frontier": fits})["frontier_factor"]
    assert (frame.k == 3.0).all()
    assert frame.low.isna().all()
    assert "Triangles: bounds alone" in factor.caption({"frontier_factor": frame})


def test_of_an_interval_a_decade_is_shown_and_that_it_goes_on_is_said(tables):
    fits = tables["frontier"].assign(verdict="fitted", k=4.0, low=3.0, high=5.0)
    narrow = factor.tidy({"frontier": fits})
    assert "reach beyond it" not in factor.caption(narrow)
    wide = fits.assign(low=1e-6, high=np.inf)
    frame = factor.tidy({"frontier": wide})["frontier_factor"]
    assert frame.low_place.unique() == pytest.approx([0.4 / 1.3])
    assert np.isfinite(frame.high_place).all()
    assert (frame.low == 1e-6).all()
    assert np.isinf(frame.high).all()
    assert "reach beyond it" in factor.caption({"frontier_factor": frame})


def test_one_step_one_depth_and_one_variance_are_drawn(tables):
    best = tables["map_best_rates"]
    best = best[(best.step == 300) & (best.depth == 8) & (best.sigma_w2 == best.sigma_w2.min())]
    few = without(tables, "few_cells") | {"map_best_rates": best}
    needed = {need: few[need] for need in plane.TRAINABILITY_MAP.needs}
    assert drawn(plane.TRAINABILITY_MAP, needed, ["gaussian"]).png
