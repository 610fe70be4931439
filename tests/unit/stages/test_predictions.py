"""Claims about predictions: tables that keep their schema, and numbers that are known by hand."""

import math

import numpy as np
import pytest

from initatlas import theory
from initatlas.activations import ACTIVATIONS, Activation
from initatlas.initializers import INITIALIZERS
from initatlas.stages.predictions import PREDICTIONS
from initatlas.stages.predictions.phases import KNOWN, verdict
from tests.unit.stages import small

OWN = Activation(name="algebraic", phi=lambda z: z / (1 + z * z).sqrt(), source="a test")
DATA = small.dataset()
EVERY = [
    {"name": name} | ({"sigma_w2": [0.5, 2.0], "sigma_b2": [0.0, 0.1]} if record.swept else {})
    for name, record in INITIALIZERS.items()
]
FEW = [named for named in EVERY if named["name"] in {"critical", "gaussian", "lsuv"}]


def job(activation: str | dict = "relu", **changes: object) -> dict:
    """A prediction's job: all initializers, two depths."""
    named = {"name": activation} if isinstance(activation, str) else activation
    settings = small.block()["measurement"]
    whole = {
        "study": "small",
        "seed": 3,
        "dataset": {"name": "blobs"},
        "activation": named,
        "architectures": [{"name": "mlp"}],
        "initializers": EVERY,
        "depths": [2, 5],
        "widths": [24],
        "measurement": settings,
        "spectra": {"points": 2, "kernel_points": 6},
        "trainability": {"points": 20, "kernel_points": 6, "validation_points": 18},
    }
    return small.gridded(whole | changes)


def frame(name: str, *arguments: object, **changes: object):
    return PREDICTIONS[name].compute(job(*arguments, **changes), DATA).to_pandas()


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("name", PREDICTIONS)
def test_a_table_keeps_its_schema_and_says_nothing_twice(name, activation):
    prediction = PREDICTIONS[name]
    table = prediction.compute(job(activation, initializers=FEW), DATA)
    assert table.schema.names[: len(prediction.table.columns)] == [
        field.name for field in prediction.table.columns
    ]
    assert all(field.metadata[b"definition"] for field in table.schema)
    rows = table.to_pandas()
    assert set(rows.activation) <= {activation}
    keys = list(prediction.table.grain)
    # A sweep may pass through the point of another initializer, but not of its own.
    assert not rows.duplicated(keys).any()


@pytest.mark.parametrize("name", [n for n, p in PREDICTIONS.items() if "dataset" not in p.needs])
def test_what_needs_no_data_is_computed_without(name):
    prediction = PREDICTIONS[name]
    needed = {key: value for key, value in job().items() if key in prediction.needs}
    known = needed | {"activation": {"name": "tanh"}, "prediction": name}
    assert prediction.compute(known, None).num_rows


def test_he_keeps_the_length_of_relu_and_its_gradient_in_every_layer():
    rows = frame("profiles")
    rows = rows[(rows.initializer == "he_normal") & (rows.depth == 5)].set_index("layer")
    hidden = rows.loc[1:5]
    np.testing.assert_allclose(hidden.q, 2 * rows.q[0], rtol=1e-12)
    # The readout's weights are He's too, and half of the units let a gradient through: × 1.
    np.testing.assert_allclose(hidden.log_delta_gain, 0, atol=1e-12)
    # Mean and variance of a half normal.
    np.testing.assert_allclose(
        hidden.activation_variance.iloc[0] + hidden.activation_mean.iloc[0] ** 2, rows.q[0]
    )
    assert np.isnan(rows.activation_mean[6])


def test_glorot_halves_relus_length_in_every_square_layer():
    rows = frame("profiles")
    rows = rows[(rows.initializer == "glorot_normal") & (rows.depth == 5)].set_index("layer")
    np.testing.assert_allclose(rows.q.loc[2:5] / rows.q.loc[1:4].to_numpy(), 0.5)
    fans = 12, 24
    np.testing.assert_allclose(rows.q[1], 2 * fans[0] / sum(fans) * rows.q[0])


def test_the_data_decides_for_lsuv_and_some_layers_are_not_gaussian():
    named = set(frame("profiles").initializer)
    silent = {"lsuv", "looks_linear", "identity", "sparse"}
    others = {name for name, record in INITIALIZERS.items() if record.architectures}
    assert named == set(INITIALIZERS) - silent - others
    assert not silent & set(frame("phases").initializer)


