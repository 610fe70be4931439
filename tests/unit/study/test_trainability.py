"""Claims about the fair protocol's sections: optional, rates of two kinds, a map of its own."""

import pytest

from initatlas.study import Study
from tests.unit.study.small import CONFIG, FAIR, changed, problem, problems

STAGES = ("trainability", "trainability_map")
SGD = {"sgd": {"relative_learning_rates": [0.5, 2], "momentum": 0.5}}


def fair(**changes: object) -> dict:
    return changed(trainability=FAIR | changes)


@pytest.mark.parametrize("stage", STAGES)
def test_without_the_section_and_with_null_nothing_is_trained(stage):
    for config in (CONFIG, changed(**{stage: None})):
        study = Study.from_config(config)
        assert getattr(study, stage) is None
        assert study.grid(stage).blocks() == ()


def test_a_job_holds_the_networks_the_plan_and_how_pairs_are_made():
    study = Study.from_config(fair())
    block = study.grid("trainability").blocks()[3]
    job = study.job("trainability", block)
    assert {k: v for k, v in job.items() if k not in ("trainability", "measurement")} == {
        k: v for k, v in study.job("initialization", block).items() if k != "measurement"
    }
    assert job["measurement"] == {"pairs": 4, "pair_correlation": 0.5}
    assert job["trainability"]["optimizers"] == [
        {"name": "sgd", "relative_learning_rate": 0.5, "momentum": 0.5},
        {"name": "sgd", "relative_learning_rate": 2.0, "momentum": 0.5},
        {"name": "adam", "learning_rate": 0.001, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8},
    ]
    settings = {k: v for k, v in job["trainability"].items() if k != "optimizers"}
    assert settings == {k: v for k, v in FAIR.items() if k not in ("optimizers", "grid")}


def test_a_map_has_axes_of_its_own_and_those_left_out_are_the_studys():
    sweep = {"gaussian": {"sigma_w2": [0.1, 7], "sigma_b2": [0.3]}}
    grid = {"initializers": [sweep], "depths": [3, 9], "activations": ["sin"]}
    study = Study.from_config(changed(trainability_map=FAIR | {"grid": grid}))
    blocks = study.grid("trainability_map").blocks()
    assert {(b.activation, b.depth) for b in blocks} == {("sin", 3), ("sin", 9)}
    assert len(blocks) == 2 * 3  # the study's seeds
    job = study.job("trainability_map", blocks[0])
    assert job["initializer"] == {"name": "gaussian", "sigma_w2": [0.1, 7.0], "sigma_b2": [0.3]}
    assert job["widths"] == [8, 16]
    assert blocks[0].path("trainability_map").startswith("trainability_map/architecture=mlp/")
    assert study.grid("initialization") == Study.from_config(CONFIG).grid("initialization")


def test_what_theory_must_know_of_a_map_is_the_maps():
    maps = changed(trainability_map=FAIR | {"grid": {"depths": [3]}})
    study = Study.from_config(maps)
    needs = ("dataset", "grids", "measurement", "trainability")
    job = study.prediction_job("map_theory", "relu", needs, "trainability_map")
    assert [grid["depths"] for grid in job["grids"]] == [[3]]
    assert job["trainability"] == study.trainability_map


@pytest.mark.parametrize(
    ("section", "said"),
    [
        (
            {"validation_points": 41},
            "trainability.batch_size: must be at most 7, the 48 training points of 'blobs' "
            "without 41 for validation; got 8",
        ),
        (
            {"kernel_points": 13},
            "trainability.kernel_points: must be at most 12, the evaluation points; got 13",
        ),
        (
            {"checkpoints": 22},
            "trainability.checkpoints: 22 checkpoints do not fit into the start and 20 steps; "
            "take 21 or fewer, or more steps",
        ),
        (
            {"optimizers": [{"sgd": {"learning_rates": [1], "relative_learning_rates": [1]}}]},
            "trainability.optimizers[0].sgd: give learning_rates or relative_learning_rates, not "
            "both: tables tell runs apart by one",
        ),
        (
            {"optimizers": ["sgd"]},
            "trainability.optimizers[0].sgd: missing key 'learning_rates': list of step sizes, "
            "such as [0.03]; or 'relative_learning_rates': list of step sizes in units of "
            "2/λ_max, such as [0.5, 2.0]",
        ),
        (
            {"optimizers": [{"sgd": {"relative_learning_rates": [0]}}]},
            "trainability.optimizers[0].sgd.relative_learning_rates[0]: a learning rate in units "
            "of 2/λ_max must be a finite number, more than 0; got 0",
        ),
        (
            {"grid": {"depths": [3]}},
            "trainability.grid.depths[0]: 3 is not among the study's depths; known: 2, 5",
        ),
    ],
)
def test_what_is_wrong_is_named(section, said):
    wrong = problems(fair(**section))
    assert wrong[0] == said


def test_relative_rates_are_for_steps_in_proportion_to_the_gradient():
    """2/λ_max bounds these alone; and the traces take rates as they are."""
    adam = [{"adam": {"relative_learning_rates": [0.5], "learning_rates": [0.1]}}]
    assert "unknown key 'relative_learning_rates'" in problem(fair(optimizers=adam))
    traced = changed(training__optimizers=[SGD])
    assert "unknown key 'relative_learning_rates'" in problems(traced)[0]


def test_a_maps_own_axes_are_read_as_strictly_as_the_studys():
    grid = {"initializers": ["he_norml"], "depths": [0], "colour": 1}
    found = problems(changed(trainability_map=FAIR | {"grid": grid}))
    assert [line.split(":")[0] for line in found] == [
        "trainability_map.grid",
        "trainability_map.grid.initializers[0]",
        "trainability_map.grid.depths[0]",
    ]


def test_all_that_is_wrong_with_a_section_is_said_at_once():
    found = problems(fair(steps=0, batch_size=1.5, dtype="float16", checkpoint=3))
    assert [line.split(":")[0] for line in found] == [
        "trainability",
        "trainability.dtype",
        "trainability.steps",
        "trainability.batch_size",
    ]


def test_divergence_has_a_default_and_may_be_set():
    assert Study.from_config(CONFIG).outcomes["blow_up"] == 10
    rule = {"threshold": 0.9, "window": 5, "blow_up": 3}
    assert Study.from_config(changed(outcomes=rule)).outcomes["blow_up"] == 3
    assert problem(changed(outcomes=rule | {"blow_up": 1})).startswith("outcomes.blow_up: ")
