"""Names may hold what a shell or Snakemake would take for its own: all of it stays a name."""

import shutil
from pathlib import Path

import pytest
import yaml

from initatlas import slurm
from tests.workflow.project import ROOT, SMOKE, Project

HOSTILE = 'it\'s $(touch pwned); `touch pwned` & "{x}" #'  # {n} is a name of Snakemake's locks
MAKE = ("make", "--no-print-directory", "--old-file=.venv/.stamp")
PROFILE = "workflow/profiles/default"
# The only words of a study that are free: the options of somebody's own data set. All other names
# are of letters, digits and _, or of identifiers.
OWN = f"""
from initatlas.datasets import DATASETS
from initatlas.datasets.base import Dataset
from initatlas.quantities import Quantity

POINTS = Dataset(
    name="points",
    load=lambda options, cache, rng: DATASETS["digits"].load({{}}, cache, rng),
    source="me",
    options={{{HOSTILE!r}: Quantity(meaning="nothing", low=0)}},
)
"""


@pytest.fixture
def hostile(fresh: Path, tmp_path: Path) -> Project:
    """The repository in a folder of such a name, with a small study in another one."""
    return with_study(fresh, tmp_path / HOSTILE, f"{HOSTILE}/{HOSTILE}.yaml")


def with_study(fresh: Path, parent: Path, study: str) -> Project:
    """A copy of the repository in a new folder, and in it a study that takes seconds."""
    parent.mkdir()
    project = Project.copy_of(fresh, parent)
    sections = ("spectra", "training", "trainability", "trainability_map", "phase_plane")
    config = yaml.safe_load((ROOT / SMOKE).read_text()) | dict.fromkeys(sections)
    config |= {"dataset": {"own:POINTS": {HOSTILE: 1}}, "activations": ["relu"], "depths": [2]}
    config["initializers"] = ["he_normal"]
    (project.folder / "own.py").write_text(OWN)
    path = project.folder / study
    path.parent.mkdir(exist_ok=True)
    path.write_text(yaml.safe_dump(config))
    return project


def touched(folder: Path) -> list[Path]:
    """What a name has made that was taken for a command."""
    return [path for path in folder.rglob("*") if path.name.startswith("pwned")]


def test_such_names_of_folders_files_and_options_change_no_number(hostile, fresh, tmp_path):
    profile = HOSTILE.replace(" ", "_")  # make takes words apart at blanks
    shutil.copytree(hostile.folder / PROFILE, hostile.folder / profile)
    given = (f"STUDY={HOSTILE}/{HOSTILE}.yaml", f"PROFILE={profile}", "CORES=2")
    quick = (f"{name}={value}" for name, value in slurm.WITHOUT.items())
    said = hostile.run("env", *quick, *MAKE, "reproduce", *given).expect(0).output
    assert said.splitlines()[-1].endswith("results/smoke/report.html")
    assert touched(tmp_path) == []
    plain = with_study(fresh, tmp_path / "plain", "study.yaml")
    plain.snakemake("study.yaml", "--", "results/smoke/tables/layers.parquet").expect(0)
    for pattern in ("tables/layers.*", "initialization/**/*.arrow"):
        files = hostile.files(f"results/smoke/{pattern}")
        assert files == plain.files(f"results/smoke/{pattern}")


@pytest.mark.parametrize("target", ["reproduce", "explain", "cost", "verify", "clean-stale"])
def test_each_target_takes_the_study_by_such_a_name(hostile, tmp_path, target):
    said = hostile.run(*MAKE, target, f"STUDY={HOSTILE}/absent.yaml").output
    assert f"{HOSTILE}/absent.yaml" in said
    assert touched(tmp_path) == []
