"""Copies of the repository in which real Snakemake runs; the finished one is computed once."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.workflow.project import ROOT, SMOKE, Project


@pytest.fixture(scope="session")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository's files, as a clone would have them."""
    folder = tmp_path_factory.mktemp("fresh")
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target, follow_symlinks=False)
    (folder / ".venv").symlink_to(sys.prefix)
    return folder


@pytest.fixture(scope="session")
def finished(fresh: Path, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A copy in which the smoke study has been computed. Not to be changed."""
    project = Project.copy_of(fresh, tmp_path_factory.mktemp("finished"))
    project.snakemake(SMOKE).expect(0)
    return project


@pytest.fixture
def project(finished: Project, tmp_path: Path) -> Project:
    """A copy of the finished one, to change."""
    return Project.copy_of(finished.folder, tmp_path)


@pytest.fixture
def empty(fresh: Path, tmp_path: Path) -> Project:
    """A copy in which nothing has been computed."""
    return Project.copy_of(fresh, tmp_path)
