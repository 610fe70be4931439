"""Claims about crates: who wrote it, and who pays for importing the library that writes it."""

import json
from pathlib import Path

import pytest

from initatlas import provenance, sources
from initatlas.crate import describe

NAMES = [sources.SNAKEFILE, "workflow/rules/a.smk", sources.CONFIG]
MANIFEST = {
    "study": "small",
    "initatlas": "1.2.3",
    "completed": "2026-01-31",
    "versions": {"python": "3.11.0", "snakemake": "9.27.1"},
    "outputs": [],
}
RULES = "rule draw:\n    pass\n\n\nuse rule draw as paint with:\n    log:\n"
SHOWN = {"sha256": "0", "bytes": 1, "rule": "paint", "key": "1"}
CITATION = {"title": "A title", "abstract": "What it is.", "license": "MIT", "authors": []}


@pytest.fixture
def results(tmp_path) -> Path:
    for name in ("manifest.json", *(f"{sources.FOLDER}/{name}" for name in NAMES)):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(RULES if name.endswith(".smk") else name)
    return tmp_path


def entities(results: Path, **citation: object) -> dict[str, dict]:
    content = describe(MANIFEST, CITATION | citation, results, NAMES)
    return {entity["@id"]: entity for entity in content["@graph"]}


def test_a_person_is_known_by_orcid_and_a_group_by_its_name(results):
    orcid = "https://orcid.org/0000-0002-1825-0097"
    person = {"given-names": "Ada", "family-names": "Lovelace", "orcid": orcid}
    nameless = {"given-names": "Émilie", "family-names": "du Châtelet"}
    found = entities(results, authors=[person, nameless, {"name": "The Group"}])
    creators = [creator["@id"] for creator in found["./"]["creator"]]
    assert creators[0] == orcid
    assert [found[c]["@type"] for c in creators] == ["Person", "Person", "Organization"]
    names = ["Ada Lovelace", "Émilie du Châtelet", "The Group"]
    assert [found[c]["name"] for c in creators] == names
    assert found[creators[0]]["familyName"] == "Lovelace"


def test_the_date_is_the_manifests_and_no_identifier_is_by_chance(results):
    assert entities(results)["./"]["datePublished"] == "2026-01-31"
    first, second = (
        json.dumps(describe(MANIFEST, CITATION, results, NAMES), sort_keys=True) for _ in range(2)
    )
    assert first == second


def test_a_files_name_is_encoded_as_an_address_is(results):
    name = "depth=2/a b.arrow"
    manifest = MANIFEST | {"outputs": [SHOWN | {"path": f"{results}/{name}"}]}
    content = describe(manifest, CITATION, results, NAMES)
    entity = next(e for e in content["@graph"] if e["@id"] == "depth%3D2/a%20b.arrow")
    assert entity["encodingFormat"] == "application/vnd.apache.arrow.file"


def test_the_jobs_of_a_rule_are_one_action_that_counts_them(results):
    """A figure is three files of one job, a table's text has no seconds of its own."""
    made = [
        SHOWN | {"path": f"{results}/a.svg", "seconds": 1.5},
        SHOWN | {"path": f"{results}/a.csv"},
        SHOWN | {"path": f"{results}/b.svg", "seconds": 2.0, "key": "2"},
    ]
    content = describe(MANIFEST | {"outputs": made}, CITATION, results, NAMES)
    action = next(e for e in content["@graph"] if e["@id"] == "#paint")
    assert action["description"] == "2 jobs, 3.5 s in all"
    assert action["instrument"] == {"@id": "source/workflow/rules/a.smk"}
    assert [e["@id"] for e in action["result"]] == ["a.svg", "a.csv", "b.svg"]


def test_nothing_but_the_crates_own_command_imports_the_library():
    imports = provenance.read_sources().imports
    users = {m for m, names in imports.items() if any(n.startswith("rocrate") for n in names)}
    assert users == {"initatlas.crate"}
    commands = {m for m, names in imports.items() if "initatlas.crate" in names}
    assert commands == {"initatlas.commands.crate"}
