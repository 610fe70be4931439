"""What figures of spectra say: planted spans, distances and condition numbers are found."""

import numpy as np
import pandas as pd
import pytest

from initatlas.figures import evenness, jacobian_spectra, kernel_condition

CELL = {
    "study": "s",
    "dataset": "d",
    "architecture": "mlp",
    "initializer": "a",
    "activation": "relu",
    "depth": 9,
    "width": 8,
    "sigma_w2": 2.0,
    "sigma_b2": 0.0,
}
THEORY = {
    "log_mean": 0.0,
    "relative_variance": 3.0,
    "mass_at_zero": 0.5,
    "mass_at_top": 0.0,
    "log_top": 5.0,
    "log_squared": np.linspace(-4, 0, 50),
    "density": np.full(50, 0.125),
}


def measured(**changes: object) -> dict:
    """A cell whose ln s² is uniform on (−4, 0), half of the s being 0."""
    return (
        CELL
        | {
            "n_seeds": 4,
            "n_density": 4,
            "low": -4.0,
            "high": 0.0,
            "density": np.full(8, 0.125),
            "singular_fraction_mean": 0.5,
            "squared_singular_value_variance_mean": 2.5,
        }
        | changes
    )


def spectra(*rows: dict, theory: dict | None = THEORY) -> dict[str, pd.DataFrame]:
    predicted = [CELL | {key: row[key] for key in CELL} | (theory or {}) for row in rows]
    columns = [*CELL, *THEORY]
    tables = {
        "spectra": pd.DataFrame(rows),
        "jacobian_density": pd.DataFrame(predicted if theory else [], columns=columns),
    }
    return jacobian_spectra.tidy(tables)


def test_the_middle_of_a_uniform_spectrum_spans_its_share_of_the_range():
    frame = spectra(measured())["jacobian_spectra"]
    # 80 % of 4 nats of ln s² are 1.6 nats of ln s.
    assert evenness.spans(frame).tolist() == pytest.approx([1.6])


def test_one_value_spans_nothing_however_wide_its_bin():
    frame = spectra(measured(density=np.array([8.0]), low=-0.0625, high=0.0625))
    assert evenness.spans(frame["jacobian_spectra"]).tolist() == [0.0]


def test_the_most_even_and_the_least_even_initializer_are_named():
    wide = measured(initializer="b", low=-40.0, density=np.full(8, 0.0125))
    found = jacobian_spectra.title(spectra(measured(), wide))
    # e^1.6 = 4.95 and e^16 = 8.9e6.
    assert found.startswith("Over 9 layers a stretches 80 % of directions alike within a factor of")
    assert "of 5.0, b within about 9 × 10⁶" in found


def test_where_nothing_passes_the_title_says_so():
    dead = measured(density=np.array([]), high=-4.0, singular_fraction_mean=1.0)
    assert "No small change passes" in jacobian_spectra.title(spectra(dead))


def test_distances_are_the_largest_difference_of_shares():
    row = spectra(measured())["jacobian_spectra"].iloc[0]
    assert evenness.distance(row) == pytest.approx(0, abs=1e-12)
    shifted = spectra(measured(low=-3.0, high=1.0))["jacobian_spectra"].iloc[0]
    assert evenness.distance(shifted) == pytest.approx(0.125)  # 1 nat of ⅛


def test_a_share_at_one_value_counts_in_the_distance():
    atom = THEORY | {"mass_at_top": 1.0, "mass_at_zero": 0.0, "log_top": 0.0}
    atom |= {"log_squared": np.array([]), "density": np.array([])}
    there = measured(density=np.array([8.0]), low=-0.0625, high=0.0625)
    row = spectra(there, theory=atom)["jacobian_spectra"].iloc[0]
    assert evenness.distance(row) == 0
    elsewhere = measured(density=np.array([8.0]), low=0.9375, high=1.0625)
    row = spectra(elsewhere, theory=atom)["jacobian_spectra"].iloc[0]
    assert evenness.distance(row) == 1


def test_without_a_prediction_what_is_measured_is_shown():
    frames = spectra(measured(singular_fraction_mean=0.0), theory=None)
    row = frames["jacobian_spectra"].iloc[0]
    assert row.zero is None
    assert row.spread == "σ²: 2.5"
    assert "differ from predicted" not in jacobian_spectra.caption(frames)


def test_shares_and_variances_stand_beside_what_theory_says():
    row = spectra(measured(singular_fraction_mean=0.56))["jacobian_spectra"].iloc[0]
    assert (row.zero, row.spread) == ("0: 56 % (50 %)", "σ²: 2.5 (3.0)")


def conditions(*cells: tuple[str, str, float, int]) -> dict[str, pd.DataFrame]:
    """(initializer, phase, ln κ, networks of 4 whose κ is finite)."""
    name = "log_ntk_condition_number"
    rows = [
        CELL
        | {"initializer": initializer, "n_seeds": 4}
        | {f"{name}_mean": kappa, f"{name}_se": 0.1, f"{name}_n_finite": finite}
        for initializer, _, kappa, finite in cells
    ]
    theory = [
        CELL | {"initializer": initializer, "phase": phase, "depth": depth}
        | {"log_condition_number": depth * np.log(10), "log_largest_eigenvalue": 0.0}
        for initializer, phase, _, _ in cells
        for depth in (1, 3, 9)
        if phase
    ]  # fmt: skip
    columns = [*CELL, "phase", "log_condition_number", "log_largest_eigenvalue"]
    tables = {
        "spectra": pd.DataFrame(rows),
        "kernel_condition": pd.DataFrame(theory, columns=columns),
    }
    return kernel_condition.tidy(tables)


def test_condition_numbers_are_told_by_phase():
    frames = conditions(
        ("a", "critical", np.log(40), 4),
        ("b", "chaotic", np.log(3), 4),
        ("c", "ordered", np.inf, 0),
    )
    assert kernel_condition.title(frames) == (
        "Condition number of the tangent kernel after 9 layers: beyond 10¹⁵ if ordered, 40 if "
        "critical and 3.0 if chaotic"
    )


def test_unresolved_condition_numbers_are_marked():
    frame = conditions(("a", "ordered", 30.0, 3), ("b", "critical", 3.0, 4))["kernel_condition"]
    found = frame[frame.kind == "measured"].set_index("initializer")
    assert found.outside["a"] == "not finite"
    assert pd.isna(found.outside["b"])
    assert found.kappa["b"] == pytest.approx(3 / np.log(10))


def test_theory_is_drawn_at_more_depths_than_were_measured():
    frame = conditions(("a", "ordered", 30.0, 4))["kernel_condition"]
    line = frame[frame.kind == "theory"]
    assert line.depth.tolist() == [1, 3, 9]
    assert line.kappa.tolist() == pytest.approx([1, 3, 9])


def test_where_data_decides_the_variance_the_phase_is_unknown():
    frame = conditions(("lsuv", "", 3.0, 4))["kernel_condition"]
    assert frame.phase.tolist() == ["unknown"]
