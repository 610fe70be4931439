"""Findings: a planted effect is stated with its numbers, its absence is not."""

import math

import pandas as pd
import pytest

from initatlas.report.evidence import share_interval, single, trained_share
from initatlas.report.findings import (
    FINDINGS,
    findings,
    gradient_growth,
    keeping_both,
    merging,
    scaling,
    torn,
)
from initatlas.report.training_findings import depth_limit, divergence, start_decides

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
    fewer = dict.fromkeys(cells, 0.0) | {("c", "relu"): -1.0}
    # Of one activation alone, c cannot be compared with the others.
    assert "c" not in keeping_both(rates(fewer, forward={("b", "tanh"): -1.0}))[0].text.split()
    nobody = keeping_both(rates(dict.fromkeys(cells, -1.0)))
    assert nobody[0].text.startswith("No initializer keeps")


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
    assert "through 11 layers is measured at σ_w² = 2.04 (95 %: 1.99 to 2.09)" in found[0].text
    assert "2.01 (95 %: 1.96 to 2.06)" in found[0].text


def test_a_variance_that_cannot_serve_both_is_stated_only_where_intervals_part():
    zeros = {("selu", "forward"): (1.0, 0.05), ("selu", "backward"): (0.7, 0.05)}
    zeros |= {("relu", "forward"): (2.0, 0.05), ("relu", "backward"): (2.01, 0.05)}
    (found,) = torn(crossings(zeros))
    assert found.text.startswith(
        "Of 2 activations whose signal and gradient can each be kept, no single variance keeps "
        "both for selu: "
    )
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


def residual(tables: dict, **changes: object) -> dict:
    """The tables with some cells of residual networks, too: fewer than the others are."""
    name = "rates" if "rates" in tables else "convergence"
    some = tables[name].head(1).assign(architecture="resmlp", **changes)
    return tables | {name: pd.concat([tables[name], some], ignore_index=True)}


def test_networks_of_another_architecture_do_not_speak_for_the_main_one():
    tables = rates({(name, phi): 0.0 for name in "ab" for phi in ("relu", "tanh")})
    relu = tables["rates"].activation == "relu"
    tables["rates"].loc[relu, "correlation_last_mean"] = 0.99
    (found,) = merging(residual(tables, correlation_last_mean=0.3))
    assert found.text.startswith("After 11 layers of mlp networks, inputs of correlation 0.50")
    assert "to relu networks with every initializer" in found.text
    # A third initializer that residual networks alone have is none of a plain network's.
    tables = rates(
        {(name, phi): 0.0 for name in "ab" for phi in ("relu", "tanh")}, {("b", "relu"): -1}
    )
    (found,) = keeping_both(residual(tables, initializer="fixup", forward_rate_mean=-1.0))
    assert "for 2 of 2 activations, b for 1." in found.text
    steep = rates({("he", "relu"): 0.0, ("torch", "relu"): -0.01})
    assert gradient_growth(residual(steep, backward_rate_mean=-9.0)) == []


def convergence(trained: dict, diverged: int = 0) -> pd.DataFrame:
    """Networks that trained, by (initializer, depth), of 20 in 20 cells of one each."""
    cells = [
        CELL
        | {"initializer": initializer, "activation": f"phi{place}", "depth": depth, "n_seeds": 1}
        | {"sigma_w2": 2.0, "n_trained": int(place < count), "n_diverged": diverged * (place == 0)}
        for (initializer, depth), count in trained.items()
        for place in range(20)
    ]
    return pd.DataFrame(cells)


def test_depth_that_stops_training_is_stated_with_shares_and_intervals():
    found = depth_limit({"convergence": convergence({("a", 4): 20, ("a", 64): 2})})
    assert found[0].text.startswith(
        "Each at its best learning rate, 100 % (20 of 20, in 20 cells; 95 %: 84 to 100 %) of the "
        "networks of depth 4"
    )
    assert "10 % (2 of 20, in 20 cells; 95 %: 3 to 30 %) of those of depth 64" in found[0].text


def test_networks_of_a_cell_that_end_alike_are_no_more_evidence_than_one():
    one = convergence({("a", 4): 12})
    three = one.assign(n_seeds=3, n_trained=3 * one.n_trained)
    assert trained_share(three) == pytest.approx(trained_share(one), rel=1e-12)


def test_depths_of_other_architectures_are_not_compared_with_those_of_the_main_one():
    cells = {"convergence": convergence({("a", 4): 20, ("a", 64): 2})}
    (found,) = depth_limit(residual(cells, depth=128, n_trained=1))
    assert "of the mlp networks of depth 4 train" in found.text
    assert "of those of depth 64." in found.text


def test_a_fall_that_chance_would_make_is_not_stated():
    assert depth_limit({"convergence": convergence({("a", 4): 12, ("a", 64): 10})}) == []
    assert depth_limit({"convergence": convergence({("a", 4): 20})}) == []
    assert depth_limit({}) == []


def test_that_the_start_decides_is_stated_where_it_does():
    def cells(*depths: int) -> dict:
        phis = [f"phi{place}" for place in range(20)]
        growth = {(n, phi): rate for n, rate in (("a", 0.0), ("b", -1.0)) for phi in phis}
        parts = [rates(growth, depth=depth)["rates"] for depth in depths]
        return {"rates": pd.concat(parts, ignore_index=True)}

    planted = cells(11) | {"convergence": convergence({("a", 11): 19, ("b", 11): 1})}
    found = start_decides(planted)
    assert "95 % (19 of 20, in 20 cells; " in found[0].text
    assert "5 % (1 of 20, in 20 cells; 95 %: 1 to 24 %)." in found[0].text
    # Deep networks train seldom, whatever they keep: said beside the shares of all.
    both = {("a", 11): 20, ("b", 11): 1, ("a", 31): 4, ("b", 31): 2}
    (deep,) = start_decides(cells(11, 31) | {"convergence": convergence(both)})
    assert deep.text.endswith("; at depth 31 alone, 20 % and 10 %.")
    same = cells(11) | {"convergence": convergence({("a", 11): 10, ("b", 11): 10})}
    assert start_decides(same) == []
    backwards = cells(11) | {"convergence": convergence({("a", 11): 1, ("b", 11): 19})}
    assert start_decides(backwards) == []


def test_divergence_is_counted_and_its_absence_not_mentioned():
    found = divergence({"convergence": convergence({("a", 4): 0, ("b", 64): 0}, diverged=3)})
    assert found[0].text == (
        "6 of 40 networks diverged at every learning rate, all with a and b, at depth 4 and 64."
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
