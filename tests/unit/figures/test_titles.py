"""Titles are findings: a planted effect is stated, its absence is not."""

import numpy as np
import pandas as pd
import pytest

from initatlas.figures import (
    activation_histograms,
    correlation,
    final_accuracy,
    training_curves,
    training_layers,
    variance_scaling,
    weight_histograms,
)
from initatlas.figures.keeping import kept, kept_title

NETWORK = {"architecture": "mlp", "dataset": "d", "width": 8, "group": "all", "n_seeds": 4}


def lines(change: dict[tuple[str, str], float], outside: str | None = None) -> pd.DataFrame:
    """Lines that change by so many decades from layer 1 to layer 5, by (initializer, φ)."""
    return pd.DataFrame(
        [
            NETWORK
            | {
                "initializer": initializer,
                "activation": activation,
                "depth": 5,
                "layer": layer,
                "log10_value": decades * (layer - 1) / 4,
                "outside": outside,
            }
            for (initializer, activation), decades in change.items()
            for layer in range(1, 6)
        ]
    )


def test_keeping_is_counted_per_initializer():
    frame = lines({("a", "relu"): 0.9, ("a", "tanh"): -0.9, ("b", "relu"): -1.1, ("b", "tanh"): 0})
    found = kept(frame)
    assert found.kept.to_dict() == {"a": 2, "b": 1}
    assert found.of.to_dict() == {"a": 2, "b": 2}


def test_a_line_with_lost_networks_is_not_kept():
    assert kept(lines({("a", "relu"): 0.0}, outside="not finite")).kept["a"] == 0


def test_a_line_ends_in_the_network_that_it_started_in():
    """A plain network and a residual one of the same initializer and φ are two lines."""
    residual = lines({("a", "relu"): 5.0}).assign(architecture="resmlp")
    found = kept(pd.concat([lines({("a", "relu"): 0.0}), residual]))
    assert found.kept.to_dict() == {"a": 1}


@pytest.mark.parametrize(
    ("change", "title"),
    [
        ({("a", "relu"): 0, ("b", "relu"): -9}, "a keeps x within a factor of 10 over 5 layers"),
        ({("a", "relu"): -9, ("b", "relu"): -9}, "No initializer keeps x"),
        ({("a", "relu"): 0, ("b", "relu"): 0}, "Every initializer keeps x"),
    ],
)
def test_who_keeps_a_quantity_is_named(change, title):
    assert kept_title(lines(change), "x").startswith(title)


def test_few_that_keep_it_are_called_few():
    change = {("a", f"phi{k}"): 0 if k == 0 else -9 for k in range(5)}
    assert kept_title(lines(change), "x").endswith("for more than 1 of 5 activations")


def curves(last: dict[tuple[str, str], float]) -> dict[str, pd.DataFrame]:
    rows = [
        NETWORK
        | {
            "initializer": initializer,
            "activation": activation,
            "depth": 5,
            "layer": layer,
            "correlation": 0.5 if layer == 0 else end,
        }
        for (initializer, activation), end in last.items()
        for layer in range(6)
    ]
    return {"correlation": pd.DataFrame(rows)}


def test_activations_that_always_merge_inputs_are_named():
    found = correlation.title(curves({("a", "relu"): 0.99, ("b", "relu"): 0.98, ("a", "sin"): 0}))
    assert "relu networks, whatever the initializer, make inputs of correlation 0.50" in found
    assert "sin" not in found


def test_residual_networks_do_not_speak_for_plain_ones():
    frame = curves({("a", "relu"): 0.99})["correlation"]
    residual = curves({("a", "relu"): 0.3})["correlation"].assign(architecture="resmlp")
    found = correlation.title({"correlation": pd.concat([frame, residual])})
    assert "relu networks, whatever the initializer" in found


def test_merging_by_some_initializers_is_not_said_of_the_activation():
    found = correlation.title(curves({("a", "relu"): 0.99, ("b", "relu"): 0.2}))
    assert "up to the initializer" in found


def sweep(zeros: dict[tuple[str, str], float]) -> dict[str, pd.DataFrame]:
    rows = [
        {
            "activation": phi,
            "direction": way,
            "sigma_w2": at,
            "kind": "zero",
            "depth": 5,
            "width": 8,
        }
        for (phi, way), at in zeros.items()
    ]
    columns = ["activation", "direction", "sigma_w2", "kind", "depth", "width"]
    return {"variance_scaling": pd.DataFrame(rows, columns=columns)}


def test_relus_two_is_whatever_was_measured():
    found = variance_scaling.title(sweep({("relu", "forward"): 2.17, ("relu", "backward"): 1.94}))
    assert "2.17" in found
    assert "1.94" in found


