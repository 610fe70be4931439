"""What theory says in the report: beside what was measured, with reasons; nothing without it."""

import math

import pandas as pd
import pytest

from initatlas.figures import FIGURES
from initatlas.report import agreement, phases, recommendations
from initatlas.report.chapters import CHAPTERS
from initatlas.report.derivation import derivation
from initatlas.report.sweeps import meets, zeros
from initatlas.report.theory_findings import agreeing, defaults, meeting
from tests import synthetic
from tests.presented import frames, reduced

CELL = {"study": "s", "dataset": "d", "architecture": "mlp", "initializer": "gaussian"}
DEPTH, WIDTH = 11, 128


def recipes(*rows: tuple) -> pd.DataFrame:
    """Phases by (activation, initializer, σ_w², σ_b², phase, library)."""
    columns = ["activation", "initializer", "sigma_w2", "sigma_b2", "phase", "library"]
    frame = pd.DataFrame(rows, columns=columns)
    numbers = {"q_star": math.inf, "chi_1": 1.0, "xi_c": math.inf, "xi_grad": 2.5}
    return frame.assign(**numbers, verdict="A sentence.")


HE = ("relu", "he_normal", 2.0, 0.0, "critical", "")
CRITICAL = ("relu", "critical", 2.0, 0.0, "critical", "")
TANH = ("tanh", "critical", 1.76, 0.05, "critical", "")
SOFTPLUS = ("softplus", "critical", 2.0, 0.0, "divergent", "")


def crossings(**rows: tuple) -> pd.DataFrame:
    """Measured zeros by activation_direction: (σ_w², low, high)."""
    found = []
    for name, (measured, low, high) in rows.items():
        activation, direction = name.split("_")
        found.append(
            CELL
            | {"activation": activation, "direction": direction, "sigma_w2": measured}
            | {"low": low, "high": high, "sigma_b2": 0.0, "depth": DEPTH, "width": WIDTH}
            | {"swept_from": 1.0, "swept_to": 4.0}
        )
    return pd.DataFrame(found)


def layers(activation: str = "relu") -> pd.DataFrame:
    """Theory of ReLU along a sweep: each layer multiplies by σ_w²/2, and β grows by 5/width."""
    rows = [
        CELL
        | {"activation": activation, "sigma_b2": 0.0, "depth": DEPTH, "width": WIDTH}
        | {"sigma_w2": sigma_w2, "layer": layer}
        | {"q_theory": (sigma_w2 / 2) ** layer, "q_theory_beta": 5 * layer / WIDTH}
        | {"log_delta_norm2_theory": (DEPTH - layer) * math.log(sigma_w2 / 2)}
        | {"log_delta_norm2_theory_beta": 5 * (DEPTH - layer) / WIDTH}
        for sigma_w2 in (1.5, 1.8, 2.5)
        for layer in range(1, DEPTH + 1)
    ]
    return pd.DataFrame(rows)


def rates(growth: float = -1.0) -> pd.DataFrame:
    common = CELL | {"sigma_b2": 0.0, "depth": DEPTH, "width": WIDTH}
    return pd.DataFrame(
        [
            common
            | {"activation": activation, "sigma_w2": sigma_w2}
            | {"forward_rate_mean": growth, "backward_rate_mean": growth}
            for activation in ("relu", "tanh", "softplus")
            for sigma_w2 in (1.0, 4.0)
        ]
    )


def study(**tables: pd.DataFrame) -> dict[str, pd.DataFrame]:
    none = pd.DataFrame(columns=list(crossings(relu_forward=(2.0, 1.9, 2.1))))
    return {"crossings": none, "rates": rates()} | tables


def test_finite_width_moves_the_expected_zero_of_relu_from_2_to_2_exp_5_over_2n():
    """ln(σ_w²/2) − 5/(2n) is the growth per layer, in both directions; exact by interpolation."""
    tables = study(
        crossings=crossings(relu_forward=(2.05, 2.0, 2.1), relu_backward=(2.0, 1.99, 2.01)),
        layers=layers(),
    )
    found = zeros(tables)
    assert found.wide.to_numpy() == pytest.approx(2.0, rel=1e-12)
    assert found.finite.to_numpy() == pytest.approx(2 * math.exp(5 / (2 * WIDTH)), rel=1e-12)
    assert f"= {2 * math.exp(5 / (2 * WIDTH)):.2f}." in derivation(tables | {"phases": recipes(HE)})


