"""Where results cannot be written, a run says why; later it is completed to the same bytes."""

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator

import pytest

from tests.workflow.project import SMOKE, Project, Result

RESULTS = "results/smoke"
TARGET = f"{RESULTS}/tables/layers.parquet"
OPTIONS = ("--workflow-profile", "workflow/profiles/default", "--", TARGET)
FULL = "size=900k"  # enough for some blocks, and not for all
AGAIN = ("--forcerun", "initialize_networks")  # whose outputs are there, and are to be replaced
# Root may write what it owns whatever the permissions, but for a process without these powers.
POWERS = "-dac_override,-dac_read_search"
WITHIN = ("setpriv", f"--inh-caps={POWERS}", f"--bounding-set={POWERS}") * (os.geteuid() == 0)
MOUNT = "is on a read-only file system; mount it for writing and run again"
ALLOW = re.compile(r"permission denied; allow it with (chmod .+) and run again")


def mount(*words: str) -> bool:
    return subprocess.run(["mount", *words], capture_output=True, check=False).returncode == 0


@pytest.fixture
def results(project: Project) -> Iterator[Callable[[str], None]]:
    """The project's results on a file system of their own, and what changes its options."""
    folder = project.folder / "results"
    kept = folder.rename(project.folder / "kept")
    folder.mkdir()
    if os.geteuid() != 0 or not mount("-t", "tmpfs", "-o", "size=100m", "tmpfs", str(folder)):
        pytest.skip("only root, where it may mount, can have a file system of its own")
    shutil.copytree(kept, folder, dirs_exist_ok=True)
    try:
        yield lambda options: mount("-o", f"remount,{options}", str(folder))
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def emptied(project: Project) -> None:
    """Remove all results but the data set."""
    for path in (project.folder / RESULTS).iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name != "dataset.arrow":
            path.unlink()


def completed(project: Project, finished: Project, *options: str) -> None:
    project.snakemake(SMOKE, "--rerun-incomplete", *options, *OPTIONS).expect(0)
    for pattern in ("initialization/**/*.arrow", "tables/layers.*"):
        assert project.files(f"{RESULTS}/{pattern}") == finished.files(f"{RESULTS}/{pattern}")
    assert not [path for path in project.folder.glob("results/**/.*") if path.is_file()]


def test_a_full_disk_is_named_and_the_run_goes_on_when_there_is_room(project, finished, results):
    emptied(project)
    assert results(FULL)
    refused = project.snakemake(SMOKE, *OPTIONS)
    assert refused.status != 0
    assert f"No space left on device; make room in {RESULTS}/" in refused.output
    assert not (project.folder / TARGET).exists()
    assert project.processes() == []
    assert results("size=100m")
    completed(project, finished)


def closed(refused: Result, what: str) -> None:
    """One error that names a file and what helps, and no trace of where it was raised."""
    assert refused.status != 0
    said = [line for line in refused.output.splitlines() if what in line]
    assert len(said) == 1, refused.output
    assert said[0].startswith(f"{RESULTS}/")
    assert "Traceback" not in refused.output


@pytest.mark.parametrize("there", [True, False], ids=["replaced", "made"])
def test_a_read_only_file_system_is_named_with_the_remedy_before_anything_is_computed(
    project, finished, results, there
):
    options = AGAIN if there else ()
    if not there:
        emptied(project)
    before = project.times(f"{RESULTS}/**/*")
    assert results("ro")
    closed(project.snakemake(SMOKE, *options, *OPTIONS), MOUNT)
    assert project.times(f"{RESULTS}/**/*") == before
    assert results("rw")
    completed(project, finished, *options)


bound = pytest.mark.skipif(
    os.geteuid() == 0 and shutil.which("setpriv") is None,
    reason="root may write everything, and there is no setpriv to take that from it",
)


@bound
@pytest.mark.parametrize("there", [True, False], ids=["replaced", "made"])
def test_results_that_may_not_be_written_are_named_with_the_command_that_allows_it(
    project, finished, there
):
    options = AGAIN if there else ()
    if not there:
        emptied(project)
    before = project.times(f"{RESULTS}/**/*")
    project.run("chmod", "-R", "a-w", RESULTS).expect(0)
    refused = project.snakemake(SMOKE, *options, *OPTIONS, within=WITHIN)
    closed(refused, "permission denied; ")
    assert project.times(f"{RESULTS}/**/*") == before
    project.run(*ALLOW.search(refused.output)[1].split()).expect(0)
    completed(project, finished, *options)


@bound
@pytest.mark.parametrize("there", [True, False], ids=["replaced", "made"])
def test_snakemakes_own_output_has_the_remedy_beside_it(project, there):
    if not there:
        emptied(project)
    project.run("chmod", "-R", "a-w", RESULTS).expect(0)
    options = AGAIN if there else ()
    refused = project.snakemake(SMOKE, *options, "--", TARGET, within=WITHIN)
    assert refused.status != 0
    told = [line for line in refused.output.splitlines() if ALLOW.search(line)]
    assert told, refused.output
    assert all(line.startswith(f"{RESULTS}/") for line in told)
    project.run(*ALLOW.search(told[0])[1].split()).expect(0)
    project.snakemake(SMOKE, "--rerun-incomplete", *options, "--", TARGET).expect(0)
