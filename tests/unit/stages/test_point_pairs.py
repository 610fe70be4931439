"""Claims about the kinds of pairs that evaluation points make."""

from pathlib import Path

import numpy as np
import pytest
import torch

from initatlas import theory
from initatlas.stages.evaluation import data_of, evaluation_batch
from initatlas.stages.predictions import point_pairs
from initatlas.stages.prepare import prepare

JOB = {
    "study": "kinds",
    "seed": 0,
    "dataset": {"name": "digits"},
    "measurement": {"dtype": "float64", "points": 128, "pairs": 8, "pair_correlation": 0.5},
}


@pytest.mark.parametrize(("name", "sigma_w2"), [("relu", 2.0), ("tanh", 1.0), ("sin", 1.5)])
def test_more_kinds_of_pairs_of_digits_move_scatter_by_less_than_1_percent(
    name, sigma_w2, tmp_path: Path, monkeypatch
):
    table, _ = prepare(JOB, tmp_path)
    batch = evaluation_batch(JOB, data_of(table, torch.float64), 128)
    layers = theory.uniform_layers(sigma_w2, 0.05, depth=16, width=128, inputs=64)
    q = theory.depth_profile(name, layers, 1.0).q
    found = theory.mean_scatter(name, layers, q, point_pairs.pairs_of(batch, 10))
    monkeypatch.setattr(point_pairs, "KINDS", 8 * point_pairs.KINDS)
    many = theory.mean_scatter(name, layers, q, point_pairs.pairs_of(batch, 10))
    for statistic in ("q_beta", "activation_variance_beta", "log_delta_gain_beta"):
        ours, limit = (getattr(scatter, statistic)[1:-1] for scatter in (found, many))
        np.testing.assert_allclose(ours, limit, rtol=0.01)
        assert not np.array_equal(ours, limit)
