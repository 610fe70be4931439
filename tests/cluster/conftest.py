"""A real SLURM, and a small study that has been computed without it."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.cluster import slurm
from tests.cluster.greedy import FAULTS, FOR_GOOD
from tests.cluster.project import COSTS, STUDY, TARGETS, TIMES, begin, blocks
from tests.workflow.conftest import finished as finished  # a fixture, as is the next
from tests.workflow.conftest import fresh as fresh
from tests.workflow.project import ROOT, SMOKE, Project

MODULE = Path(__file__).with_name("greedy.py")  # of activations
REQUIRED = "INITATLAS_CLUSTER_TESTS"  # set to "required", nothing is skipped


@pytest.fixture(scope="session")
def cluster() -> Iterator[None]:
    """SLURM with one node, as long as these tests run."""
    if reason := slurm.missing():
        if os.environ.get(REQUIRED) == "required":
            pytest.fail(reason)
        pytest.skip(f"no SLURM to test on: {reason}")
    with slurm.cluster():
        yield


@pytest.fixture(scope="session")
def prepared(cluster: None, fresh: Path, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The repository's files, with a small study and a profile that waits less. Not to be run."""
    project = Project.copy_of(fresh, tmp_path_factory.mktemp("prepared"))
    config = yaml.safe_load((ROOT / SMOKE).read_text()) | {
        "study": "cluster",
        "activations": ["relu"],
        "initializers": ["he_normal"],
        "depths": [2],
        "seeds": {"count": 2, "per_block": 1},
        "spectra": None,
        "trainability": None,
        "trainability_map": None,
    }
    config["training"]["grid"] = {}
    (project.folder / STUDY).write_text(yaml.safe_dump(config))
    for slow, quick in TIMES.items():
        project.edit("workflow/profiles/slurm/config.yaml", slow, quick)
    return project


@pytest.fixture(scope="session")
def local(prepared: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A copy in which the study has been computed on this machine, without SLURM."""
    project = Project.copy_of(prepared.folder, tmp_path_factory.mktemp("local"))
    project.snakemake(STUDY, "--", *TARGETS).expect(0)
    return project


@pytest.fixture(scope="session")
def greedy(prepared, tmp_path_factory) -> Iterator[dict[str, tuple[Project, subprocess.Popen]]]:
    """Runs whose first attempts are killed; they wait most of the time, beside the other tests.

    Each has one job, of one or two ordinary blocks and of one that is the fault.
    """
    runs = {}
    for fault, others in {**dict.fromkeys(FAULTS, ()), FOR_GOOD: ("tanh",)}.items():
        project = Project.copy_of(prepared.folder, tmp_path_factory.mktemp(fault))
        shutil.copy(MODULE, project.folder)
        config = yaml.safe_load(project.read(STUDY)) | {
            "activations": ["relu", f"greedy:{fault.upper()}", *others],
            "seeds": {"count": 1, "per_block": 1},
            "training": None,
        }
        (project.folder / STUDY).write_text(yaml.safe_dump(config))
        project.edit(COSTS, "START_SECONDS = 60.0", "START_SECONDS = 0.0")
        runs[fault] = project, begin(project, *blocks("relu", fault, *others))
    yield runs
    for _, run in runs.values():
        run.kill()
        run.wait(timeout=60)
