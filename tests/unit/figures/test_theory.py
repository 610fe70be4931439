"""Theory in figures: what it says is drawn as it is, infinity leaves the frame, jumps are none."""

import json
import math

import numpy as np
import pandas as pd
import pytest

from initatlas.figures import (
    FIGURES,
    bands,
    correlation_maps,
    depth_scales,
    drawn,
    layer_lines,
    phase_diagrams,
)
from initatlas.figures.bands import BAND, PLAIN, QUANTILE
from initatlas.figures.layer_lines import MARKED
from tests import synthetic
from tests.presented import frames, reduced


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    """Tables of the synthetic study, with what theory says of it."""
    folder = tmp_path_factory.mktemp("study")
    _, names = reduced(folder, synthetic.config(**synthetic.UNTRAINED))
    return frames(folder, names)


@pytest.mark.parametrize("name", ["activation_variance", "gradient_norm"])
def test_lines_are_the_tables_theory_in_decades(tables, name):
    column = {"activation_variance": "activation_variance", "gradient_norm": "log_delta_norm2"}
    frame = FIGURES[name].tidy(tables)[name]
    keys = ["activation", "initializer", "depth", "layer"]
    layers = tables["layers"][tables["layers"].initializer != "gaussian"]  # a sweep
    rows = frame.merge(layers, on=keys, validate="1:1")
    theory = rows[f"{column[name]}_theory"]
    log10 = theory / np.log(10) if name == "gradient_norm" else np.log10(theory)
    np.testing.assert_allclose(rows.theory, log10, atol=0.5e-3)  # drawn to three decimals


def test_the_band_is_that_of_a_log_normal_variable():
    beta, theory = 0.7, -2.0
    columns = bands.foreseen(pd.Series([theory * math.log(10)]), pd.Series([beta]))
    datum = {name: float(values[0]) for name, values in columns.items()}
    low, high = (
        eval(text.replace("datum.", ""), datum)  # arithmetic alone
        for text in BAND.values()
    )
    ends = [
        theory * math.log(10) - beta / 2 + sign * QUANTILE * math.sqrt(beta) for sign in (-1, 1)
    ]
    assert [low, high] == pytest.approx([end / math.log(10) for end in ends], abs=1e-4)


def test_the_band_of_a_correlation_is_that_of_a_normal_variable_around_theory(tables):
    figure = FIGURES["correlation"]
    frame = figure.tidy(tables)["correlation"]
    keys = ["activation", "initializer", "depth", "layer"]
    layers = tables["layers"][tables["layers"].initializer != "gaussian"]  # a sweep
    rows = frame.merge(layers, on=keys, validate="1:1")
    spread = QUANTILE * np.sqrt(rows.correlation_theory_beta)
    np.testing.assert_allclose(rows.spread, spread, atol=0.5e-3)  # drawn to three decimals
    assert (rows.spread.isna() == rows.theory.isna()).all()
    rows = rows[rows.theory.notna()]
    assert (rows.spread[rows.layer == 0] == 0).all()
    # Orthogonal weights keep the correlation in the first layer.
    assert (rows.spread[rows.layer.between(2, 3)] > 0.01).all()
    datum = {"theory": 0.6, "spread": 0.1}
    ends = [eval(text.replace("datum.", ""), datum) for text in PLAIN.values()]
    assert ends == pytest.approx([0.5, 0.7])
    said = drawn(figure, tables, ["he_normal"]).json
    assert all(text in said for text in PLAIN.values())
    assert not any(text in said for text in BAND.values())
    assert "pairs scatter less than one pair" in figure.caption({"correlation": frame})


def test_without_a_variance_a_correlation_has_no_band(tables):
    layers = tables["layers"].assign(correlation_theory_beta=np.nan)
    figure = FIGURES["correlation"]
    frame = figure.tidy({"layers": layers})["correlation"]
    assert "theory" in frame
    assert "spread" not in frame
    assert "Bands" not in figure.caption({"correlation": frame})
    assert "pointed" not in drawn(figure, {"layers": layers}, ["he_normal"]).json


def test_without_theory_a_line_joins_what_was_measured(tables):
    layers = tables["layers"]
    bare = layers[[name for name in layers if "_theory" not in name]]
    figure = FIGURES["gradient_norm"]
    frame = figure.tidy({"layers": bare})["gradient_norm"]
    assert not {"theory", "spread", "dotted"} & set(frame)
    assert "theory" not in figure.title({"gradient_norm": frame})
    assert "theory" not in figure.caption({"gradient_norm": frame})
    assert "pointed" not in drawn(figure, {"layers": bare}, ["he_normal"]).json
    beside = drawn(figure, tables, ["he_normal"]).json
    assert "pointed" in beside


