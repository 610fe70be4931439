"""`make verify` finds what is altered or wrong; `make clean-stale` what the study no longer has."""

import json
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from initatlas import machines, tables, verification
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


def test_a_block_of_another_kind_of_machine_is_said_to_agree_within_tolerance(project):
    path = project.folder / RESULTS / "manifest.json"
    path.write_text(path.read_text().replace(machines.kind(), "another"))
    said = initatlas(project, "verify", "--sample", "1").output
    assert f"agrees within tolerance: {RESULTS}/" in said


def test_the_crate_and_the_copies_in_it_are_verified_too(project):
    folder = project.folder / RESULTS
    crate = f"{RESULTS}/ro-crate-metadata.json"
    assert f"{Path(crate).name} agrees" in initatlas(project, "verify", "--sample", "0").output

    (folder / "source/Snakefile").write_text("# another one\n")
    (folder / "source/CITATION.cff").unlink()
    said = initatlas(project, "verify", "--sample", "0").expect(1).output
    assert "source/Snakefile: ro-crate-metadata.json has another checksum of it" in said
    assert "source/CITATION.cff: is missing; run again" in said
    content = json.loads(project.read(crate))
    graph = [e for e in content["@graph"] if e["@id"] not in ("report.html", "source/config.yaml")]
    next(e for e in graph if e["@id"] == "dataset.arrow")["sha256"] = "0" * 64
    (project.folder / crate).write_text(json.dumps({"@graph": graph}))
    said = initatlas(project, "verify", "--sample", "0").expect(1).output
    assert f"{crate}: says nothing of {RESULTS}/report.html" in said
    assert f"{crate}: says nothing of {RESULTS}/source/config.yaml" in said
    assert "dataset.arrow: ro-crate-metadata.json has another checksum of it" in said


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"@graph": [{"sha256": 1}]}', "\x00"])
def test_a_crate_that_is_none_is_named(tmp_path, content):
    path = tmp_path / "ro-crate-metadata.json"
    path.write_text(content)
    (found,) = verification.misdescribed(tmp_path, [])
    assert found.startswith(f"{path}: is no crate (")
    path.unlink()
    assert verification.misdescribed(tmp_path, []) == [f"{path}: is missing; run again"]


def test_what_is_advised_mends_the_crate(project):
    (project.folder / RESULTS / "source/Snakefile").unlink()
    (project.folder / RESULTS / "ro-crate-metadata.json").unlink()
    assert project.snakemake(SMOKE).expect(0).jobs == {"write_crate": 1}
    assert "metadata.json agrees" in initatlas(project, "verify", "--sample", "0").expect(0).output


@pytest.mark.parametrize(
    ("name", "altered", "advice"),
    [
        ("report.html", True, "delete it and run again"),
        (BLOCK.removeprefix(f"{RESULTS}/"), True, "delete it and run again"),
        ("dataset.arrow", False, "run again"),
        ("theory/profiles-relu.arrow", False, "run again"),
        ("tables/layers.parquet", False, "run again"),
        ("tables/layers.csv", True, f"delete {RESULTS}/tables/layers.parquet and run again"),
        ("figures/saturation.svg", False, "run again"),
    ],
)
def test_what_is_advised_of_an_altered_or_missing_file_mends_it(
    project, finished, name, altered, advice
):
    path = f"{RESULTS}/{name}"
    if altered:
        (project.folder / path).write_bytes(b"altered")
    else:
        (project.folder / path).unlink()
    said = initatlas(project, "verify", "--sample", "0").expect(1).output
    fault = "its content is not that of the manifest" if altered else "is missing"
    assert f"{path}: {fault}; {advice}\n" in said
    if "delete" in advice:
        (project.folder / (path if " it " in advice else advice.split()[1])).unlink()
    assert project.snakemake(SMOKE).expect(0).jobs
    initatlas(project, "verify", "--sample", "0").expect(0)
    if name != "report.html":  # it tells how long jobs took
        assert project.files(path) == finished.files(path)


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


def test_only_what_this_kind_of_machine_made_must_be_the_same_to_the_last_bit():
    here = machines.kind()
    hosts = {"here": here, "elsewhere": "another", "on a GPU": f"{here}, A GPU", "unknown": None}
    entries = [{"path": path, "host": host} for path, host in hosts.items()]
    assert verification.made_here(entries) == {"here"}


def test_the_manifest_says_where_each_file_was_made_and_how_long_it_took(finished):
    content = json.loads(finished.read(f"{RESULTS}/manifest.json"))
    for entry in content["outputs"]:
        assert entry["seconds"] > 0, entry
        assert entry["host"] == machines.kind(), entry


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
