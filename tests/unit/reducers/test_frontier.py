"""The boundary of trainability: a planted k is found, its interval covers, a bound is no number."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from initatlas.reducers import frontier
from initatlas.reducers.frontier import boundary, reduce
from initatlas.reducers.scores import reduce as scores_of
from initatlas.rng import generator
from tests import trained_cells as planted

DEPTHS = (4, 8, 12, 16, 24, 32, 48, 64)
SIGMAS = (0.6, 0.8, 0.9, 1.1, 1.2, 1.5, 2.0, 3.0)
K = 6.0


def scales(frame: pd.DataFrame) -> pd.DataFrame:
    """A χ that is σ_w², and the two depth scales apart by a factor of two."""
    xi = 1 / np.log(frame.sigma_w2).abs()
    return frame.assign(xi_c=xi, xi_grad=2 * xi, chi_1=frame.sigma_w2)


def cells(rng: np.random.Generator, k: float = K, slope: float = 6.0) -> pd.DataFrame:
    frame = scales(pd.DataFrame(planted.grid(DEPTHS, SIGMAS)))
    p = expit(slope * (math.log(k) - np.log(frame.depth / frame.xi_c)))
    return frame.assign(trained_share=rng.binomial(4, p) / 4)


def test_a_planted_k_is_found_with_either_scale():
    frame = cells(generator(0, "planted"))
    found = boundary(frame, "xi_c", generator(0, "boot"))
    assert found["verdict"] == "fitted"
    assert found["low"] < K < found["high"]
    # Four networks in each of 64 cells, a third of them within the boundary's width.
    assert found["k"] == pytest.approx(K, rel=0.15)
    assert found["accuracy"] > 0.9
    half = boundary(frame, "xi_grad", generator(0, "boot"))
    assert half["k"] == pytest.approx(found["k"] / 2, rel=1e-9)
    assert half["high"] == pytest.approx(found["high"] / 2, rel=1e-9)


def test_the_interval_of_k_covers(monkeypatch):
    monkeypatch.setattr(frontier, "TIMES", 200)
    rng, times = generator(1, "coverage"), 150
    held = 0
    for _ in range(times):
        found = boundary(cells(rng), "xi_c", rng)
        held += found["low"] <= K <= found["high"]
    # As in the test of thresholds: level missed by 1/20 for the few cells at the boundary, and
    # three standard errors of the trials.
    assert held / times > 0.90 - 3 * math.sqrt(0.95 * 0.05 / times)


def test_where_all_or_none_train_there_is_a_bound_and_no_number():
    frame = cells(generator(2, "bound"))
    ratio = frame.depth / frame.xi_c
    full = boundary(frame.assign(trained_share=1.0), "xi_c", generator(0, "boot"))
    assert full["verdict"] == "at_least"
    assert math.isnan(full["k"])
    assert (full["low"], full["high"]) == (pytest.approx(ratio.max()), math.inf)
    empty = boundary(frame.assign(trained_share=0.0), "xi_c", generator(0, "boot"))
    assert empty["verdict"] == "at_most"
    assert (empty["low"], empty["high"]) == (0, pytest.approx(ratio.min()))


def test_an_infinite_scale_is_counted_and_changes_no_fit():
    frame = cells(generator(3, "critical"))
    critical = frame.iloc[:8].assign(sigma_w2=1.0, xi_c=math.inf, trained_share=0.25)
    alone = boundary(frame, "xi_c", generator(0, "boot"))
    found = boundary(pd.concat([frame, critical]), "xi_c", generator(0, "boot"))
    assert found["n_without_scale"] == 8
    assert found["trained_share_without_scale"] == 0.25
    assert found["k"] == alone["k"]


def test_depth_that_helps_is_no_boundary_and_few_cells_say_nothing():
    frame = cells(generator(4, "upside down"))
    upside = frame.assign(trained_share=1 - frame.trained_share)
    found = boundary(upside, "xi_c", generator(0, "boot"))
    assert found["verdict"] == "no_boundary"
    assert math.isnan(found["k"])
    assert boundary(frame.iloc[:5], "xi_c", generator(0, "boot"))["verdict"] == "few_cells"


def tables(sharp: dict[int, float]) -> tuple:
    """A map that is sharp at another k at each checkpoint."""
    listed = planted.grid(DEPTHS, SIGMAS)
    rows = planted.networks(listed, 2)
    known = scales(pd.DataFrame(listed))
    theory = planted.theory(
        listed, **{n: known[n].to_numpy() for n in ("xi_c", "xi_grad", "chi_1")}
    )
    ratio = (rows.depth * np.log(rows.sigma_w2).abs()).to_numpy()
    steps = [
        planted.ended(rows, ratio < k).assign(step=step, optimizer=name)
        for step, k in sharp.items()
        for name in ("adam", "sgd")
    ]
    predictors = planted.predictors(rows, "trainability_map")
    scored = scores_of(predictors, None, theory, None)
    return planted.best_rates(pd.concat(steps)), scored


def test_each_checkpoint_optimizer_and_side_has_its_boundary():
    found = reduce(*tables({0: 0.0, 50: 3.0, 200: 7.0})).to_pandas()
    assert set(found.step) == {50, 200}
    assert set(found.optimizer) == {"adam", "sgd"}
    at = found[(found.scale == "xi_c") & (found.optimizer == "sgd")].set_index(["step", "side"])
    ratios = np.sort(np.outer(DEPTHS, np.abs(np.log(SIGMAS))).ravel())
    for step, k in ((50, 3.0), (200, 7.0)):
        row = at.loc[(step, "both")]
        assert ratios[ratios < k].max() <= row.k <= ratios[ratios >= k].min()
        assert row.accuracy == 1
    assert at.loc[(50, "ordered")].n_cells == 24
    assert at.loc[(50, "chaotic")].n_cells == 40


def test_rows_in_any_order_give_the_same_frontier():
    best, scored = tables({50: 3.0})
    one = reduce(best, scored).to_pandas()
    other = reduce(planted.shuffled(best), planted.shuffled(scored)).to_pandas()
    pd.testing.assert_frame_equal(one, other, rtol=1e-12)