def test_without_theory_in_the_layers_zeros_are_measured_alone():
    found = zeros(study(crossings=crossings(relu_forward=(2.05, 2.0, 2.1))))
    assert found.measured.tolist() == [2.05]
    assert found[["wide", "finite"]].isna().all(axis=None)


def test_an_interval_meets_what_is_expected_if_they_overlap():
    ends = {"wide": [2.0] * 4, "finite": [2.04] * 4}
    rows = pd.DataFrame(ends | {"low": [1.9, 2.01, 2.05, 1.8], "high": [2.0, 2.02, 2.1, 1.99]})
    assert meets(rows).tolist() == [True, True, False, False]


def cells(listing, activation: str) -> dict[str, str]:
    row = next(row for row in listing.rows if row[0] == activation)
    return dict(zip(listing.columns, row, strict=True))


def test_what_theory_recommends_stands_beside_what_was_measured():
    tables = study(
        phases=recipes(HE, CRITICAL, TANH),
        crossings=crossings(
            relu_forward=(2.05, 2.01, 2.1),
            relu_backward=(2.0, 1.9, 2.1),
            tanh_forward=(math.nan,) * 3,
            tanh_backward=(1.3, 1.2, 1.4),
        ),
        layers=layers(),
    )
    (listing,) = recommendations.listings(tables)
    relu, tanh = cells(listing, "relu"), cells(listing, "tanh")
    assert relu["theory: σ_w², σ_b²"] == "2.00, 0"
    assert relu["signal kept at (95\u00a0%)"] == "2.05 (2.01–2.10)"
    assert relu["expected"] == "2.00–2.04"
    # The gradient's interval holds 2, the signal's does not.
    assert relu["why they differ"] == "signal: finite width moves it from 2.00 to 2.04"
    assert tanh["signal kept at (95\u00a0%)"] == "never"
    assert "signal shrinks at every σ_w² from 1.0 to 4.0" in tanh["why they differ"]
    assert "theory’s point has biases, the sweep σ_b² = 0" in tanh["why they differ"]


def test_an_activation_without_a_critical_point_is_said_to_have_none_and_why():
    edge = pd.DataFrame({"activation": ["relu"], "sigma_b2": 0.0, "q_star": 1.0})
    tables = study(
        phases=recipes(CRITICAL, SOFTPLUS),
        crossings=crossings(softplus_backward=(2.2, 2.1, 2.3)),
        edge_of_chaos=edge.assign(length_slope=1.0),
    )
    (listing,) = recommendations.listings(tables)
    row = cells(listing, "softplus")
    assert row["theory: σ_w², σ_b²"] == "none"
    assert row["stable for σ_b²"] == "none"
    assert row["why they differ"] == "χ₁ = 1 would need σ_b² < 0 at every length"
    assert cells(listing, "relu")["stable for σ_b²"] == "0 alone"


@pytest.mark.parametrize(
    ("bias", "slope", "said"),
    [
        ([0.0, 0.1, 0.5], [0.9, 0.8, 0.7], "from 0"),
        ([0.0, 0.2, 0.5], [1.2, 0.8, 0.7], "from 0.20"),
        ([0.0, 0.2, 0.5], [0.9, 0.8, 1.1], "0 to 0.20"),
        ([0.0, 0.2, 0.5], [1.1, 1.2, 1.1], "none"),
    ],
)
def test_the_biases_that_have_a_stable_point_are_those_of_the_edge(bias, slope, said):
    edge = pd.DataFrame({"q_star": [0.1, 1.0, 10.0], "sigma_b2": bias, "length_slope": slope})
    tables = {"edge_of_chaos": edge.assign(activation="tanh")}
    assert recommendations.stable(tables, "tanh") == said


