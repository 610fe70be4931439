"""The score's parts against closed forms, and how it is made of them."""

import math

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from initatlas import theory
from initatlas.reducers.score import SCORES, Calibration, Constants, Scale, burden, score
from initatlas.reducers.scores import distance_to_critical, reduce, scored
from tests import trained_cells as planted


def constants(parts: tuple[str, ...], value: float = 2.0) -> Constants:
    return Constants(
        scales={part: Scale(value=value, low=1.0, high=3.0) for part in parts},
        log_likelihood=-0.1,
        null_log_likelihood=-0.6,
        auc=1.0,
        n_cells=50,
    )


CALIBRATION = Calibration(
    study="c",
    datasets=("blobs",),
    depths=(3, 6),
    tables="",
    scores={name: constants(parts) for name, parts in SCORES.items()},
)


def linear(sigma_w2: float, depth: int, seeds: int = 4) -> tuple[pa.Table, pa.Table]:
    """Linear networks: q and ‖δ‖² change by σ_w² a layer, each its own way by a little."""
    cells = planted.grid([depth], [sigma_w2], activation="linear")
    rows = planted.networks(cells, seeds)
    growth = (depth - 1) * math.log(sigma_w2) + 0.1 * (rows.seed - (seeds - 1) / 2)
    rows = rows.assign(
        forward_stability=abs((depth - 1) * math.log(sigma_w2)),
        gradient_growth=growth,
        gradient_stability=growth.abs(),
    )
    chi, scale = sigma_w2, 1 / abs(math.log(sigma_w2)) if sigma_w2 != 1 else math.inf
    facts = {
        "chi_1": chi,
        "xi_c": math.inf,
        "xi_grad": scale,
        "forward_stability": abs((depth - 1) * math.log(sigma_w2)),
        "gradient_stability": abs((depth - 1) * math.log(sigma_w2)),
        "beta": 2 * depth / 64,
        "jacobian_variance": depth - 1.0,
    }
    return planted.predictors(rows), planted.theory(cells, **facts)


def the_cell(predictors: pa.Table, known: pa.Table | None) -> pd.Series:
    return reduce(predictors, known, None, None).to_pandas().iloc[0]


def test_a_linear_network_has_the_parts_of_its_closed_form():
    row = the_cell(*linear(1.5, 9))
    expected = 8 * math.log(1.5)
    assert row.forward_stability == pytest.approx(expected, rel=1e-14)
    assert row.gradient_stability == pytest.approx(expected, rel=1e-14)
    assert row.forward_stability_theory == pytest.approx(expected, rel=1e-14)
    # Seeds at ±0.05 and ±0.15 around the mean: variance (2·0.05² + 2·0.15²)/3.
    assert row.gradient_scatter == pytest.approx(0.05 / 3, rel=1e-10)
    assert row.depth_ratio == 0  # ξ_c = ∞: correlations live for ever
    assert row.gradient_depth_ratio == pytest.approx(9 * math.log(1.5), rel=1e-14)
    assert row.n_seeds == 4


def test_he_gives_relu_an_exact_zero_forward_part():
    he = theory.length_map("relu", 1.0, 2.0, 0.0)
    stability = abs(math.log(float(he)))
    cells = planted.grid([16], [2.0], activation="relu")
    rows = planted.networks(cells, 2).assign(forward_stability=stability, gradient_stability=0.0)
    found = scored(
        reduce(planted.predictors(rows), planted.theory(cells), None, None).to_pandas(),
        CALIBRATION,
    ).iloc[0]
    assert found.forward_stability_burden == 0
    assert found.depth_ratio_burden == 0
    assert found.score == 1


def test_the_score_is_the_exponential_of_its_burdens():
    predictors, known = linear(1.2, 5)
    cells = reduce(predictors, known, None, None).to_pandas()
    found = scored(cells, CALIBRATION).iloc[0]
    stability = 4 * math.log(1.2)
    gradient = found.gradient_stability
    by_hand = (stability / 2) ** 2 + (gradient / 2) ** 2 + 0 + (10 / 64) / 2 + 4 / 2
    assert found.score == pytest.approx(math.exp(-by_hand), rel=1e-12)
    parts = [f"{part}_burden" for part in SCORES["score"]]
    assert math.exp(-found[parts].sum()) == pytest.approx(found.score, rel=1e-12)
    predicted = 2 * (stability / 2) ** 2 + (10 / 64) / 2 + 4 / 2
    assert found.burden_predicted == pytest.approx(predicted, rel=1e-12)


