"""Claims about jobs and grids: all that a block needs, in plain values, and nothing else."""

import inspect
import json
import math
from dataclasses import replace

import pytest

from initatlas.grid import Grid
from initatlas.study import Study, axes, grids
from initatlas.study.optimizers import OPTIMIZERS
from initatlas.study.place import Place
from tests.unit.study.small import CONFIG, changed, edited

STUDY = Study.from_config(CONFIG)
STAGES = ("initialization", "training")


def canonical(job: dict) -> str:
    return json.dumps(job, sort_keys=True, allow_nan=False)


def jobs(config: dict, stage: str) -> dict[str, str]:
    """Path → job, of every block."""
    study = Study.from_config(config)
    return {b.path(stage): canonical(study.job(stage, b)) for b in study.grid(stage).blocks()}


def test_a_job_holds_everything_that_the_block_needs():
    block = STUDY.grid("initialization").blocks()[-5]
    assert STUDY.job("initialization", block) == {
        "study": "small",
        "seed": 3,
        "dataset": {
            "name": "blobs", "dimension": 6, "classes": 3, "points": 60, "separation": 2.0
        },
        "architecture": {"name": "mlp"},
        "initializer": {
            "name": "wide", "distribution": "uniform", "mode": "fan_avg",
            "sigma_w2": [3.0], "sigma_b2": [0.0],
        },
        "activation": {"name": "gelu"},
        "depth": 2,
        "widths": [8, 16],
        "seeds": [2, 3],
        "device": "cpu",
        "memory_mb": 500,
        "measurement": {"dtype": "float64", "points": 10, "pairs": 4, "pair_correlation": 0.5},
    }  # fmt: skip


def test_a_training_job_holds_one_entry_for_each_learning_rate():
    block = STUDY.grid("training").blocks()[-1]
    job = STUDY.job("training", block)
    assert block.path("training") == (
        "training/architecture=mlp/initializer=gaussian/activation=relu/depth=2/seeds=0-3.arrow"
    )
    assert job["initializer"] == {"name": "gaussian", "sigma_w2": [1.0], "sigma_b2": [0.0]}
    assert (job["widths"], job["seeds"]) == ([16], [0, 1, 2, 3])
    assert job["measurement"] == {"pairs": 4, "pair_correlation": 0.5}
    assert job["training"] == {
        "dtype": "float32",
        "optimizers": [
            {"name": "sgd", "learning_rate": 0.1, "momentum": 0.9},
            {"name": "sgd", "learning_rate": 0.2, "momentum": 0.9},
            {"name": "adam", "learning_rate": 0.001, "beta1": 0.9, "beta2": 0.999,
             "epsilon": 1e-8},
        ],
        "steps": 20, "batch_size": 8, "records": 5, "points": 12, "loss_points": 30,
        "histogram": {"bins": 10, "activations": [-2.0, 2.0], "weights": [-3.0, 3.0]},
    }  # fmt: skip


def test_blocks_are_the_product_of_the_axes_and_paths_differ():
    blocks = STUDY.grid("initialization").blocks()
    paths = {block.path("initialization") for block in blocks}
    assert len(blocks) == len(paths) == 4 * 3 * 2 * 3
    assert blocks[0].path("x") == (
        "x/architecture=mlp/initializer=he_normal/activation=relu/depth=2/seeds=0-1.arrow"
    )
    assert [b.first_seed for b in blocks[:4]] == [0, 2, 4, 0]


@pytest.mark.parametrize("stage", STAGES)
def test_a_grid_survives_json(stage):
    grid = STUDY.grid(stage)
    text = canonical(grid.to_json())
    assert Grid.from_json(json.loads(text)) == grid
    assert canonical(Grid.from_json(json.loads(text)).to_json()) == text


def test_without_training_its_stage_has_no_blocks():
    study = Study.from_config(changed(training=None))
    assert study.grid("training").blocks() == ()
    assert study.training is None
    assert jobs(changed(training=None), "initialization") == jobs(CONFIG, "initialization")


def test_without_a_grid_training_takes_all_of_the_study():
    config = edited(lambda c: c["training"].pop("grid"))
    assert len(jobs(config, "training")) == len(jobs(config, "initialization"))


def test_the_order_of_a_training_grid_is_the_studys():
    names = ["wide", {"gaussian": {"sigma_w2": [2, 0.5]}}, "he_normal"]
    study = Study.from_config(changed(training__grid={"initializers": names, "depths": [5, 2]}))
    (found,) = study.grid("training").products
    assert (found.initializers, found.depths) == (("he_normal", "gaussian", "wide"), (2, 5))
    (chosen,) = study.axes["training"]
    assert chosen.initializers[1]["sigma_w2"] == [0.5, 2.0]


def test_several_grids_are_taken_one_after_the_other():
    narrow = {"activations": ["relu"], "initializers": ["gaussian"], "depths": [5]}
    sweep = {"activations": ["tanh"], "initializers": [{"gaussian": {"sigma_w2": [1.0]}}]}
    config = changed(training__grid=[narrow, sweep])
    study = Study.from_config(config)
    found = study.grid("training")
    assert len(found.blocks()) == 3 + 2 * 3
    assert found.activations == ("relu", "tanh")
    swept = {b.activation: study.job("training", b)["initializer"] for b in found.blocks()}
    assert swept["relu"]["sigma_w2"] == [0.5, 1.0, 2.0]
    assert swept["tanh"]["sigma_w2"] == [1.0]
    assert Grid.from_json(json.loads(canonical(found.to_json()))) == found