def test_phases_hold_every_point_of_the_study_and_what_is_known_besides():
    rows = frame("phases", initializers=[{"name": "gaussian", "sigma_w2": [1.0, 2.0]}])
    assert list(rows.in_study) == [1, 1] + [0] * (len(rows) - 2)
    assert set(rows.initializer) >= {record.name for record in KNOWN} | {"gaussian", "torch_gain"}
    he = rows[rows.initializer == "he_normal"].iloc[0]
    assert (he.phase, he.chi_1, he.in_study) == ("critical", pytest.approx(1), 0)
    default = rows[rows.initializer == "torch_default"].iloc[0]
    # Its biases have variance 1/(3 fan_in): none in a wide layer.
    assert (default.sigma_w2, default.sigma_b2) == (pytest.approx(1 / 3), 0)
    assert default.phase == "collapsing"
    assert default.library == "default of torch.nn.Linear"


def test_torchs_gain_is_squared_and_stands_where_torch_knows_one():
    tanh, gelu = frame("phases", "tanh"), frame("phases", "gelu")
    gain = tanh[tanh.initializer == "torch_gain"].sigma_w2.item()
    assert gain == pytest.approx((5 / 3) ** 2)
    assert "torch_gain" not in set(gelu.initializer)


def test_depth_scales_of_relu_are_those_of_its_slope():
    rows = frame("depth_scales")
    plain = rows[rows.sigma_b2 == 0]
    with np.errstate(divide="ignore"):
        expected = 1 / np.abs(np.log(plain.sigma_w2 / 2))
    expected = np.where(np.isclose(plain.sigma_w2, 2), math.inf, expected)
    np.testing.assert_allclose(plain.xi_grad, expected, rtol=1e-9)


def test_a_correlation_map_ends_at_one_and_tanh_has_its_fixed_point_on_it():
    rows = frame("correlation_map", "tanh")
    ends = rows[rows.c == 1]
    np.testing.assert_allclose(ends.c_next, 1, rtol=1e-12)
    for (sigma_w2, sigma_b2, c_star), curve in rows.groupby(["sigma_w2", "sigma_b2", "c_star"]):
        crossing = np.interp(c_star, curve.c, curve.c_next)
        # Read off between points 1/100 apart: the error of a chord.
        assert crossing == pytest.approx(c_star, abs=1e-3), (sigma_w2, sigma_b2)


def test_an_activation_of_the_users_own_gets_everything():
    named = {"name": "algebraic", "object": f"{__name__}:OWN"}
    for name, prediction in PREDICTIONS.items():
        rows = prediction.compute(job(named), DATA).to_pandas()
        assert len(rows), name
        assert set(rows.activation) == {"algebraic"}, name
    recipe = frame("phases", named)
    point = theory.critical_point(OWN, 0.05)
    critical = recipe[recipe.initializer == "critical"].iloc[0]
    assert critical.sigma_w2 == pytest.approx(point.sigma_w2)
    assert critical.phase == "critical"


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_critical_initializer_lies_on_the_plane_that_is_drawn(activation):
    plane = frame("phase_diagram", activation)
    points = frame("phases", activation, initializers=[{"name": "critical"}])
    critical = points[points.initializer == "critical"].iloc[0]
    assert 0 < critical.sigma_w2 < plane.sigma_w2.max()
    assert critical.sigma_b2 < plane.sigma_b2.max()


def test_sigmoids_edge_has_points_where_it_enters_the_plane():
    """At q* = 45.6, whence σ_b² rises to 0.5 within 1 % of q*."""
    edge = frame("edge_of_chaos", "sigmoid")
    assert (edge.sigma_b2 < 0.5).sum() >= 10
    assert edge.sigma_w2.min() == pytest.approx(103.0076, abs=0.1)


