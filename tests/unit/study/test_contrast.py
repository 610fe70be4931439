"""Claims about a second data set: its own job, its own points, some of the study's networks."""

import pytest

from initatlas.plan import STAGES, Plan
from initatlas.study import Study
from tests.unit.study.small import changed, problem

SECOND = {"dataset": {"two_moons": {"points": 100, "noise": 0.1}}, "grid": {"depths": [2]}}


def study(**changes) -> Study:
    return Study.from_config(changed(contrast=SECOND | changes))


def test_networks_of_the_grid_see_the_second_data_set_and_are_else_the_same():
    found = study()
    blocks = found.grid("contrast").blocks()
    assert {block.depth for block in blocks} == {2}
    for block in blocks:
        here, there = (found.job(stage, block) for stage in ("initialization", "contrast"))
        assert there["dataset"] == {"name": "two_moons", "points": 100, "noise": 0.1}
        assert {k: v for k, v in there.items() if k != "dataset"} == {
            k: v for k, v in here.items() if k != "dataset"
        }


def test_without_the_section_there_is_no_second_data_set():
    plan = Plan.of(changed())
    assert plan.offered.data() == {"initialization": "dataset"}
    assert not {"contrast", "contrast_rates"} & set(plan.offered.tables)
    assert "contrast" not in plan.offered.figures
    assert plan.study.grid("contrast").blocks() == ()


def test_every_file_of_it_is_planned():
    plan = Plan.of(changed(contrast=SECOND))
    outputs = {output.path: output for output in plan.outputs()}
    prepared = outputs["results/small/contrast.arrow"]
    assert prepared.rule == "prepare_contrast"
    assert prepared.job["dataset"]["name"] == "two_moons"
    measured = [output for output in outputs.values() if output.rule == "measure_contrast"]
    assert len(measured) == len(plan.study.grid("contrast").blocks()) > 0
    assert {output.command for output in measured} == {"initialize"}
    for name in (
        "tables/contrast.parquet",
        "tables/contrast_rates.parquet",
        "figures/contrast.svg",
    ):
        assert f"results/small/{name}" in outputs


def test_its_networks_alone_see_it():
    plan = Plan.of(changed(contrast=SECOND))
    seen = {stage: plan.seen_by(stage) for stage in STAGES}
    assert seen.pop("contrast") == "results/small/contrast.arrow"
    assert set(seen.values()) == {"results/small/dataset.arrow"}
    made = {output.path for output in plan.outputs()}
    assert {"results/small/contrast.arrow", "results/small/dataset.arrow"} <= made


@pytest.mark.parametrize(
    ("contrast", "sentence"),
    [
        (
            {"dataset": {"blobs": {"dimension": 3, "classes": 2, "points": 90, "separation": 1.0}}},
            "contrast.dataset: 'blobs' is the study's own; name another one",
        ),
        (
            {"dataset": {"two_moons": {"points": 10, "noise": 0.1}}},
            "measurement.points: must be at most 8, the training points of 'two_moons'; got 10",
        ),
        (
            SECOND | {"grid": {"depths": [3]}},
            "contrast.grid.depths[0]: 3 is not among the study's depths; known: 2, 5",
        ),
    ],
)
def test_what_is_wrong_with_it_is_said(contrast, sentence):
    assert problem(changed(contrast=contrast)) == sentence


def test_convolutions_need_images_there_as_well():
    sentence = problem(changed(architectures=["mlp", "cnn"], dataset="digits", contrast=SECOND))
    assert sentence.startswith("contrast.dataset: 'cnn' needs images, and 'two_moons' has none")
    grid = {"architectures": ["mlp"], "depths": [2]}
    Study.from_config(
        changed(architectures=["mlp", "cnn"], dataset="digits", contrast=SECOND | {"grid": grid})
    )


def test_damaged_files_of_the_second_data_set_are_found_before_any_job(tmp_path):
    (tmp_path / "mnist").mkdir()
    (tmp_path / "mnist" / "train-labels-idx1-ubyte.gz").write_bytes(b"cut short")
    found = study(dataset={"mnist": {"train_points": 100, "test_points": 100}})
    with pytest.raises(Exception, match="is not the file that mnist consists of"):
        found.check_files(tmp_path)
