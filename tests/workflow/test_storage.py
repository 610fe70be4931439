"""Where results cannot be written, a run says why; later it is completed to the same bytes."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator

import pytest

from tests.workflow.project import SMOKE, Project

RESULTS = "results/smoke"
TARGET = f"{RESULTS}/tables/layers.parquet"
OPTIONS = ("--workflow-profile", "workflow/profiles/default", "--", TARGET)
FULL = "size=900k"  # enough for some blocks, and not for all


def mount(*words: str) -> bool:
    return subprocess.run(["mount", *words], capture_output=True, check=False).returncode == 0


@pytest.fixture
def results(project: Project) -> Iterator[Callable[[str], None]]:
    """The project's results, emptied but for the data set, on a file system that can be small."""
    folder = project.folder / "results"
    kept = (folder / "smoke/dataset.arrow").read_bytes()
    times = os.stat(folder / "smoke/dataset.arrow")
    shutil.rmtree(folder)
    folder.mkdir()
    if os.geteuid() != 0 or not mount("-t", "tmpfs", "-o", "size=100m", "tmpfs", str(folder)):
        pytest.skip("only root, where it may mount, can have a file system of its own")
    (folder / "smoke").mkdir()
    (folder / "smoke/dataset.arrow").write_bytes(kept)
    os.utime(folder / "smoke/dataset.arrow", ns=(times.st_atime_ns, times.st_mtime_ns))
    try:
        yield lambda options: mount("-o", f"remount,{options}", str(folder))
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def completed(project: Project, finished: Project) -> None:
    project.snakemake(SMOKE, "--rerun-incomplete", *OPTIONS).expect(0)
    for pattern in ("initialization/**/*.arrow", "tables/layers.*"):
        assert project.files(f"{RESULTS}/{pattern}") == finished.files(f"{RESULTS}/{pattern}")
    assert not [path for path in project.folder.glob("results/**/.*") if path.is_file()]


def test_a_full_disk_is_named_and_the_run_goes_on_when_there_is_room(project, finished, results):
    assert results(FULL)
    refused = project.snakemake(SMOKE, *OPTIONS)
    assert refused.status != 0
    assert "No space left on device" in refused.output
    assert not (project.folder / TARGET).exists()
    assert project.processes() == []
    assert results("size=100m")
    completed(project, finished)


def test_results_that_cannot_be_written_are_named_before_anything_is_computed(
    project, finished, results
):
    assert results("ro")
    refused = project.snakemake(SMOKE, *OPTIONS)
    assert refused.status != 0
    assert "Read-only file system: 'results/smoke" in refused.output
    assert project.times(f"{RESULTS}/initialization/**/*.arrow") == {}
    assert results("rw")
    completed(project, finished)
