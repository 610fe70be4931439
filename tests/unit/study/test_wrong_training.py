"""Claims about what a user is told of wrong settings of training."""

import math

import pytest

from tests.unit.study.small import changed, problem

CASES = {
    "training a list": (
        changed(training=[1]),
        "training: must be a mapping of keys to values; got [1]",
    ),
    "batch larger than the data": (
        changed(training__batch_size=49),
        "training.batch_size: must be at most 48, the training points of 'blobs'; got 49",
    ),
    "records": (
        changed(training__records=22),
        "training.records: 22 records do not fit into the start and 20 steps; take 21 or fewer, "
        "or more steps",
    ),
    "one record": (
        changed(training__records=1),
        "training.records: the number of recorded steps, the first and the last included, must "
        "be a whole number, at least 2 and at most 1000000000; got 1",
    ),
    "range reversed": (
        changed(training__histogram__activations=[2, -2]),
        "training.histogram.activations: must be [low, high] with low < high; got [2, -2]; "
        "write [-2, 2]",
    ),
    "range empty": (
        changed(training__histogram__activations=[2, 2.0]),
        "training.histogram.activations: must be [low, high] with low < high; got [2, 2.0]",
    ),
    "range of one end": (
        changed(training__histogram__weights=[2]),
        "training.histogram.weights: must be [low, high], the ends of a range; got [2]",
    ),
    "range without end": (
        changed(training__histogram__weights=[-math.inf, 1]),
        "training.histogram.weights[0]: an end of the range must be a finite number, "
        "at least -1000000 and at most 1000000; got -inf",
    ),
    "optimizer": (
        changed(training__optimizers=[{"adm": {"learning_rates": [1]}}]),
        "training.optimizers[0]: unknown optimizer 'adm'; did you mean 'adam'? Known: sgd, adam",
    ),
    "optimizer twice": (
        changed(training__optimizers__1={"sgd": {"learning_rates": [1]}}),
        "training.optimizers[1]: {'sgd': {'learning_rates': [1]}} repeats "
        "training.optimizers[0]; remove one of the two",
    ),
    "learning rate 0": (
        changed(training__optimizers__1__adam__learning_rates=[0.0]),
        "training.optimizers[1].adam.learning_rates[0]: a learning rate must be a finite number, "
        "more than 0; got 0.0",
    ),
    "no learning rate": (
        changed(training__optimizers__1="adam"),
        "training.optimizers[1].adam: missing key 'learning_rates': list of step sizes, "
        "such as [0.03]",
    ),
    "momentum": (
        changed(training__optimizers__0__sgd__momentum=1),
        "training.optimizers[0].sgd.momentum: momentum μ must be a finite number, at least 0 and "
        "less than 1; got 1",
    ),
    "grid: depth": (
        changed(training__grid__depths=[3]),
        "training.grid.depths[0]: 3 is not among the study's depths; known: 2, 5",
    ),
    "grid: True is not 1": (
        changed(depths=[1, 2, 5], training__grid__depths=[True]),
        "training.grid.depths[0]: True is not among the study's depths; known: 1, 2, 5",
    ),
    "grid: activation": (
        changed(training__grid__activations=["rleu"]),
        "training.grid.activations[0]: 'rleu' is not among the study's activations; did you mean "
        "'relu'? Known: relu, tanh, gelu",
    ),
    "grid: initializer": (
        changed(training__grid__initializers=["he_uniform"]),
        "training.grid.initializers[0]: 'he_uniform' is not among the study's initializers; "
        "did you mean 'he_normal'? Known: he_normal, orthogonal, gaussian, wide",
    ),
    "grid: variance": (
        changed(training__grid__initializers__1__gaussian__sigma_w2=[1, 3]),
        "training.grid.initializers[1].gaussian.sigma_w2[1]: 3.0 is not among the study's "
        "sigma_w2; known: 0.5, 1.0, 2.0",
    ),
    "grid: variance of a fixed one": (
        changed(training__grid__initializers__0={"orthogonal": {"sigma_w2": [2]}}),
        "training.grid.initializers[0].orthogonal: has no variances to choose from; "
        "write 'orthogonal' alone",
    ),
    "grid: no variance": (
        changed(training__grid__initializers__1__gaussian__sigma_w2=[]),
        "training.grid.initializers[1].gaussian.sigma_w2: is an empty list; name at least one item",
    ),
    "grid: seeds": (
        changed(training__grid__seeds={"count": 8, "per_block": 4}),
        "training.grid.seeds: count must be at most 6, the study's; got 8",
    ),
    "grid: twice": (
        changed(training__grid__depths=[2, 2]),
        "training.grid.depths[1]: 2 repeats training.grid.depths[0]; remove one of the two",
    ),
    "grid: misspelt": (
        changed(training__grid={"depth": [2]}),
        "training.grid: unknown key 'depth'; did you mean 'depths'?",
    ),
}


@pytest.mark.parametrize(("config", "sentence"), CASES.values(), ids=CASES)
def test_one_mistake_gives_one_sentence(config, sentence):
    assert problem(config) == sentence
