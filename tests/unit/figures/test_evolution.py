"""Statistics over training: planted changes are named, losses are grey, numbers stay few."""

import numpy as np
import pandas as pd
import pytest

from initatlas.figures import FIGURES, distribution_maps, training_layers
from initatlas.figures.drawing import drawn

CELL = {"study": "s", "dataset": "d", "architecture": "mlp", "depth": 5, "width": 8}
CELL |= {"sigma_w2": 1.0, "sigma_b2": 0.0, "optimizer": "sgd", "learning_rate": 0.1, "n_seeds": 4}
STEPS = (0, 10, 100)


def summary(name: str, value: float | None, n: int = 4) -> dict:
    missing = value is None
    return {
        f"{name}_mean": np.nan if missing else value,
        f"{name}_se": np.nan if missing else 0.01,
        f"{name}_n_finite": pd.NA if missing else n,
    }


def traces(top: dict[str, tuple[float, float]], bounded: bool = True) -> pd.DataFrame:
    """Top layers whose mean and saturated share grow to these; all other layers stay at rest."""
    rows = []
    for name, (mean, share) in top.items():
        for activation in ("relu", "tanh", "sigmoid"):
            for step in STEPS:
                for layer in range(1, 6):
                    part = step / STEPS[-1] if layer == 5 and activation == "sigmoid" else 0.0
                    held = share * part if bounded and activation != "relu" else None
                    row = CELL | {"initializer": name, "activation": activation}
                    row |= {"step": step, "layer": layer}
                    row |= summary("activation_mean", 0.5 + (mean - 0.5) * part)
                    row |= summary("activation_variance", 0.04)
                    row |= {"activation_variance_geomean": 0.04}
                    row |= summary("saturated_fraction", held)
                    row |= summary("effective_rank", 40.0 - layer)
                    row |= summary("correlation", 0.25)
                    row |= summary("log_delta_norm2", -float(layer))
                    row |= summary("update_ratio", 0.01 if step else None)
                    row |= {"update_ratio_geomean": 0.01 if step else np.nan}
                    rows.append(row)
    return pd.DataFrame(rows)


def test_the_top_layers_move_and_saturation_are_named():
    figure = FIGURES["saturation"]
    frames = figure.tidy({"traces": traces({"a": (0.1, 0.03), "b": (0.45, 0.4)})})
    assert figure.title(frames) == (
        "In sigmoid networks of depth 5, training takes the top hidden layer's mean activation "
        "from 0.50 to 0.10 (a) and leaves at most 40 % of its units saturated (b)"
    )


def test_bounded_activations_alone_are_shown_sigmoid_first_and_their_layers_by_place():
    frame = FIGURES["saturation"].tidy({"traces": traces({"a": (0.1, 0.3)})})["saturation"]
    assert list(dict.fromkeys(frame.activation)) == ["sigmoid", "tanh"]
    places = frame.groupby("place").layer.unique().map(list).to_dict()
    assert places == {
        "top hidden layer": [5],
        "three quarters up": [4],
        "middle hidden layer": [3],
        "a quarter up": [2],
        "first hidden layer": [1],
    }
    spread = frame[frame.series == "activation"]
    np.testing.assert_allclose(spread.high - spread.value, 0.2)  # one standard deviation


@pytest.mark.parametrize("recorded", [True, False])
def test_a_study_without_bounded_activations_has_nothing_to_show(recorded):
    table = traces({"a": (0.1, 0.3)}, bounded=False)
    if not recorded:
        table = table.drop(columns=[name for name in table if name.startswith("saturated")])
    figure = drawn(FIGURES["saturation"], {"traces": table}, ["a"])
    assert "This study has no networks that answer the question" in figure.json


def test_diverged_networks_are_told_of():
    figure, table = FIGURES["saturation"], traces({"a": (0.1, 0.3)})
    table.loc[(table.step == 100) & (table.activation == "tanh"), "saturated_fraction_n_finite"] = 2
    caption = figure.caption(figure.tidy({"traces": table}))
    assert "In 1 cell some networks diverged" in caption


@pytest.mark.parametrize("kind", ["DECADES", "PLAIN"])
def test_each_statistic_is_mapped_by_its_logarithm_or_as_it_is(kind):
    table = traces({"a": (0.1, 0.3)})
    frame = FIGURES["training_layers"].tidy({"traces": table})["training_layers"]
    assert set(frame.quantity) == {*training_layers.DECADES, *training_layers.PLAIN}
    for name, column in getattr(training_layers, kind).items():
        rows = frame[frame.quantity == name].merge(table, on=["activation", "step", "layer"])
        expected = rows[column]
        if kind == "DECADES":
            logarithm = column.startswith("log_")
            expected = expected / np.log(10) if logarithm else np.log10(expected)
        np.testing.assert_allclose(rows.shown, expected, atol=0.006)


def test_a_statistic_that_was_not_recorded_is_not_offered():
    table = traces({"a": (0.1, 0.3)}).drop(columns=["effective_rank_mean"])
    frame = FIGURES["training_layers"].tidy({"traces": table})["training_layers"]
    assert "effective rank of activations" not in set(frame.quantity)


def histograms(moves: dict[str, int], bins: int = 60) -> pd.DataFrame:
    """All the mass in one bin, which lies so many bins higher at the end."""
    rows = []
    for name, bins_up in moves.items():
        for quantity in ("activation", "weight"):
            for step in STEPS:
                for layer in range(1, 6):
                    density = np.zeros(bins)
                    density[10 + (bins_up if step == STEPS[-1] else 0)] = bins / 6
                    row = {"initializer": name, "activation": "tanh", "quantity": quantity}
                    row |= {"step": step, "layer": layer, "low": -3.0, "high": 3.0}
                    row |= {"density": density, "below": 0.0, "above": 0.0, "n_not_finite": 0}
                    rows.append(CELL | row)
    return pd.DataFrame(rows)


def test_how_much_of_a_distribution_moved_is_named():
    figure = FIGURES["distribution_maps"]
    frames = figure.tidy({"histograms": histograms({"a": 30, "b": 0})})
    assert figure.title(frames) == (
        "In the last hidden layer of tanh networks of depth 5, training moves 100 % of the "
        "activations with a, 0 % with b"
    )


def test_bins_are_merged_without_losing_mass_and_only_where_something_is():
    frame = FIGURES["distribution_maps"].tidy({"histograms": histograms({"a": 30})})
    frame = frame["distribution_maps"]
    assert (frame.density.map(len) <= distribution_maps.BINS).all()
    mass = [float((10.0**row.density).sum() * row.bin) for row in frame.itertuples()]
    # Decades are kept to 0.1: a factor of 10^0.05 either way.
    assert np.abs(np.log10(mass)).max() <= 0.05 + 1e-9
    assert frame.start.unique() == pytest.approx([-2.0])


def test_a_step_at_which_no_network_was_finite_is_grey_not_missing():
    figure, table = FIGURES["distribution_maps"], histograms({"a": 30, "b": 0})
    table = table[(table.initializer == "b") | (table.step < 100)]
    frames = figure.tidy({"histograms": table})
    frame = frames["distribution_maps"]
    lost = frame[frame.n_seeds == 0]
    assert set(zip(lost.initializer, lost.step, strict=True)) == {("a", 100)}
    assert len(lost) == 2 * 3  # both quantities, three layers
    assert "Grey: no network was finite" in figure.caption(frames)
    assert "with a" not in figure.title(frames)