def test_a_grid_of_measurement_narrows_what_is_measured_at_initialization():
    config = changed(measurement__grid={"activations": ["gelu"]})
    assert {b.activation for b in Study.from_config(config).grid("initialization").blocks()} == {
        "gelu"
    }
    assert jobs(config, "training") == jobs(CONFIG, "training")
    whole = jobs(CONFIG, "initialization")
    assert jobs(config, "initialization") == {
        path: job for path, job in whole.items() if "activation=gelu" in path
    }


def test_a_grid_of_its_own_may_leave_the_studys_axes():
    place = Place(value={"depths": [3, 9], "initializers": [{"gaussian": {"sigma_w2": [7]}}]})
    found = grids.renew(STUDY.whole, place)
    assert not place.problems
    assert (found.depths, found.activations) == ((3, 9), STUDY.whole.activations)
    assert [entry["sigma_w2"] for entry in found.initializers] == [[7.0]]


def test_an_initializer_that_is_not_for_an_architecture_has_no_block_of_it():
    found = replace(
        STUDY.whole,
        architectures=({"name": "mlp"}, {"name": "deep", "base": "resmlp"}),
        initializers=({"name": "he_normal"}, {"name": "fixup", "architectures": ["resmlp"]}),
    )
    grid = axes.grid([found])
    pairs = {(block.initializer, block.architecture) for block in grid.blocks()}
    assert pairs == {("he_normal", "mlp"), ("he_normal", "deep"), ("fixup", "deep")}
    assert all(axes.holding([found], block) is found for block in grid.blocks())
    assert Grid.from_json(json.loads(canonical(grid.to_json()))) == grid


def test_theory_is_told_the_grids_of_its_activation_alone():
    narrow = {"activations": ["relu"], "initializers": ["he_normal"], "depths": [5]}
    sweep = {"activations": ["tanh"], "initializers": ["gaussian"]}
    study = Study.from_config(changed(measurement__grid=[narrow, sweep]))
    job = study.prediction_job("profiles", "relu", ("grids",), "initialization")
    (grid,) = job["grids"]
    assert grid["depths"] == [5]
    assert grid["initializers"] == [{"name": "he_normal"}]


ELSEWHERE = {
    "another activation": changed(activations=["silu", "relu", "tanh", "gelu"]),
    "another initializer": edited(lambda c: c["initializers"].insert(0, "lsuv")),
    "another order": changed(depths=[5, 2], activations=["gelu", "tanh", "relu"]),
    "another depth": changed(depths=[2, 3, 5]),
    "more seeds": changed(seeds={"count": 8, "per_block": 2}),
    "outcomes": changed(outcomes={"threshold": 0.5, "window": 2}),
}


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("config", ELSEWHERE.values(), ids=ELSEWHERE)
def test_a_job_does_not_change_when_anything_else_does(stage, config):
    before, after = jobs(CONFIG, stage), jobs(config, stage)
    assert set(before) <= set(after)
    assert {path: after[path] for path in before} == before


def test_settings_of_training_leave_initialization_alone_and_the_other_way_round():
    other = changed(training__steps=30)
    assert jobs(other, "initialization") == jobs(CONFIG, "initialization")
    assert jobs(other, "training") != jobs(CONFIG, "training")
    other = changed(measurement__points=11, measurement__dtype="float32")
    assert jobs(other, "training") == jobs(CONFIG, "training")
    assert jobs(other, "initialization") != jobs(CONFIG, "initialization")


def test_numbers_that_are_equal_make_one_job():
    other = edited(
        lambda c: (
            c["initializers"][2]["gaussian"].update(sigma_w2=[0.5, 1.0, 2], sigma_b2=[-0.0, 0.1]),
            c["dataset"]["blobs"].update(separation=2.0),
            c["training"]["optimizers"][0]["sgd"].update(momentum=0.9),
            c["training"]["histogram"].update(activations=[-2.0, 2.0]),
        )
    )
    for stage in STAGES:
        assert jobs(other, stage) == jobs(CONFIG, stage)
    swept = Study.from_config(other).whole.initializers[2]
    assert math.copysign(1, swept["sigma_b2"][0]) == 1


def test_what_is_counted_stays_whole():
    job = STUDY.job("training", STUDY.grid("training").blocks()[0])
    counted = [job["depth"], job["seed"], *job["widths"], *job["seeds"], job["memory_mb"]]
    counted += [job["training"][name] for name in ("steps", "batch_size", "records", "points")]
    counted += [job["dataset"][name] for name in ("dimension", "classes", "points")]
    assert {type(value) for value in counted} == {int}


def test_a_job_can_be_changed_without_harm_to_the_study():
    block = STUDY.grid("training").blocks()[0]
    before = canonical(STUDY.job("training", block))
    job = STUDY.job("training", block)
    job["training"]["optimizers"].clear()
    job["dataset"].clear()
    job["initializer"]["name"] = "other"
    assert canonical(STUDY.job("training", block)) == before


def test_the_settings_of_optimizers_are_those_that_they_take():
    from initatlas.training.optimizers import OPTIMIZERS as RECORDS

    assert set(OPTIMIZERS) == set(RECORDS)
    for name, record in RECORDS.items():
        _, _, *settings = inspect.signature(record.start).parameters
        assert settings == list(OPTIMIZERS[name])
