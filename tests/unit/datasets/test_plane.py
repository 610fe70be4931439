"""Claims about the data sets in the plane: their curves, their classes, their scatter."""

from pathlib import Path

import numpy as np
import pytest

from initatlas.datasets import DATASETS
from initatlas.datasets.spirals import TURNS
from initatlas.datasets.two_moons import GAP
from initatlas.stages.prepare import prepare

NOWHERE = Path("no cache is needed")


def points(name: str, noise: float, count: int = 4000):
    options = {"points": count, "noise": noise}
    return DATASETS[name].load(options, NOWHERE, np.random.default_rng(0))


@pytest.mark.parametrize("name", ["two_moons", "spirals"])
def test_both_classes_have_half_of_the_points(name):
    dataset = {"name": name, "points": 300, "noise": 0.1}
    table, facts = prepare({"study": "s", "seed": 1, "dataset": dataset}, NOWHERE)
    assert np.bincount(table["label"].to_numpy()).tolist() == [150, 150]
    assert (facts["input_dimension"], facts["n_classes"]) == (2, 2)
    assert facts["training_points"] == DATASETS[name].training_points(dataset) == 240


def test_moons_are_half_circles_that_reach_into_each_other():
    found = points("two_moons", 0.0)
    upper, lower = (found.inputs[found.labels == label] for label in (0, 1))
    assert np.linalg.norm(upper, axis=1) == pytest.approx(1, abs=1e-12)
    assert np.linalg.norm(lower - [1, GAP], axis=1) == pytest.approx(1, abs=1e-12)
    assert upper[:, 1].min() >= 0
    assert lower[:, 1].max() <= GAP
    # The mean of a half circle's height is 2/π, its standard deviation √(1/2 − 4/π²) = 0.31.
    assert upper[:, 1].mean() == pytest.approx(2 / np.pi, abs=4 * 0.31 / np.sqrt(2000))


def test_spirals_turn_as_often_as_they_should_and_are_half_a_turn_apart():
    found = points("spirals", 0.0)
    radius = np.linalg.norm(found.inputs, axis=1)
    angle = 2 * np.pi * TURNS * radius + np.pi * found.labels
    directions = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    assert found.inputs == pytest.approx(radius[:, None] * directions, abs=1e-12)
    # r² is uniform: mean 1/2, standard deviation 1/√12.
    assert (radius**2).mean() == pytest.approx(0.5, abs=4 / np.sqrt(12 * 4000))
    assert radius.max() <= 1


@pytest.mark.parametrize("name", ["two_moons", "spirals"])
def test_noise_has_the_standard_deviation_asked_for(name):
    scatter = points(name, 0.3).inputs - points(name, 0.0).inputs
    # 8,000 numbers: a standard deviation scatters by 1/√16,000; 4 of these.
    assert scatter.std() == pytest.approx(0.3, rel=4 / np.sqrt(16_000))
