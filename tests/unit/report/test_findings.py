"""Findings: a planted effect is stated with its numbers, its absence is not."""

import math

import pandas as pd
import pytest

from initatlas.report.evidence import share_interval, single
from initatlas.report.findings import (
    FINDINGS,
    depth_limit,
    divergence,
    findings,
    gradient_growth,
    keeping_both,
    merging,
    scaling,
    start_decides,
    torn,
)

CELL = {
    "study": "s",
    "dataset": "d",
    "architecture": "mlp",
    "width": 8,
    "sigma_b2": 0.0,
    "n_seeds": 8,
}


def rates(backward: dict, forward: dict | None = None, error: float = 0.001, depth: int = 11):
    """Rates by (initializer, activation); depth 11 makes ten transitions."""
    rows = [
        CELL
        | {
            "initializer": initializer,
            "activation": activation,
            "depth": depth,
            "sigma_w2": 2.0,
            "forward_rate_mean": (forward or {}).get((initializer, activation), 0.0),
            "forward_rate_se": error,
            "forward_rate_n_finite": 8,
            "backward_rate_mean": rate,
            "backward_rate_se": error,
            "backward_rate_n_finite": 8,
            "correlation_input_mean": 0.5,
            "correlation_last_mean": 0.2,
        }
        for (initializer, activation), rate in backward.items()
    ]
    return {"rates": pd.DataFrame(rows)}


def test_a_gradient_that_vanishes_with_one_initializer_is_stated_with_numbers():
    found = gradient_growth(rates({("he", "relu"): 0.0, ("torch", "relu"): -math.log(10)}))
    assert len(found) == 1
    assert "11 layers of relu" in found[0].text
    # Ten transitions, a tenth each; t of 7 degrees of freedom × 0.001 × 10 is a factor of 1.02.
    assert "by about 10⁻¹⁰ (95 %: to a factor of 1.0)" in found[0].text
    assert "by 1.0 (95 %: 0.98 to 1.0) with he" in found[0].text
    assert found[0].text.endswith("with torch.")
    assert found[0].figure == "gradient_norm"


def test_gradients_that_differ_by_less_than_their_errors_are_not_a_finding():
    cells = {("he", "relu"): 0.0, ("torch", "relu"): -math.log(10)}
    assert gradient_growth(rates(cells, error=1.0)) == []
    assert gradient_growth(rates({("he", "relu"): 0.0, ("torch", "relu"): -0.001})) == []
    assert gradient_growth(rates({("he", "relu"): math.nan})) == []


def test_who_keeps_signal_and_gradient_is_counted():
    cells = {(name, phi): 0.0 for name in ("a", "b") for phi in ("relu", "tanh")}
    found = keeping_both(rates(cells, forward={("b", "tanh"): -1.0}))
    assert found[0].text.startswith("a keeps both signal and gradient")
    assert "for 2 of 2 activations, b for 1." in found[0].text
    assert keeping_both(rates(cells)) == []
    nobody = keeping_both(rates(dict.fromkeys(cells, -1.0)))
    assert nobody[0].text.startswith("No initializer keeps")


def test_architectures_that_are_there_for_contrast_do_not_count():
    cells = {(name, phi): 0.0 for name in ("a", "b") for phi in ("relu", "tanh")}
    tables = rates(cells, forward={("b", "tanh"): -1.0})
    alone = keeping_both(tables)
    others = rates({("b", "relu"): 0.0, ("c", "relu"): 0.0})["rates"].assign(architecture="cnn")
    assert keeping_both({"rates": pd.concat([tables["rates"], others])}) == alone
    assert [number.value for number in alone[0].numbers] == [1.0, 0.5]


def crossings(zeros: dict) -> dict:
    rows = [
        CELL
        | {"activation": phi, "direction": way, "depth": 11, "sigma_w2": at}
        | {"low": at - reach, "high": at + reach}
        for (phi, way), (at, reach) in zeros.items()
    ]
    columns = [*CELL, "activation", "direction", "depth", "sigma_w2", "low", "high"]
    return {"crossings": pd.DataFrame(rows, columns=columns)}


def test_the_measured_two_of_he_is_stated_with_its_interval():
    zeros = {("relu", "forward"): (2.04, 0.05), ("relu", "backward"): (2.01, 0.05)}
    found = scaling(crossings(zeros))
    assert len(found) == 1
    assert "σ_w² = 2.04 (95 %: 1.99 to 2.09)" in found[0].text
    assert "2.01 (95 %: 1.96 to 2.06)" in found[0].text


