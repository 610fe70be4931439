"""Networks that give no number, no signal or too much go through every stage: recorded, told."""

import json
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from initatlas import verification
from initatlas.plan import Plan
from tests.workflow import degenerate
from tests.workflow.project import Project

pytestmark = pytest.mark.timeout(600)
STUDY = "degenerate.yaml"
RESULTS = "results/degenerate"


@pytest.fixture(scope="module")
def done(fresh: Path, tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = Project.copy_of(fresh, tmp_path_factory.mktemp("degenerate"))
    (project.folder / "degenerate.py").write_text(degenerate.RECORDS)
    # JSON is YAML, and has no anchors.
    (project.folder / STUDY).write_text(json.dumps(degenerate.config()))
    project.snakemake(STUDY).expect(0)
    return project


def table(project: Project, name: str) -> pd.DataFrame:
    return pq.read_table(project.folder / f"{RESULTS}/tables/{name}.parquet").to_pandas()


def test_every_table_and_figure_is_made(done):
    made = {Path(entry["path"]).stem for entry in manifest(done)}
    assert {"layers", "outcomes", "map_outcomes", "traces", "phase_plane", "contrast"} <= made
    assert {"spectra", "leaderboard", "recommendation"} <= made
    assert (done.folder / RESULTS / "report.html").exists()


def manifest(project: Project) -> list[dict]:
    return json.loads(project.read(f"{RESULTS}/manifest.json"))["outputs"]


def test_what_is_no_number_is_nan_in_measurement_and_in_theory(done):
    layers = table(done, "layers")
    lost = layers[(layers.activation == "lost") & (layers.layer > 1)]
    assert lost.q_mean.isna().all()
    assert (lost.q_n_finite == 0).all()
    assert lost.q_theory.isna().all()
    silent = layers[(layers.activation == "silent") & layers.layer.between(2, 12)]
    swept = silent[silent.initializer == "gaussian"]
    assert (swept.q_mean == 0).all()
    assert (swept.q_theory == 0).all()


def test_what_explodes_is_infinite_and_told_apart_from_what_is_no_number(done):
    layers = table(done, "layers")
    exploded = layers[(layers.activation == "relu") & (layers.sigma_w2 == 1e30)]
    assert not exploded[exploded.layer == 1].q_mean.isin([float("inf")]).any()
    assert (exploded[exploded.layer == 12].q_n_finite == 0).all()


@pytest.mark.parametrize("name", ["outcomes", "map_outcomes"])
def test_nobody_learns_what_cannot_be_learned_and_the_table_says_how_it_ended(done, name):
    outcomes = table(done, name)
    assert not (outcomes.outcome == "trained").any()
    assert set(outcomes[outcomes.activation == "lost"].outcome) == {"diverged"}
    assert set(outcomes[outcomes.activation == "silent"].outcome) <= {"stalled", "diverged"}
    vanished = outcomes[(outcomes.activation == "relu") & (outcomes.sigma_w2 == 0)]
    assert set(vanished.outcome) <= {"stalled", "diverged"}
    assert len(outcomes) == len(outcomes.dropna(subset=["outcome"]))


def test_a_block_of_the_second_data_set_is_computed_again_with_that_one(
    done, tmp_path, monkeypatch
):
    monkeypatch.chdir(done.folder)
    monkeypatch.syspath_prepend(done.folder)
    plan = Plan.of(degenerate.config())
    output = next(o for o in plan.outputs() if o.rule == "measure_contrast")
    dataset = plan.seen_by("contrast")
    assert verification.recompute(output, dataset, str(tmp_path), exactly=True) == ""


def test_the_report_says_so(done):
    text = done.read(f"{RESULTS}/report.html")
    assert "∞, NaN" in text  # the strip of figures that holds what is no number
    assert "a diverged network’s accuracy is 0" in text
    verdicts = table(done, "phases").set_index("activation").verdict
    assert set(verdicts["lost"]) == {
        "The activation's values are no numbers, so theory has none either."
    }
