"""Claims about expected costs: they grow as a block's work does, within its budget."""

import copy
from pathlib import Path

import pytest
import yaml

from initatlas import costs
from initatlas.networks import ARCHITECTURES
from initatlas.plan import STAGES

ROOT = Path(__file__).parents[2]

FIXED_MB = costs.BASE_MB + 1  # and a data set of two points
JOB = {
    "dataset": {"name": "mnist", "train_points": 1, "test_points": 1},
    "architecture": {"name": "mlp"},
    "initializer": {"name": "gaussian", "sigma_w2": [1.0, 2.0], "sigma_b2": [0.0]},
    "depth": 1000,
    "widths": [1000],
    "seeds": [0, 1, 2],
    "device": "cpu",
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

FAIR = {
    "dtype": "float32",
    "optimizers": [{"name": "sgd"}, {"name": "adam"}],
    "steps": 10_000,
    "batch_size": 64,
    "checkpoints": 5,
    "points": 64,
    "kernel_points": 8,
    "loss_points": 256,
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


@pytest.mark.parametrize(
    "job",
    [JOB, JOB | {"training": TRAINING}, JOB | {"trainability": FAIR}],
    ids=["initialize", "train", "trainability"],
)
@pytest.mark.parametrize("cost", [costs.memory_mb, costs.runtime_minutes])
@pytest.mark.parametrize(
    ("path", "value", "factor"),
    [(("seeds",), [0, 1, 2, 3, 4, 5], 2), (("depth",), 2000, 2), (("widths",), [2000], 4)],
)
def test_costs_follow_the_block(job, cost, path, value, factor):
    fixed = FIXED_MB if cost is costs.memory_mb else costs.START_SECONDS / 60
    before, after = cost(job) - fixed, cost(changed(job, *path, value=value)) - fixed
    # At depth and width 1000 the square layers are nearly all of it: but for the memory of
    # measuring, where activations (∝ width) weigh as much as the one copy of the weights.
    assert factor * 0.6 <= after / before <= factor * 1.05


def test_time_follows_the_steps():
    job = JOB | {"training": TRAINING}
    longer = changed(job, "training", "steps", value=20_000)
    assert costs.runtime_minutes(longer) == pytest.approx(2 * costs.runtime_minutes(job), rel=0.01)


def test_a_data_set_takes_memory_in_every_job_that_reads_it():
    """A tenth of MNIST is 5.5 million numbers; of digits a base has room."""
    tenth = changed(JOB, "dataset", value={"name": "mnist", "train_points": 7_000})
    whole = changed(JOB, "dataset", value={"name": "mnist"})
    first, second = (costs.memory_mb(job | {"input_shape": [1, 28, 28]}) for job in (tenth, whole))
    more = second - first
    assert more == pytest.approx(0.9 * 70_000 * 784 * costs.NUMBER_BYTES / 2**20, abs=1)
    digits = changed(JOB, "dataset", value={"name": "digits"})
    assert costs.memory_mb(digits) < costs.memory_mb(JOB)


def test_memory_stays_within_the_budget_because_larger_ensembles_are_cut():
    assert costs.memory_mb(changed(JOB, "memory_mb", value=500)) == FIXED_MB + 500


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_memory_covers_what_an_architecture_allocates(name):
    """Every block of weights, and every buffer, of a network of a typical shape."""
    job = JOB | {"architecture": {"name": name}, "depth": 64, "widths": [128], "seeds": [0]}
    job |= {"initializer": {"name": "he_normal"}, "input_shape": [1, 28, 28]}
    shapes = ARCHITECTURES[name].shapes((1, 28, 28), 128, 64, 10)
    points = job["measurement"]["points"] + 2 * job["measurement"]["pairs"]
    needed = ARCHITECTURES[name].bytes_per_network(shapes, points, 1, 8) / 2**20
    declared = costs.memory_mb(job) - FIXED_MB
    assert needed / 1.1 <= declared <= 2 * needed


@pytest.mark.parametrize("depth", [4, 64])
def test_a_convolutional_network_takes_the_memory_of_its_workspace(depth):
    from initatlas.networks.circular import TAPS
    from initatlas.networks.cnn import CNN

    image = {"architecture": {"name": "cnn"}, "input_shape": [3, 32, 32]}
    job = JOB | image | {"depth": depth, "widths": [16], "initializer": {"name": "he_normal"}}
    seen = costs.memory_mb(job) - FIXED_MB
    points = 128 + 2 * 32
    exact = CNN.bytes_per_network(CNN.shapes((3, 32, 32), 16, depth, 10), points, 1, 8)
    assert seen == pytest.approx(3 * exact / 2**20, rel=0.01)
    assert costs.TAPS == TAPS
    positions = 32 * 32
    products = positions * TAPS * 16 * (3 + (depth - 1) * 16) + positions * 16 * 10
    seconds = costs.MARGIN * 6 * products * points * 3 / costs.MEASURING + costs.START_SECONDS
    assert costs.runtime_minutes(job) == pytest.approx(seconds / 60, abs=1)


def test_the_time_asked_for_is_a_multiple_of_the_expected_and_what_starting_takes():
    for job in (JOB, JOB | {"training": TRAINING}):
        asked = 60 * costs.runtime_minutes(job)
        most = costs.START_SECONDS + costs.MARGIN * costs.seconds(job)
        assert most <= asked <= most + 60


def test_a_small_data_set_makes_a_shallow_network_cheap():
    shallow = changed(JOB, "depth", value=1)
    digits = changed(shallow, "dataset", value={"name": "digits"})
    assert costs.seconds(digits) < 0.65 * costs.seconds(shallow)


def test_the_profile_for_clusters_puts_small_blocks_of_every_stage_together():
    profile = yaml.safe_load((ROOT / "workflow/profiles/slurm/config.yaml").read_text())
    together = {line.partition("=")[0] for line in profile["group-components"]}
    assert together == {f"{stage}_{size}" for stage in STAGES for size in costs.SMALL} | {"theory"}


def test_small_blocks_share_a_job_with_those_of_their_stage_and_size_and_large_ones_do_not():
    tiny = changed(changed(JOB, "depth", value=1), "widths", value=[10])
    assert costs.group("initialization", tiny) == "initialization_seconds"
    middle = changed(JOB, "depth", value=50)
    assert costs.SMALL["seconds"] < costs.seconds(middle) < costs.SMALL["minute"]
    assert costs.group("spectra", middle) == "spectra_minute"
    assert costs.group("training", JOB | {"training": TRAINING}) is None


def test_rates_cost_time_and_memory_that_the_budget_bounds():
    job = JOB | {"trainability": FAIR}
    more = changed(job, "trainability", "optimizers", value=[{"name": "sgd"}] * 8)
    assert costs.runs(more) == 48
    assert costs.runtime_minutes(more) > 3.5 * costs.runtime_minutes(job)
    small = changed(more, "memory_mb", value=500)
    one = costs.memory_mb(changed(changed(small, "seeds", value=[0]), "memory_mb", value=1))
    assert costs.memory_mb(small) <= 500 + max(FIXED_MB + 500, one)


THEORY = {
    "prediction": "map_theory",
    "activation": {"name": "tanh"},
    "dataset": {"name": "mnist", "train_points": 20_000, "test_points": 5_000},
    "input_shape": [1, 28, 28],
    "grids": [
        {
            "architectures": [{"name": "mlp"}],
            "initializers": [{"name": "gaussian", "sigma_w2": [1.0] * 23, "sigma_b2": [0.05]}],
            "depths": [4, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192],
            "widths": [128],
        }
    ],
    "trainability": {"kernel_points": 16},
}
KERNEL = {
    "prediction": "kernel_condition",
    "activation": {"name": "tanh"},
    "dataset": {"name": "digits"},
    "input_shape": [1, 8, 8],
    "grids": [THEORY["grids"][0] | {"initializers": [{"name": "he_normal"}], "depths": [16]}],
    "spectra": {"points": 1, "kernel_points": 512},
}
PHASES = {"prediction": "phases", "activation": {"name": "sigmoid"}}


@pytest.mark.parametrize(
    ("job", "seconds", "peak_mb"),
    [(THEORY, 52.4, 1011), (KERNEL, 13.6, 1661), (PHASES, 0.3, 416)],
    ids=["a map of 14,858 layers", "a kernel of 512 points", "no network"],
)
def test_a_prediction_is_expected_to_cost_what_one_did_and_asks_for_more(job, seconds, peak_mb):
    """As they were measured on a core of the kind that the model is about."""
    assert seconds / 2 < costs.seconds(job) < 5 * seconds + costs.THEORY_ALONE
    assert costs.MARGIN * costs.seconds(job) > 3 * seconds
    assert peak_mb < costs.memory_mb(job) < peak_mb + FIXED_MB + costs.THEORY_MB


@pytest.mark.parametrize(
    ("path", "value", "longer", "larger"),
    [
        (("grids", 0, "depths"), THEORY["grids"][0]["depths"] * 2, 2, 1),
        (("grids", 0, "widths"), [128, 256, 512], 3, 1),
        (("trainability", "kernel_points"), 512, 116, 3.1),
        (("dataset", "train_points"), 55_000, 1, 2.4),
    ],
)
def test_what_a_prediction_costs_follows_its_networks_its_kernel_and_its_data(
    path, value, longer, larger
):
    more = changed(THEORY, *path, value=value)
    seconds = [costs.seconds(job) - costs.THEORY_ALONE for job in (THEORY, more)]
    memory = [costs.memory_mb(job) - FIXED_MB - costs.THEORY_MB for job in (THEORY, more)]
    assert seconds[1] / seconds[0] == pytest.approx(longer, rel=0.01)
    assert memory[1] / memory[0] == pytest.approx(larger, rel=0.01)


def test_a_data_set_of_the_users_own_is_of_unknown_size():
    own = changed(THEORY, "dataset", value={"name": "mine", "object": "m:X", "points": 10**9})
    assert costs.memory_mb(own) < FIXED_MB + costs.THEORY_MB + 10