def test_an_initializer_of_which_theory_says_nothing_has_dots_in_every_layer(tables):
    layers = tables["layers"].copy()
    layers.loc[layers.initializer == "orthogonal", "log_delta_norm2_theory"] = np.nan
    frame = FIGURES["gradient_norm"].tidy({"layers": layers})["gradient_norm"]
    assert frame[frame.initializer == "orthogonal"].dotted.all()
    assert not frame[(frame.initializer == "he_normal") & (frame.depth == 12)].dotted.all()


def test_few_layers_have_a_dot_and_neighbours_in_the_legend_different_ones(tables):
    frame = FIGURES["gradient_norm"].tidy(tables)["gradient_norm"]
    line = frame[(frame.activation == "relu") & (frame.depth == 12) & frame.dotted]
    line = line[line.theory.notna()]
    layers = line.groupby("initializer", sort=False).layer.agg(set)
    assert layers.map(len).between(1, MARKED).all()
    for one, other in zip(layers, layers.iloc[1:], strict=False):
        assert not one & other


def test_how_often_theory_is_right_is_counted():
    network = {"architecture": "mlp", "dataset": "d", "width": 8, "depth": 2}
    frame = pd.DataFrame({"log10_value": [0.0, 0.0, 1.0, np.nan], "theory": [0.0, 0.2, 2.0, 0.0]})
    frame = frame.assign(**network, layer=[0, 1, 2, 2])
    # Of the three that are hidden one says nothing; the input is given.
    assert layer_lines.fit(frame, "log10_value", np.log10(2)) == 0.5
    assert layer_lines.fitted("a", frame).endswith("within a factor of 2 in 50 % of their layers")
    assert layer_lines.fitted("a", frame.drop(columns="theory")) == "a"
    # Shallow networks and residual ones are shown by choice: the title does not speak of them.
    others = [{"depth": 1}, {"architecture": "resmlp"}]
    easy = [frame.head(2).assign(layer=1, **other) for other in others]
    assert layer_lines.fit(pd.concat([frame, *easy]), "log10_value", np.log10(2)) == 0.5


@pytest.mark.parametrize(("off", "said"), [(0.9, "100 %"), (1.1, "50 %")])
def test_means_are_held_against_the_bands_of_means(off, said):
    """Of four networks a mean has half the band of one; a band too narrow to be drawn has none."""
    network = {"architecture": "mlp", "dataset": "d", "width": 8, "depth": 3, "n_finite": 4}
    frame = pd.DataFrame({"layer": [1, 2, 3], "spread": [0.4, 0.4, 0.01], "theory": 1.0})
    middle, off_by = bands.centre(frame), np.array([0, off * 0.2, 9.0])
    frame = frame.assign(**network, log10_value=middle + off_by, n_seeds=4)
    assert f"{said} of the means shown first lie where 95 %" in layer_lines.shown_as(frame)
    narrow = layer_lines.shown_as(frame.assign(spread=0.01))
    assert "shown first" not in narrow


def curve(chi, inside=lambda w: np.isfinite(w)) -> pd.DataFrame:
    """A row of `depth_scales` by σ_w², ξ being infinite where `inside` is false."""
    w = np.linspace(0.05, 4, 80)
    with np.errstate(divide="ignore"):
        scale = np.where(inside(w), 1 / np.abs(np.log(chi(w))), np.inf)
    return pd.DataFrame({"sigma_w2": w, "chi_1": chi(w), "xi_grad": scale})


def test_a_scale_leaves_the_frame_at_criticality_wherever_the_grid_lies():
    for critical in (1.0, 1.013, 1.026):
        found = depth_scales._curve(curve(lambda w, c=critical: w / c), "xi_grad")
        top = found[found.log10_xi >= depth_scales.HIGH]
        assert top.sigma_w2.between(critical - 0.06, critical + 0.06).all()
        assert len(top)
        assert found.part.nunique() == 1


def test_a_jump_past_one_is_a_gap_and_not_a_peak():
    found = depth_scales._curve(curve(lambda w: np.where(w < 2.3, 0.3 * w, 1.1 * w)), "xi_grad")
    assert found.part.nunique() == 2
    assert found.log10_xi.max() < 1


def test_a_scale_that_is_infinite_on_a_stretch_is_drawn_beside_it_only():
    found = depth_scales._curve(curve(lambda w: 0.5 + 0.3 * w, lambda w: w > 2.001), "xi_grad")
    assert found.sigma_w2.min() == pytest.approx(2.0)
    assert found.log10_xi.iloc[0] == depth_scales.BEYOND


