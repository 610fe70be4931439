"""Claims about data that cannot be learned from: refused by name, with everything wrong in it."""

import numpy as np
import pytest

from initatlas.datasets import DATASETS, Dataset, Points
from initatlas.datasets.files import DatasetError
from initatlas.stages.prepare import prepare

INPUTS, LABELS = np.eye(20) + 0.0, np.arange(20) % 2
TEST = np.arange(20) >= 16


def complaint(monkeypatch, tmp_path, **points) -> list[str]:
    """What is said of a data set that loads these points."""
    loaded = Points(**({"inputs": INPUTS, "labels": LABELS, "test": TEST} | points))
    dataset = Dataset(name="own", load=lambda options, cache, rng: loaded, source="a test")
    monkeypatch.setitem(DATASETS, "own", dataset)
    with pytest.raises(DatasetError) as caught:
        prepare({"study": "s", "seed": 1, "dataset": {"name": "own"}}, tmp_path)
    return [line.removeprefix("data set 'own': ") for line in str(caught.value).splitlines()]


def spoiled(value: float) -> np.ndarray:
    inputs = INPUTS.copy()
    inputs[3, 4] = value
    return inputs


WRONG = {
    "NaN": (
        {"inputs": spoiled(np.nan)},
        ["inputs must be finite; point 3 is not (1 in all)"],
    ),
    "infinite": (
        {"inputs": spoiled(-np.inf)},
        ["inputs must be finite; point 3 is not (1 in all)"],
    ),
    "pictures": (
        {"inputs": np.zeros((20, 4, 4))},
        ["inputs must be numbers, (point, feature); got float64 (20, 4, 4)"],
    ),
    "texts": (
        {"inputs": np.full((20, 2), "a")},
        ["inputs must be numbers, (point, feature); got <U1 (20, 2)"],
    ),
    "nothing": (
        {"inputs": np.zeros((0, 2)), "labels": np.zeros(0, int), "test": None},
        ["inputs must be numbers, (point, feature); got float64 (0, 2)"],
    ),
    "labels that are no whole numbers": (
        {"labels": LABELS / 1},
        ["labels must be whole numbers, (point,); got float64 (20,)"],
    ),
    "one label too few": (
        {"labels": LABELS[:-1], "test": TEST[:-1]},
        ["there must be one label a point; got 19 for 20"],
    ),
    "a test of numbers": (
        {"test": TEST.astype(int)},
        ["test must be True or False, (point,); got int64 (20,)"],
    ),
    "everything": (
        {"inputs": INPUTS[0], "labels": LABELS[:, None], "test": TEST[:3]},
        [
            "inputs must be numbers, (point, feature); got float64 (20,)",
            "labels must be whole numbers, (point,); got int64 (20, 1)",
            "test must be True or False, (point,); got bool (3,)",
        ],
    ),
    "no test": ({"test": TEST & False}, ["there is no test point"]),
    "one class": (
        {"labels": LABELS * 0},
        ["training needs two classes or more; got [0]"],
    ),
    "no training": (
        {"test": TEST | True},
        [
            "training needs two classes or more; got []",
            "the test has classes that training lacks: [0, 1]",
        ],
    ),
    "a gap": (
        {"labels": LABELS * 2},
        ["classes must be numbered 0 to 1 without a gap; training has [0, 2]"],
    ),
    "classes from 1": (
        {"labels": LABELS + 1},
        ["classes must be numbered 0 to 1 without a gap; training has [1, 2]"],
    ),
    "a class only in the test": (
        {"labels": np.where(TEST, 2, LABELS)},
        ["the test has classes that training lacks: [2]"],
    ),
}


@pytest.mark.parametrize(("points", "sentences"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_said(monkeypatch, tmp_path, points, sentences):
    assert complaint(monkeypatch, tmp_path, **points) == sentences