def test_other_activations_are_compared_and_no_zero_is_no_title():
    zeros = {("sin", "forward"): 1.2, ("sin", "backward"): 1.1}
    zeros |= {("elu", "forward"): 1.6, ("elu", "backward"): 1.4}
    assert "from 1.20 (sin) to 1.60 (elu)" in variance_scaling.title(sweep(zeros))
    assert variance_scaling.title(sweep({})).startswith("No σ_w²")


def endings(trained: dict[tuple[str, int], int]) -> dict[str, pd.DataFrame]:
    rows = [
        NETWORK | {"initializer": name, "depth": depth, "run": "sgd", "n_trained": count}
        for (name, depth), count in trained.items()
    ]
    return {"final_accuracy": pd.DataFrame(rows)}


def test_shares_that_train_are_said_by_depth_with_the_best_initializer():
    planted = {("a", 4): 4, ("b", 4): 4, ("a", 64): 3, ("b", 64): 0}
    found = final_accuracy.title(endings(planted))
    assert found.startswith("100 % of networks of depth 4 train, 38 % of depth 64")
    assert found.endswith("most often with a")
    even = final_accuracy.title(endings({("a", 4): 2, ("b", 4): 2}))
    assert "most often" not in even


def test_that_some_train_and_do_not_generalize_is_explained():
    (frame,) = endings({("a", 4): 4, ("b", 64): 4, ("c", 64): 3}).values()
    frame = frame.assign(activation="tanh", n_diverged=0, accuracy=[0.97, 0.36, 0.2])
    told = final_accuracy.caption({"final_accuracy": frame})
    assert "All networks of 1 cell do" in told
    assert told.endswith("tanh with b at depth 64 is at 36 %.")
    better = frame.assign(accuracy=[0.97, 0.96, 0.2])
    assert "In the title" not in final_accuracy.caption({"final_accuracy": better})


def accuracies(final: dict[str, float]) -> dict[str, pd.DataFrame]:
    rows = [
        NETWORK
        | {
            "initializer": name,
            "quantity": "training accuracy",
            "run": "sgd",
            "depth": 8,
            "step": step,
            "accuracy": 0.1 if step == 0 else end,
        }
        for name, end in final.items()
        for step in (0, 10)
    ]
    return {"training_curves": pd.DataFrame(rows)}


def test_initializers_that_never_start_are_named():
    assert training_curves.title(accuracies({"a": 0.9, "b": 0.1})).endswith("none does with b")
    assert "none does" not in training_curves.title(accuracies({"a": 0.9, "b": 0.8}))


def test_a_gradient_that_training_changes_is_named_and_noise_is_not():
    def frame(end):
        rows = [
            NETWORK
            | {
                "initializer": name,
                "activation": "relu",
                "quantity": "g",
                "run": "sgd",
                "depth": 5,
                "layer": 1,
                "step": step,
                "shown": value,
            }
            for name, values in {"a": (0.0, end), "b": (0.0, 0.1)}.items()
            for step, value in zip((0, 9), values, strict=True)
        ]
        return {"training_layers": pd.DataFrame(rows)}

    assert "shrinks about 10⁶-fold with a" in training_layers.title(frame(-6))
    assert "changes no first layer's gradient" in training_layers.title(frame(0.2))
    nothing = training_layers.title(frame(0.0) | {})
    assert "grows" not in nothing


def densities(start: list[float], end: list[float]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            NETWORK
            | {
                "initializer": "a",
                "activation": "relu",
                "run": "sgd",
                "depth": 2,
                "layer": 2,
                "panel": "a, layer 2",
                "step": step,
                "start": -0.5,
                "bin": 0.5,
                "density": np.array(density),
            }
            for step, density in ((0, start), (9, end))
        ]
    )


def test_a_layer_whose_activations_have_collapsed_is_named():
    collapsed = {"activation_histograms": densities([0, 2.0, 0], [1, 0, 1])}  # bins of 0.5
    spread = {"activation_histograms": densities([1.0, 0, 1.0], [1, 0, 1])}
    assert "a start with the last layer's" in activation_histograms.title(collapsed)
    assert "no initializer" in activation_histograms.title(spread)


def test_how_far_weights_moved_is_half_the_integral_of_the_difference():
    moved = weight_histograms.moved(densities([2.0, 0, 0], [0, 1.0, 1.0]))
    assert moved["a, layer 2"] == pytest.approx(1)
    still = weight_histograms.moved(densities([1.0, 0, 1.0], [1.0, 0, 1.0]))
    assert still["a, layer 2"] == 0
