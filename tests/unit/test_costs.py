"""Claims about expected costs: they grow as a block's work does, within its budget."""

import copy

import pytest

from initatlas import costs
from initatlas.networks import ARCHITECTURES

JOB = {
    "architecture": {"name": "mlp"},
    "initializer": {"name": "gaussian", "sigma_w2": [1.0, 2.0], "sigma_b2": [0.0]},
    "depth": 1000,
    "widths": [1000],
    "seeds": [0, 1, 2],
    "memory_mb": 10**9,
    "measurement": {"dtype": "float64", "points": 128, "pairs": 32},
}
TRAINING = {
    "dtype": "float32",
    "optimizers": [{"name": "sgd"}, {"name": "adam"}],
    "steps": 10_000,
    "batch_size": 64,
    "records": 12,
    "points": 64,
}


def changed(job: dict, *path: str | int, value: object) -> dict:
    job = copy.deepcopy(job)
    inner = job
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    return job


def test_networks_are_seeds_times_swept_variances_and_runs_times_settings():
    assert costs.networks(JOB) == 6
    assert costs.networks(changed(JOB, "initializer", value={"name": "he_normal"})) == 3
    assert costs.runs(JOB | {"training": TRAINING}) == 12


@pytest.mark.parametrize("job", [JOB, JOB | {"training": TRAINING}], ids=["initialize", "train"])
@pytest.mark.parametrize("cost", [costs.memory_mb, costs.runtime_minutes])
@pytest.mark.parametrize(
    ("path", "value", "factor"),
    [(("seeds",), [0, 1, 2, 3, 4, 5], 2), (("depth",), 2000, 2), (("widths",), [2000], 4)],
)
def test_costs_follow_the_block(job, cost, path, value, factor):
    fixed = costs.BASE_MB if cost is costs.memory_mb else costs.START_SECONDS / 60
    before, after = cost(job) - fixed, cost(changed(job, *path, value=value)) - fixed
    # At depth and width 1000 the square layers are nearly all of it: but for the memory of
    # measuring, where activations (∝ width) weigh as much as the one copy of the weights.
    assert factor * 0.6 <= after / before <= factor * 1.05


def test_time_follows_the_steps():
    job = JOB | {"training": TRAINING}
    longer = changed(job, "training", "steps", value=20_000)
    assert costs.runtime_minutes(longer) == pytest.approx(2 * costs.runtime_minutes(job), rel=0.01)


def test_memory_stays_within_the_budget_because_larger_ensembles_are_cut():
    assert costs.memory_mb(changed(JOB, "memory_mb", value=500)) == costs.BASE_MB + 500


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_memory_covers_what_an_architecture_allocates(name):
    """Every block of weights, and every buffer, of a network of a typical shape."""
    job = JOB | {"architecture": {"name": name}, "depth": 64, "widths": [128], "seeds": [0]}
    job |= {"initializer": {"name": "he_normal"}}
    shapes = ARCHITECTURES[name].shapes((1, 28, 28), 128, 64, 10)
    points = job["measurement"]["points"] + 2 * job["measurement"]["pairs"]
    needed = ARCHITECTURES[name].bytes_per_network(shapes, points, 1, 8) / 2**20
    declared = costs.memory_mb(job) - costs.BASE_MB
    assert needed / 1.1 <= declared <= 2 * needed