def test_measured_scales_are_those_of_the_rates_and_compared_with_theory(tables):
    frame = depth_scales.tidy(tables)["depth_scales"]
    rows = frame[(frame.kind == "measured") & (frame.activation == "relu")]
    rates = tables["rates"]
    rates = rates[(rates.initializer == "gaussian") & (rates.depth == rates.depth.max())]
    rates = rates[rates.activation == "relu"].set_index("sigma_w2").backward_rate_mean
    for row in rows.itertuples():
        assert row.log10_xi == pytest.approx(-np.log10(abs(rates[row.sigma_w2])))
        if row.sigma_w2 != 2:
            assert row.expected == pytest.approx(-np.log10(abs(np.log(row.sigma_w2 / 2))), abs=1e-3)
            assert row.low < row.log10_xi < row.high


def test_interpolated_theory_says_how_many_scales_agree(tables):
    found = depth_scales.tidy(tables)["depth_scales"]
    exact = found.assign(log10_xi=found.log10_xi.where(found.kind == "theory", found.expected))
    assert "for 100 % of" in depth_scales.title({"depth_scales": exact})
    off = found.assign(log10_xi=found.log10_xi.where(found.kind == "theory", found.expected + 1))
    assert "for 0 % of" in depth_scales.title({"depth_scales": off})


def test_initializers_on_the_edge_are_counted(tables):
    title = phase_diagrams.title(phase_diagrams.tidy(tables))
    assert "he_normal for 1 of 2 activations" in title  # ReLU
    assert "glorot_normal for 1" in title  # tanh
    assert "torch_default for none" in title


def test_the_edge_of_chaos_stays_in_the_frame_and_reaches_it(tables):
    frame = phase_diagrams.tidy(tables)["phase_diagrams"]
    tanh = frame[frame.activation == "tanh"]
    edge, region = tanh[tanh.kind == "edge"], tanh[tanh.kind == "region"]
    assert edge.sigma_b2.max() == pytest.approx(region.sigma_b2.max())
    assert edge.sigma_w2.max() < region.end.max()
    assert not (frame[frame.activation == "relu"].kind == "edge").any()  # it is a point


def test_a_curve_that_turns_unstable_is_dotted_from_there_on():
    cells = pd.DataFrame({"sigma_w2": [0.5, 3.5], "sigma_b2": [0.05, 0.95]})
    q = np.linspace(0.1, 1, 10)
    curve = pd.DataFrame({"q_star": q, "sigma_w2": 3 - q, "sigma_b2": q})
    edge = phase_diagrams._edge(curve.assign(length_slope=1.5 - q), cells)
    solid, dotted = edge[edge.stable == 1], edge[edge.stable == 0]
    assert dotted.sigma_b2.max() == pytest.approx(0.4)
    assert solid.sigma_b2.min() == pytest.approx(0.4)  # it begins where the other ends
    assert solid.sigma_b2.max() == pytest.approx(1.0)


def test_maps_end_at_their_fixed_points_and_those_that_keep_inputs_apart_are_counted(tables):
    frame = correlation_maps.tidy(tables)["correlation_maps"]
    relu = frame[(frame.activation == "relu") & (frame.initializer == "he_normal")]
    c, after = (relu[relu.kind == "map"][name].to_numpy() for name in ("c", "c_next"))
    angle = np.arccos(c)
    exact = (np.sin(angle) + (np.pi - angle) * c) / np.pi  # Cho & Saul 2009
    np.testing.assert_allclose(after, exact, atol=1e-9)
    fixed = frame[frame.kind == "fixed"]
    assert (fixed.c == fixed.c_next).all()
    title = correlation_maps.title({"correlation_maps": frame})
    assert "he_normal for 1 of 2 activations" in title  # tanh; ReLU merges


def test_maps_that_all_merge_are_called_so(tables):
    frame = correlation_maps.tidy(tables)["correlation_maps"]
    merged = frame.assign(c=frame.c.where(frame.kind != "fixed", 1.0))
    assert "all inputs end up alike" in correlation_maps.title({"correlation_maps": merged})


def test_a_series_of_dots_is_one_path(tables):
    figure = FIGURES["depth_scales"]
    files = drawn(figure, tables, ["he_normal"])
    spec = json.loads(files.json)
    measured = [row for row in spec["datasets"]["depth_scales"] if row["kind"] == "measured"]
    assert files.svg.count('stroke-linecap="round"') == len({row["activation"] for row in measured})