def test_recipes_that_meet_share_a_row_and_those_always_alike_a_column():
    uniform = ("relu", "he_uniform", 2.0 + 1e-13, 0.0, "critical", "")
    torch = ("relu", "torch_default", 1 / 3, 0.0, "collapsing", "default of torch.nn.Linear")
    sweep = [("relu", "gaussian", value, 0.0, "chaotic", "") for value in (1.0, 2.0)]
    others = [("tanh", *row[1:]) for row in (HE, uniform, torch)]
    tables = {"phases": recipes(HE, uniform, CRITICAL, torch, *sweep, *others, TANH)}
    overview, details = phases.listings(tables)
    assert list(overview.columns) == [
        "activation",
        "he_normal and he_uniform",
        "critical",
        "torch_default (torch.nn.Linear)",
    ]
    assert [row[0] for row in overview.rows] == ["relu", "tanh"]
    assert [row[1] for row in details.rows] == [
        "he_normal, he_uniform and critical",
        "torch_default (torch.nn.Linear)",
        "he_normal and he_uniform",
        "torch_default (torch.nn.Linear)",
        "critical",
    ]
    assert details.values("activation") == ["relu", "tanh"]
    assert "∞" in details.rows[0]
    assert not any("infinity" in cell for row in details.rows for cell in row)


def test_phases_of_a_users_own_are_escaped():
    assert "<b>" not in phases.marked("<b>")


def test_where_theory_and_measurement_meet_is_said_with_the_interval():
    tables = study(
        phases=recipes(CRITICAL, TANH),
        crossings=crossings(relu_backward=(2.03, 2.0, 2.06), tanh_backward=(1.3, 1.2, 1.4)),
        layers=pd.concat([layers(), layers("tanh")]),
    )
    (found,) = meeting(tables)
    assert "relu networks critical at σ_w² = 2.00, which depth 11 and width 128" in found.text
    assert "move up to 2.04; the gradient is measured to be kept at 2.03 (95 %: 2.00" in found.text
    assert "meets the measured interval for 1 of 2 activations" in found.text
    never = crossings(relu_backward=(math.nan,) * 3)
    assert meeting(tables | {"crossings": never}) == []


def test_the_defaults_of_libraries_are_sorted_by_phase():
    keras, flax = "default of Keras' Dense", "default of Flax' Dense"
    rows = [
        (activation, name, 1.0, 0.0, phase, library)
        for name, library in (("glorot_uniform", keras), ("lecun_normal", flax))
        for activation, phase in (("relu", "collapsing"), ("tanh", "critical"))
    ]
    table = recipes(*rows, HE).assign(q_star=0.5)
    (found,) = defaults({"phases": table})
    assert found.text == (
        "In wide and deep networks, by theory, the default of Keras' Dense and Flax' Dense keeps "
        "signal and gradient of tanh and lets the signal of relu die out."
    )
    # χ₁ = 1 at q* = 0, as tanh has it at σ_w² = 1: over 64 layers both shrink a hundredfold.
    (found,) = defaults({"phases": table.assign(q_star=0.0)})
    assert "lets signal and gradient of tanh fade more slowly than exponentially and" in found.text
    assert defaults({"phases": recipes(HE)}) == []


def test_nothing_is_said_of_theory_where_its_tables_are_missing():
    tables = study(crossings=crossings(relu_backward=(2.0, 1.9, 2.1)))
    for part in (recommendations.listings, phases.listings, agreement.listings):
        assert part(tables) == []
    for look in (meeting, defaults, agreeing):
        assert look(tables) == []
    assert derivation(tables) == agreement.words(tables) == ""


def test_figures_are_listed_in_the_order_of_the_chapters_that_they_name():
    order = [chapter.name for chapter in CHAPTERS]
    places = [order.index(figure.chapter) for figure in FIGURES.values()]
    assert places == sorted(places)


def test_a_study_without_sweeps_has_recommendations_and_no_measured_zeros(tmp_path):
    settings = synthetic.config(
        initializers=["he_normal", "orthogonal"], spectra=None, **synthetic.UNTRAINED
    )
    _, names = reduced(tmp_path, settings)
    tables = frames(tmp_path, names)
    assert tables["crossings"].empty
    (listing,) = recommendations.listings(tables)
    assert [row[0] for row in listing.rows] == settings["activations"]
