"""Claims about what a user is told of wrong names, data sets, measurements and outcomes."""

import pytest

from tests.unit.study.small import FAIR, changed, problem

CASES = {
    "study's name": (
        changed(study="../x"),
        "study: becomes the name of a folder: letters a–z, digits and _, a letter first, "
        "at most 64; got '../x'",
    ),
    "seed": (
        changed(seed=-1),
        "seed: the study's seed must be a whole number, at least 0; got -1",
    ),
    "memory": (
        changed(memory_mb="2 GB"),
        "memory_mb: the memory of one job, in MB, must be a whole number, at least 1; got '2 GB'",
    ),
    "data set": (
        changed(dataset="mnst"),
        "dataset: unknown data set 'mnst'; did you mean 'mnist'? Known: digits, blobs, "
        "two_moons, spirals, mnist, fashion_mnist, cifar10; your own as package.module:OBJECT",
    ),
    "options for digits": (
        changed(dataset={"digits": {"points": 5}}),
        "dataset.digits: takes no options; got {'points': 5}",
    ),
    "option of blobs": (
        changed(dataset__blobs__dimension=0),
        "dataset.blobs.dimension: the number of features must be a whole number, at least 1 and "
        "at most 1000000; got 0",
    ),
    "noise of moons": (
        changed(dataset={"two_moons": {"points": 100, "noise": -0.1}}),
        "dataset.two_moons.noise: the standard deviation of the points around their curve must be "
        "a finite number, at least 0 and at most 1000000; got -0.1",
    ),
    "too few blobs": (
        changed(dataset__blobs__points=14, measurement__points=2, training=None),
        "dataset: 3 classes need at least 15 points, 5 each; got {'classes': 3, 'dimension': 6, "
        "'points': 14, 'separation': 2.0}",
    ),
    "number format": (
        changed(measurement__dtype="float16"),
        "measurement.dtype: unknown dtype 'float16'; did you mean 'float64'? "
        "Known: float32, float64",
    ),
    "pair correlation": (
        changed(measurement__pair_correlation=1.5),
        "measurement.pair_correlation: c⁰, the cosine between the points of a pair, must be a "
        "finite number, at least -1 and at most 1; got 1.5",
    ),
    "evaluation points": (
        changed(measurement__points=49),
        "measurement.points: must be at most 48, the training points of 'blobs'; got 49",
    ),
    "threshold": (
        changed(outcomes__threshold=0),
        "outcomes.threshold: the training accuracy that counts as trained must be a finite "
        "number, more than 0 and at most 1; got 0",
    ),
    "window": (
        changed(outcomes__window=21, trainability=FAIR),
        "outcomes.window: 21 mini-batches are more than the 20 that trainability takes",
    ),
}


@pytest.mark.parametrize(("config", "sentence"), CASES.values(), ids=CASES)
def test_one_mistake_gives_one_sentence(config, sentence):
    assert problem(config) == sentence
