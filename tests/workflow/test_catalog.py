"""The workflow is where the Snakemake workflow catalog looks for it, and is the same from there."""

import os

import pytest
import yaml

from initatlas.study import Study, load_yaml
from tests.workflow.project import ROOT, SMOKE

MODULE = """
configfile: "study.yaml"


module initatlas:
    snakefile:
        "{root}/workflow/Snakefile"
    config:
        config


use rule * from initatlas
"""


def test_the_catalog_finds_how_to_use_and_to_configure_it():
    """As its pages say: workflow/Snakefile, config/README.md, and its own file in YAML."""
    usage = yaml.safe_load((ROOT / ".snakemake-workflow-catalog.yml").read_text())["usage"]
    assert {"mandatory-flags", "software-stack-deployment"} <= set(usage)
    assert (ROOT / "workflow/Snakefile").is_file()
    described = (ROOT / "config/README.md").read_text()
    for section in load_yaml(ROOT / "config.yaml"):
        assert f"`{section}`" in described


def test_from_its_folder_it_is_the_same_workflow(empty):
    ours = empty.snakemake(SMOKE, "--dry-run").expect(0).jobs
    theirs = empty.snakemake(SMOKE, "--dry-run", "--snakefile", "workflow/Snakefile").expect(0).jobs
    assert theirs.pop("make_study") == 1
    assert theirs == ours


def test_another_workflow_can_use_it_as_a_module(empty, tmp_path):
    ours = empty.snakemake(SMOKE, "--dry-run").expect(0).jobs
    folder = tmp_path / "other"
    folder.mkdir()
    (folder / "Snakefile").write_text(MODULE.format(root=os.path.relpath(empty.folder, folder)))
    (folder / "study.yaml").write_text(empty.read(SMOKE))
    options = ("--dry-run", "--directory", str(folder), "--snakefile", str(folder / "Snakefile"))
    theirs = empty.snakemake(str(folder / "study.yaml"), *options).expect(0).jobs
    assert theirs.pop("make_study") == 1
    assert theirs == ours


@pytest.mark.parametrize("name", ["calibration", "full", "networks", "smoke"])
def test_each_study_that_comes_along_is_one(name):
    config = load_yaml(ROOT / f"workflow/studies/{name}.yaml")
    assert Study.from_config(config, source=name).name == name
