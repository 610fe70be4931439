"""`make verify` finds what is altered or wrong; `make clean-stale` what the study no longer has."""

import json
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from initatlas import tables, verification
from initatlas.plan import Plan
from initatlas.study import load_yaml
from tests.workflow.project import SMOKE, Project, Result

RESULTS = "results/smoke"
BLOCK = f"{RESULTS}/initialization/architecture=mlp/initializer=he_normal/activation=relu/depth=6"
BLOCK += "/seeds=0-1.arrow"


def initatlas(project: Project, *words: str) -> Result:
    return project.run(sys.executable, "-m", "initatlas", *words, "--study", SMOKE)


def test_a_finished_study_is_what_its_manifest_says(finished):
    said = initatlas(finished, "verify", "--sample", "2", "--seed", "1").expect(0).output
    files = len(json.loads(finished.read(f"{RESULTS}/manifest.json"))["outputs"])
    assert f"{files} of {files} files are those of the manifest" in said
    assert said.count("agrees: results/smoke/") == 2


def test_altered_and_missing_files_are_named_with_what_to_do(project):
    (project.folder / RESULTS / "report.html").write_text("<html>")
    (project.folder / RESULTS / "tables/layers.csv").unlink()
    said = initatlas(project, "verify", "--sample", "0").expect(1).output
    assert "report.html: its content is not that of the manifest; delete it and run again" in said
    assert "tables/layers.csv: is missing; run again" in said


def test_a_wrong_number_that_the_manifest_vouches_for_is_found_by_computing_it_again(
    project, tmp_path, monkeypatch
):
    monkeypatch.chdir(project.folder)
    blocks = {output.path: output for output in Plan.of(load_yaml(Path(SMOKE))).outputs()}
    output = blocks[BLOCK]
    dataset = f"{RESULTS}/dataset.arrow"
    assert verification.recompute(output, dataset, str(tmp_path), exactly=True) == ""
    table = tables.read(Path(BLOCK), tables.INITIALIZATION)
    at = table.schema.get_field_index("q")
    doubled = table.set_column(at, table.schema.field(at), pc.multiply(table["q"], 2.0))
    tables.write_arrow(Path(BLOCK), tables.INITIALIZATION, doubled, tables.provenance(table))
    found = verification.recompute(output, dataset, str(tmp_path), exactly=False)
    assert found == f"{BLOCK}: comes out otherwise in q; delete it and run again"


@pytest.mark.parametrize(("by", "found"), [(1e-9, []), (1e-3, ["q"])])
def test_elsewhere_a_column_may_differ_by_rounding_and_not_more(by, found):
    ours = pa.table({"layer": [0, 1, 2], "q": [1.0, float("nan"), -2.0]})
    again = pa.table({"layer": [0, 1, 2], "q": [1.0 + by, float("nan"), -2.0]})
    assert verification.different(ours, again, verification.TOLERANCE["initialization"]) == found
    assert verification.different(ours, again, 0.0) == ["q"]


def test_the_manifest_says_where_each_file_was_made_and_how_long_it_took(finished):
    content = json.loads(finished.read(f"{RESULTS}/manifest.json"))
    assert content["host"]["machine"]
    took = {entry["path"]: entry.get("seconds") for entry in content["outputs"]}
    assert all(took[path] > 0 for path in took if not path.endswith(".csv")), took


def test_files_of_cells_that_the_study_no_longer_has_are_listed_and_deleted_on_request(project):
    assert initatlas(project, "stale").expect(0).output.startswith("0 files")
    project.edit(SMOKE, "depths: [2, 6]\nwidths", "depths: [6]\nwidths")
    project.edit(SMOKE, "depths: [2, 6]", "depths: [6]")
    before = set(project.times(f"{RESULTS}/**/*"))
    listed = initatlas(project, "stale").expect(0).output.splitlines()
    assert set(project.times(f"{RESULTS}/**/*")) == before
    gone = {line for line in listed if line.startswith(RESULTS)}
    assert gone
    assert all("depth=2/" in path for path in gone if path.endswith(".arrow"))
    assert {Path(path).suffix for path in gone} == {".arrow", ".log", ".tsv"}
    initatlas(project, "stale", "--remove").expect(0)
    removed = before - set(project.times(f"{RESULTS}/**/*"))
    assert gone <= removed
    assert all("depth=2" in path for path in removed - gone)  # folders that are empty now