def test_a_variance_that_cannot_serve_both_is_stated_only_where_intervals_part():
    zeros = {("selu", "forward"): (1.0, 0.05), ("selu", "backward"): (0.7, 0.05)}
    zeros |= {("relu", "forward"): (2.0, 0.05), ("relu", "backward"): (2.01, 0.05)}
    (found,) = torn(crossings(zeros))
    assert "No single variance keeps both for selu" in found.text
    assert "relu" not in found.text
    wide = {key: (at, 0.5) for key, (at, _) in zeros.items()}
    assert torn(crossings(wide)) == []


def test_sweeps_without_zeros_are_no_finding():
    assert scaling(crossings({})) == []
    assert scaling(crossings({("relu", "forward"): (2.0, 0.1)})) == []


def test_activations_that_merge_inputs_whatever_the_initializer_are_named():
    tables = rates({("a", "relu"): 0, ("b", "relu"): 0, ("a", "sin"): 0, ("b", "sin"): 0})
    relu = tables["rates"].activation == "relu"
    tables["rates"].loc[relu, "correlation_last_mean"] = 0.99
    found = merging(tables)
    assert "relu networks with every initializer" in found[0].text
    tables["rates"].loc[relu & (tables["rates"].initializer == "a"), "correlation_last_mean"] = 0.3
    assert merging(tables) == []


def convergence(trained: dict, diverged: int = 0) -> pd.DataFrame:
    """Networks that trained, by (initializer, depth), of 20 each."""
    return pd.DataFrame(
        [
            CELL
            | {
                "initializer": initializer,
                "activation": "relu",
                "depth": depth,
                "sigma_w2": 2.0,
                "n_seeds": 20,
                "n_trained": count,
                "n_diverged": diverged,
            }
            for (initializer, depth), count in trained.items()
        ]
    )


def test_depth_that_stops_training_is_stated_with_shares_and_intervals():
    found = depth_limit({"convergence": convergence({("a", 4): 20, ("a", 64): 2})})
    assert found[0].text.startswith(
        "Each at its best learning rate, 100 % (20 of 20; 95 %: 84 to 100 %)"
    )
    assert "10 % (2 of 20; 95 %: 3 to 30 %) of those of depth 64" in found[0].text


def test_a_fall_that_chance_would_make_is_not_stated():
    assert depth_limit({"convergence": convergence({("a", 4): 12, ("a", 64): 10})}) == []
    assert depth_limit({"convergence": convergence({("a", 4): 20})}) == []
    assert depth_limit({}) == []


def test_that_the_start_decides_is_stated_where_it_does():
    cells = rates({("a", "relu"): 0.0, ("b", "relu"): -1.0})
    planted = cells | {"convergence": convergence({("a", 11): 19, ("b", 11): 1})}
    found = start_decides(planted)
    assert "95 % (19 of 20" in found[0].text
    assert "5 % (1 of 20" in found[0].text
    same = cells | {"convergence": convergence({("a", 11): 10, ("b", 11): 10})}
    assert start_decides(same) == []
    backwards = cells | {"convergence": convergence({("a", 11): 1, ("b", 11): 19})}
    assert start_decides(backwards) == []


def test_divergence_is_counted_and_its_absence_not_mentioned():
    found = divergence({"convergence": convergence({("a", 4): 0, ("b", 64): 0}, diverged=3)})
    assert found[0].text == (
        "6 of 40 trained networks diverged at every learning rate, all with a and b, at depth 4 "
        "and 64."
    )
    assert divergence({"convergence": convergence({("a", 4): 20})}) == []


def test_a_study_without_training_has_no_finding_about_it():
    tables = rates({("a", "relu"): 0.0}) | crossings({})
    assert findings(tables) == []
    assert len(FINDINGS) == 15


def test_sweeps_do_not_count_as_initializers():
    frame = pd.concat([rates({("g", "relu"): 0.0})["rates"]] * 2, ignore_index=True)
    frame["sigma_w2"] = [1.0, 2.0]
    assert single(frame).empty


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    # Wilson's formula by hand: z = 1.96; 0 of 10 gives z² / (n + z²) = 0.2775.
    [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (5, 10, 0.2366, 0.7634)],
)
def test_intervals_of_shares_stay_within_0_and_1(hits, of, low, high):
    assert share_interval(hits, of) == pytest.approx((low, high), abs=5e-5)
