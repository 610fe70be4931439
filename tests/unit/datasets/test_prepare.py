"""Claims about what networks are fed: the split, the scale, and what is measured of it."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from initatlas import tables
from initatlas.datasets import DATASETS
from initatlas.datasets.files import DatasetError
from initatlas.datasets.split import stratified, training_size
from initatlas.rng import generator
from initatlas.stages.prepare import measure, prepare, standardized

NOWHERE = Path("no cache is needed")
BLOBS = {"name": "blobs", "dimension": 40, "classes": 4, "points": 600, "separation": 3.0}


def job(dataset: dict, seed: int = 1) -> dict:
    return {"study": "s", "seed": seed, "dataset": dataset}


def arrays(table) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Inputs, labels, and which points are for training."""
    inputs = np.array(table["inputs"].to_pylist(), np.float32)
    return inputs, table["label"].to_numpy(), np.array(table["split"].to_pylist()) == "train"


@given(
    st.lists(st.integers(0, 5), min_size=1, max_size=200).map(np.array),
    st.floats(0, 1),
    st.integers(0, 3),
)
def test_a_stratified_choice_has_its_size_and_every_class_its_share(labels, share, seed):
    count = round(share * len(labels))
    chosen = stratified(np.random.default_rng(seed), labels, count)
    assert chosen.sum() == count
    for label in np.unique(labels):
        members = labels == label
        # Rounding down loses less than a point, and at most one is given back.
        exact = count * members.mean()
        assert abs((chosen & members).sum() - exact) < 1 + 1e-9
    assert (stratified(np.random.default_rng(seed), labels, count) == chosen).all()


def test_what_rounding_leaves_over_goes_where_it_took_most():
    labels = np.repeat([0, 1, 2], [6, 7, 7])  # of 5 points 1.5, 1.75 and 1.75
    chosen = stratified(np.random.default_rng(0), labels, 5)
    assert np.bincount(labels[chosen]).tolist() == [1, 2, 2]


def test_another_stream_chooses_other_points():
    labels = np.repeat([0, 1, 2], 50)
    first, second = (stratified(np.random.default_rng(seed), labels, 30) for seed in (0, 1))
    assert not (first == second).all()


@pytest.mark.parametrize("dataset", [{"name": "digits"}, BLOBS], ids=lambda d: d["name"])
def test_the_size_known_in_advance_is_the_size(dataset):
    table, facts = prepare(job(dataset), NOWHERE)
    options = {name: value for name, value in dataset.items() if name != "name"}
    size = DATASETS[dataset["name"]].training_points(options)
    assert facts["training_points"] == size == arrays(table)[2].sum()
    assert facts["test_points"] == table.num_rows - size
    assert size == training_size(table.num_rows)


def test_digits_are_those_that_scikit_learn_ships():
    from sklearn.datasets import load_digits

    pixels, numbers = load_digits(return_X_y=True)
    inputs, labels, train = arrays(prepare(job({"name": "digits"}), NOWHERE)[0])
    test = stratified(generator(1, "split", "digits"), numbers, 359)
    order = np.concatenate([np.flatnonzero(~test), np.flatnonzero(test)])
    scale = np.sqrt(pixels[~test].var(axis=0).mean())
    expected = (pixels[order] - pixels[~test].mean(axis=0)) / scale
    # Rounding to float32, of numbers up to 4.
    assert np.abs(inputs - expected).max() < 4 * 2**-24
    assert (labels == numbers[order]).all()
    assert (train == (np.arange(1797) < 1438)).all()


@pytest.mark.parametrize("dataset", [{"name": "digits"}, BLOBS], ids=lambda d: d["name"])
def test_training_points_have_mean_0_and_the_length_of_their_dimension(dataset):
    table, facts = prepare(job(dataset), NOWHERE)
    inputs, _, train = arrays(table)
    seen = inputs[train].astype(np.float64)
    # Inputs are float32: each is off by at most 2⁻²⁴ of itself, and |x| < 10.
    assert np.abs(seen.mean(axis=0)).max() < 10 * 2**-24
    assert facts["q0"] == pytest.approx(np.square(seen).sum(axis=1).mean() / seen.shape[1])
    assert facts["q0"] == pytest.approx(1, abs=2 * 2**-24)


def test_statistics_are_those_of_the_training_points_alone():
    rng = np.random.default_rng(0)
    inputs = rng.standard_normal((50, 7)) + 3
    train = np.arange(50) < 40
    other = inputs.copy()
    other[~train] = 100 * other[~train] - 5
    assert (standardized(inputs, train)[train] == standardized(other, train)[train]).all()
    # What is applied to test points is what is applied to training points.
    moved = np.concatenate([inputs[:40], inputs[:10]])
    assert (standardized(moved, train)[40:] == standardized(moved, train)[:10]).all()