def test_a_part_alone_at_its_scale_makes_the_score_one_over_e():
    cells = {"forward_stability": np.array([2.0]), "beta": np.array([0.0])}
    assert score(cells, constants(("forward_stability", "beta")))[0] == pytest.approx(1 / math.e)


def test_infinite_instability_has_score_0_and_what_does_not_count_is_not_asked():
    cells = {"forward_stability": np.array([np.inf]), "beta": np.array([np.nan])}
    assert score(cells, constants(("forward_stability",)))[0] == 0
    ignored = constants(("beta",), value=math.inf)
    assert score(cells, ignored)[0] == 1
    assert np.isnan(score(cells, constants(("beta",)))[0])
    assert burden(np.array([np.inf]), "beta", math.inf)[0] == 0


def test_without_theory_the_measured_score_remains():
    predictors, _ = linear(1.2, 5)
    found = scored(reduce(predictors, None, None, None).to_pandas(), CALIBRATION).iloc[0]
    assert np.isnan(found.score)
    assert np.isnan(found.score_predicted)
    assert 0 < found.score_measured < 1
    assert found.phase == ""


def test_a_depth_scale_of_zero_layers_is_an_infinite_burden():
    predictors, _ = linear(1.2, 5)
    cells = planted.grid([5], [1.2], activation="linear")
    row = the_cell(predictors, planted.theory(cells, xi_c=0.0, xi_grad=0.0))
    assert row.depth_ratio == np.inf


def test_rows_in_any_order_give_the_same_scores():
    cells = planted.grid([4, 8], [0.5, 1.0, 2.0])
    predictors = planted.predictors(planted.networks(cells, 5))
    known = planted.theory(cells)
    one = reduce(predictors, known, None, None)
    other = reduce(planted.shuffled(predictors), planted.shuffled(known), None, None)
    pd.testing.assert_frame_equal(one.to_pandas(), other.to_pandas(), rtol=1e-12)


def test_an_unknown_variance_meets_its_own_theory():
    """LSUV's σ_w² is NaN, which is equal to itself here."""
    cells = planted.grid([4], [math.nan], initializer="lsuv")
    predictors = planted.predictors(planted.networks(cells, 2))
    assert the_cell(predictors, planted.theory(cells, q_star=0.7)).q_star == 0.7


def test_one_network_that_is_not_finite_does_not_decide_its_cell():
    rows = planted.networks(planted.grid([4], [1.0]), 3)
    rows = rows.assign(forward_stability=[1.0, np.inf, 2.0], gradient_stability=[np.nan, 3.0, 5.0])
    row = the_cell(planted.predictors(rows), None)
    assert row.forward_stability == 2
    assert row.gradient_stability == 4


def test_cells_of_the_calibration_are_marked():
    cells = pd.DataFrame({"dataset": ["blobs", "blobs", "digits"], "depth": [3, 4, 3]})
    assert CALIBRATION.held_out(cells).tolist() == [False, True, True]


def test_the_distance_is_to_the_stable_critical_point_at_the_same_bias():
    q = np.geomspace(1e-3, 2, 140)  # as densely as the table of the curve
    edge = theory.edge_of_chaos("tanh", q)
    curve = pd.DataFrame(
        {
            "activation": "tanh",
            "sigma_w2": edge.sigma_w2,
            "sigma_b2": edge.sigma_b2,
            "length_slope": edge.length_slope,
        }
    )
    cells = pd.DataFrame(
        {"activation": ["tanh", "tanh", "relu"], "sigma_w2": [2.0, 0.5, 2.0]}
        | {"sigma_b2": [0.05, 0.0, 0.0]}
    )
    found = distance_to_critical(cells, curve)
    assert found[0] == pytest.approx(2 - 1.760955, abs=1e-3)  # SCIENCE's table; straight lines
    assert found[1] == pytest.approx(0.5, abs=5e-3)  # the curve starts at q = 10⁻³: σ_w² = 1 + 2q
    assert np.isnan(found[2])
    assert np.isnan(distance_to_critical(cells, None)).all()