def test_residual_networks_have_their_streams_recursion_and_normalized_ones_none():
    """Relu, He: p doubles plus itself in each block, gradients grow by 3; with 1/√L by 1 + 2/L."""
    architectures = [{"name": "resmlp"}]
    architectures.append({"name": "own", "base": "resmlp", "normalization": "layer_norm"})
    names = ("he_normal", "scaled_branch", "fixup")
    initializers = [{"name": name} for name in names]
    settings = {"architectures": architectures, "initializers": initializers, "depths": [5]}
    rows = frame("profiles", **settings)
    assert set(rows.architecture) == {"resmlp"}
    for name, factor in (("he_normal", 3), ("scaled_branch", 1.5), ("fixup", 1)):
        cell = rows[rows.initializer == name].set_index("layer")
        stream = cell.loc[1:5]
        np.testing.assert_allclose(stream.q[1], 2 * cell.q[0], rtol=1e-12)
        np.testing.assert_allclose(stream.q, stream.q[1] * factor ** np.arange(5.0), rtol=1e-12)
        assert cell.activation_mean.isna().tolist() == [True, True, *[False] * 4, True]
        # h has the variance of the stream before the block, times He's 2 (of fixup, 2/L); points
        # differ in length, and the mean of a root is below the root of the mean.
        q = stream.q.to_numpy()[:-1] * (0.5 if name == "fixup" else 2)
        np.testing.assert_allclose(
            cell.activation_mean.loc[2:5], np.sqrt(q / (2 * np.pi)), rtol=0.05
        )
        if name == "fixup":
            assert np.isneginf(cell.log_delta_gain.loc[1:5]).all()
            continue
        back = np.log(2) + np.log(factor) * np.arange(4.0, -1.0, -1.0)
        np.testing.assert_allclose(cell.log_delta_gain.loc[1:5], back, rtol=1e-12)


def test_a_residual_network_without_a_block_is_two_linear_layers():
    settings = {"architectures": [{"name": "resmlp"}], "initializers": [{"name": "he_normal"}]}
    rows = frame("profiles", depths=[1], **settings)
    np.testing.assert_allclose(rows.q, rows.q[0] * np.array([1, 2, 4.0]), rtol=1e-12)
    np.testing.assert_allclose(rows.correlation, 0.5, rtol=1e-12)


def test_relus_length_on_the_plane_settles_where_a_geometric_series_ends():
    swept = {"name": "gaussian", "sigma_w2": [0.5, 1.0], "sigma_b2": [0.1, 0.4]}
    rows = frame("plane_theory", initializers=[swept], depths=[60])
    assert len(rows) == 4
    # V(q) = σ_w² q/2 + σ_b², so q* = σ_b² / (1 − σ_w²/2); 59 layers leave (1/2)^59 of the start.
    expected = rows.sigma_b2 / (1 - rows.sigma_w2 / 2)
    np.testing.assert_allclose(rows.q_star, expected, rtol=1e-12)
    np.testing.assert_allclose(rows.q, expected, rtol=1e-12)
    np.testing.assert_allclose(rows.correlation, 1, atol=1e-3)


def test_curves_of_the_plane_cover_its_sweeps_and_pass_through_its_cells():
    swept = {"name": "gaussian", "sigma_w2": [1.0, 3.0], "sigma_b2": [0.0, 0.1]}
    cells = frame("plane_theory", "tanh", initializers=[swept], depths=[5])
    curves = frame("plane_curves", "tanh", initializers=[swept, {"name": "he_normal"}])
    assert (curves.sigma_w2.min(), curves.sigma_w2.max()) == (1.0, 3.0)
    assert set(curves.sigma_b2) == {0.0, 0.1}
    both = cells.merge(curves, on=["sigma_w2", "sigma_b2"], suffixes=("", "_curve"))
    assert len(both) == 4
    for name in ("q_star", "c_star", "chi_1"):
        np.testing.assert_allclose(both[name], both[f"{name}_curve"], rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (("critical", 0.57, math.inf, 1.0), "depth alone does not stop training."),
        (("critical", 0.0, math.inf, 1.0), "Signal and gradients fade, but more slowly than"),
        (("chaotic", 0.023, 273.4, 1.00366), "Gradients explode, e-fold every 273 layers;"),
        (("divergent", math.inf, 1e4, 1.0001), "gradients change by χ₁ = 1.0001 a layer."),
        (("divergent", math.inf, math.inf, 1.0), "change more slowly than exponentially."),
    ],
)
def test_a_verdict_says_no_more_than_its_numbers(facts, said):
    assert said in verdict(*facts)
