"""Where SLURM is installed, a run on this machine does not wait for its controller."""

import os

import pytest

from tests.workflow.project import SMOKE, Project

MAKE = ("make", "--no-print-directory", "--old-file=.venv/.stamp")
CLIENT = '#!/bin/sh\necho "${SLURM_CONF-its own}" >> asked.txt\nexit 1\n'


@pytest.fixture
def asked(empty: Project) -> Project:
    """A project beside clients of SLURM that note by which configuration they are asked."""
    folder = empty.folder / "bin"
    folder.mkdir()
    for name in ("sinfo", "squeue", "scontrol"):
        (folder / name).write_text(CLIENT)
        (folder / name).chmod(0o755)
    return empty


def explain(project: Project, profile: str) -> set[str]:
    path = f"PATH={project.folder}/bin:{os.environ['PATH']}"
    words = ("explain", f"STUDY={SMOKE}", "CORES=1", f"PROFILE={profile}")
    project.run("env", "--unset=SLURM_CONF", path, *MAKE, *words).expect(0)
    return set(project.read("asked.txt").splitlines())


def test_its_plugin_is_told_that_there_is_none_and_asks_nobody(asked):
    assert explain(asked, "default") == {os.devnull}


def test_with_its_profile_the_clusters_own_configuration_counts(asked):
    assert explain(asked, "slurm") == {"its own"}
