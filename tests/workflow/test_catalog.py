"""The workflow is where the Snakemake workflow catalog looks for it, and is the same from there."""

import os
import shutil
import sys
from pathlib import Path

import pytest
import yaml

from initatlas import slurm
from initatlas.study import Study, load_yaml
from tests.workflow.project import ROOT, SMOKE, Project

MODULE = """
configfile: "study.yaml"


module initatlas:
    snakefile:
        "{root}/workflow/Snakefile"
    config:
        config


use rule * from initatlas
"""

DEPLOYED = """
from snakemake.utils import min_version


min_version("6.10.0")


configfile: "config/config.yaml"


module initatlas:
    snakefile:
        github("nobody/initatlas", path="workflow/Snakefile", tag="v1")
    config:
        config


use rule * from initatlas
"""
PUBLISHED = ("CITATION.cff", "Snakefile", "config", "config.yaml", "workflow")


def publish(project: Project, folder: Path) -> dict[str, str]:
    """Put the workflow under a tag where git, with these variables, will look for GitHub."""
    there = folder / "nobody/initatlas"
    there.parent.mkdir(parents=True)
    git = ("git", "-c", "user.name=nobody", "-c", "user.email=nobody@example.org")
    project.run(*git, "init", "--quiet").expect(0)
    project.run(*git, "add", *PUBLISHED).expect(0)
    project.run(*git, "commit", "--quiet", "--message=v1").expect(0)
    project.run(*git, "tag", "v1").expect(0)
    project.run(*git, "clone", "--quiet", "--bare", ".", str(there)).expect(0)
    return {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"url.{folder}/.insteadOf",
        "GIT_CONFIG_VALUE_0": "https://github.com/",
        "XDG_CACHE_HOME": str(folder / "cache"),
    }


def deploy(project: Project, folder: Path) -> None:
    """What `snakedeploy deploy-workflow` leaves: a module of the workflow, a copy of config/."""
    (folder / "workflow").mkdir(parents=True)
    (folder / "workflow/Snakefile").write_text(DEPLOYED)
    shutil.copytree(project.folder / "config", folder / "config")


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


def test_what_snakedeploy_deploys_plans_the_default_study(empty, tmp_path):
    ours = empty.snakemake("config.yaml", "--dry-run").expect(0).jobs
    folder = tmp_path / "deployed"
    deploy(empty, folder)
    assert not (folder / "config/config.yaml").is_symlink()
    variables = publish(empty, tmp_path / "github") | slurm.WITHOUT
    given = [f"{name}={value}" for name, value in variables.items()]
    command = (sys.executable, "-m", "snakemake", "--cores", "2", "--dry-run")
    theirs = empty.run("env", f"--chdir={folder}", *given, *command).expect(0).jobs
    assert theirs.pop("make_study") == 1
    assert theirs == ours


@pytest.mark.parametrize("name", ["calibration", "full", "networks", "smoke"])
def test_each_study_that_comes_along_is_one(name):
    config = load_yaml(ROOT / f"workflow/studies/{name}.yaml")
    assert Study.from_config(config, source=name).name == name
