"""Architectures side by side: all of their networks count, of activations that all of them have."""

import numpy as np
import pandas as pd

from initatlas.figures import architectures

CELL = {"study": "s", "dataset": "d", "width": 8, "sigma_w2": 2.0, "sigma_b2": 0.0, "depth": 64}


def tables(*cells: tuple[str, str, str, int, float]) -> dict[str, pd.DataFrame]:
    """By (architecture, initializer, activation, trained of 2, growth of the gradient in nat)."""
    names = ("architecture", "initializer", "activation", "n_trained", "gradient_growth")
    frame = pd.DataFrame(cells, columns=names).assign(**CELL)
    ends = {"n_seeds": 2, "n_stalled": 2 - frame.n_trained, "n_diverged": 0, "optimizer": "sgd"}
    accuracy = {"final_test_accuracy_mean": 0.5, "final_test_accuracy_n_finite": 2}
    start = frame.assign(experiment="trainability", signal_growth=0.0)
    return {"convergence": frame.assign(**ends, **accuracy), "predictors": start}


def said(*cells: tuple[str, str, str, int, float]) -> tuple[str, str]:
    frames = architectures.tidy(tables(*cells))
    return architectures.title(frames), architectures.caption(frames)


def test_networks_whose_gradient_starts_at_0_count_though_they_have_no_place():
    """Fixup's readout is 0, and so is every gradient before the first update; it trains."""
    title, caption = said(
        ("mlp", "he", "relu", 0, 0.0),
        ("resmlp", "he", "relu", 0, 1.0),
        ("resmlp", "fixup", "relu", 2, np.nan),
    )
    assert title == "At depth 64, 50 % of resmlp networks and 0 % of mlp networks train with relu"
    assert "Some cells of fixup start with a gradient or signal of 0: no point." in caption


def test_an_activation_that_one_architecture_lacks_is_not_held_against_the_other():
    title, caption = said(
        ("mlp", "he", "relu", 2, 0.0),
        ("mlp", "he", "sigmoid", 0, -300.0),
        ("resmlp", "he", "relu", 2, 0.0),
    )
    assert (
        title == "At depth 64, 100 % of mlp networks and 100 % of resmlp networks train with relu"
    )
    assert "no point" not in caption
    title, _ = said(("mlp", "he", "relu", 2, 0.0), ("resmlp", "he", "tanh", 2, 0.0))
    assert title.startswith("No activation was tried with every architecture")