def test_a_feature_that_never_varies_is_0_and_changes_nothing_else():
    rng = np.random.default_rng(0)
    inputs, train = rng.integers(0, 256, (60, 9)).astype(np.uint8), np.arange(60) < 50
    inputs[:, 4] = 7
    fed = standardized(inputs, train)
    assert (fed[:, 4] == 0).all()
    assert np.square(fed[train]).mean() == pytest.approx(1, rel=1e-12)
    assert np.isfinite(fed).all()
    # One scale for all features: their variances keep their proportions.
    rest = np.arange(9) != 4
    ratio = fed[train].std(axis=0)[rest] / inputs[train].std(axis=0)[rest]
    assert ratio == pytest.approx(ratio[0], rel=1e-12)


def test_points_that_are_all_the_same_are_refused():
    with pytest.raises(DatasetError, match="all training points are the same"):
        standardized(np.full((10, 3), 0.1), np.arange(10) < 8)


def test_correlations_are_means_over_pairs():
    rng = np.random.default_rng(0)
    inputs, labels = rng.standard_normal((23, 5)) + 0.5, rng.integers(0, 3, 23)
    inputs[7] = 0  # has no direction
    found = {"all": [], True: [], False: []}
    for i in range(23):
        for j in range(i):
            if 7 not in (i, j):
                lengths = np.linalg.norm(inputs[i]) * np.linalg.norm(inputs[j])
                cosine = inputs[i] @ inputs[j] / lengths
                found["all"].append(cosine)
                found[bool(labels[i] == labels[j])].append(cosine)
    facts = measure(inputs, labels)
    assert facts["q0"] == pytest.approx(np.mean([x @ x / 5 for x in inputs]), rel=1e-12)
    assert facts["c0"] == pytest.approx(np.mean(found["all"]), rel=1e-12)
    assert facts["c0_same_class"] == pytest.approx(np.mean(found[True]), rel=1e-12)
    assert facts["c0_different_class"] == pytest.approx(np.mean(found[False]), rel=1e-12)
    assert (facts["training_points"], facts["input_dimension"], facts["n_classes"]) == (23, 5, 3)


def test_without_pairs_of_one_class_their_correlation_is_absent():
    facts = measure(np.eye(3), np.arange(3))
    assert facts["c0_same_class"] is None
    assert facts["c0"] == facts["c0_different_class"] == 0


def test_the_same_job_gives_the_same_bytes_and_another_seed_another_split(tmp_path):
    def content(seed: int, folder: Path) -> bytes:
        path = folder / f"{seed}.arrow"
        table, facts = prepare(job({"name": "digits"}, seed), NOWHERE)
        tables.write_arrow(path, tables.DATASET, table, facts)
        assert tables.provenance(tables.read(path, tables.DATASET)) == facts
        return path.read_bytes()

    (tmp_path / "again").mkdir()
    assert content(1, tmp_path) == content(1, tmp_path / "again")
    assert content(1, tmp_path) != content(2, tmp_path)


def test_centres_of_blobs_are_as_far_apart_as_asked_and_points_scatter_by_1():
    options = {"dimension": 2000, "classes": 6, "points": 1200, "separation": 50.0}
    points = DATASETS["blobs"].load(options, NOWHERE, np.random.default_rng(0))
    centres = np.stack([points.inputs[points.labels == k].mean(axis=0) for k in range(6)])
    apart = np.linalg.norm(centres[:, None] - centres, axis=2)[np.triu_indices(6, 1)]
    # Squared distances: separation² (1 − cos) with cos ~ N(0, 1/dimension), 4 standard errors;
    # and 2 · dimension / 200 from the means of 200 points, which is 20 of 2,500.
    assert np.abs(apart**2 - 2500 - 20).max() < 2500 * 4 / np.sqrt(2000)
    scatter = points.inputs - centres[points.labels]
    # Variance around the mean of 200 points, of 2.4 million numbers: 4 standard errors.
    assert scatter.var() == pytest.approx(199 / 200, abs=4 * np.sqrt(2 / 2.4e6))
    assert (np.bincount(points.labels) == 200).all()


def test_the_measured_correlation_of_blobs_is_that_of_their_mixture():
    dataset = BLOBS | {"points": 4000, "dimension": 500, "classes": 10, "separation": 40.0}
    _, facts = prepare(job(dataset), NOWHERE)
    between = 40.0**2 / 2 * (1 - 1 / 10)  # variance of the centres, after their mean is removed
    # Ten random centres are orthogonal within 1/√500; they enter as means of 45 pairs or more.
    tolerance = 4 / np.sqrt(500)
    assert facts["c0_same_class"] == pytest.approx(between / (between + 500), abs=tolerance)
    expected = -between / 9 / (between + 500)
    assert facts["c0_different_class"] == pytest.approx(expected, abs=tolerance)
    assert facts["c0"] == pytest.approx(0, abs=1e-3)  # centred: the sum of all points is 0
