"""A finished study is an RO-Crate: whole, readable by the library, and the same when made again."""

import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from rocrate import vocabs
from rocrate.rocrate import ROCrate

from initatlas import keys, sources
from tests.workflow.project import ROOT, SMOKE

RESULTS = "results/smoke"
METADATA = f"{RESULTS}/{sources.METADATA}"


@pytest.fixture(scope="module")
def crate(finished) -> ROCrate:
    return ROCrate(finished.folder / RESULTS)


@pytest.fixture(scope="module")
def manifest(finished) -> dict:
    return json.loads(finished.read(f"{RESULTS}/manifest.json"))


def references(value: object) -> Iterator[str]:
    """The entities that a property names."""
    for each in value if isinstance(value, list) else [value]:
        if isinstance(each, dict):
            yield each["@id"]


def test_every_file_of_the_study_is_named_with_its_digest_size_and_type(finished, crate):
    files = {Path(e.source): e for e in crate.get_by_type("File")}
    folder = finished.folder / RESULTS
    for path, entity in files.items():
        content = path.read_bytes()
        assert entity["sha256"] == hashlib.sha256(content).hexdigest(), path
        assert entity["contentSize"] == str(len(content))
        assert "/" in entity["encodingFormat"]
    there = {p for p in folder.rglob("*") if p.is_file()} - {folder / sources.METADATA}
    recorded = {p for p in there if p.relative_to(folder).parts[0] in ("logs", "benchmarks")}
    assert set(files) == there - recorded
    assert {e.id for e in crate.root_dataset["hasPart"]} == {e.id for e in files.values()}


def test_all_that_is_named_is_there_and_every_word_is_one_of_ro_crate(finished):
    content = json.loads(finished.read(METADATA))
    words = vocabs.RO_CRATE["@context"]
    graph = content["@graph"]
    known = {entity["@id"] for entity in graph}
    assert len(known) == len(graph)
    for entity in graph:
        assert {name for name in entity if not name.startswith("@")} <= set(words)
        named = {other for value in entity.values() for other in references(value)}
        assert {other for other in named - known if not other.startswith("https://")} == set()


def test_the_crate_says_what_made_it_and_how_to_cite_it(finished, crate, manifest):
    citation = yaml.safe_load((ROOT / sources.CITATION).read_text())
    assert [author["name"] for author in crate.creator] == [a["name"] for a in citation["authors"]]
    assert crate.license.id == f"https://spdx.org/licenses/{citation['license']}"
    assert crate.description == citation["abstract"].strip()
    assert crate.datePublished.date().isoformat() == manifest["completed"]
    assert crate.mainEntity.id == "source/Snakefile"
    assert crate.mainEntity["programmingLanguage"]["version"] == manifest["versions"]["snakemake"]
    software = {e["name"]: e["version"] for e in crate.mainEntity["softwareRequirements"]}
    assert software == {**manifest["versions"], "initatlas": manifest["initatlas"]}
    assert {"python", "torch", "numpy", "scipy", "pandas", "altair"} <= set(software)
    run = crate.get("#run")
    assert run["instrument"] == crate.mainEntity
    assert {e.id for e in run["object"]} == {"source/config.yaml"}


def test_each_rules_files_are_results_of_its_action(crate, manifest):
    rules = {entry["rule"] for entry in manifest["outputs"]}
    actions = {action.id: action for action in crate.root_dataset["mentions"]}
    assert set(actions) == {"#run", *(f"#{rule}" for rule in rules)}
    made = [file.id for rule in rules for file in actions[f"#{rule}"]["result"]]
    assert sorted([*made, "manifest.json"]) == sorted(e.id for e in actions["#run"]["result"])
    blocks = {e["key"] for e in manifest["outputs"] if e["rule"] == "measure_phase_plane"}
    measured = actions["#measure_phase_plane"]
    assert measured["description"].startswith(f"{len(blocks)} jobs, ")
    assert measured["instrument"].id == "source/workflow/rules/initialize.smk"


def test_copies_are_those_of_the_workflow_and_of_the_configuration(finished):
    for name in sources.names(ROOT):
        copy = finished.folder / RESULTS / sources.FOLDER / name
        assert copy.read_bytes() == (ROOT / name).read_bytes()
    config = yaml.safe_load(finished.read(f"{RESULTS}/source/config.yaml"))
    assert config == yaml.safe_load((ROOT / SMOKE).read_text())


def test_made_again_the_crate_is_the_same_to_the_last_byte(project):
    before = project.files(METADATA) | project.files(f"{RESULTS}/source/**/*.*")
    key = keys.make("crate", {"study": "smoke"}).text()
    words = ["crate", "--key", key, "--manifest", f"{RESULTS}/manifest.json", "--output", METADATA]
    for path in before:
        (project.folder / path).unlink()
    project.run(sys.executable, "-m", "initatlas", *words).expect(0)
    assert project.files(METADATA) | project.files(f"{RESULTS}/source/**/*.*") == before
