"""A damaged file is one clear error that names it and the remedy, and never part of a result."""

import os
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.ipc

from initatlas.datasets.mnist import MNIST
from tests.workflow.project import MAKE, SMOKE, Project

RESULTS = "results/smoke"
CELL = "architecture=mlp/initializer=he_normal/activation=relu/depth=6/seeds=0-1.arrow"
REMEDY = "delete it and run again"
DAY = 86_400.0  # seconds
RESULT_FILES = ("initialization/**/*.arrow", "training/**/*.arrow", "spectra/**/*.arrow")


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-64])


def empty_file(path: Path) -> None:
    path.write_bytes(b"")


def foreign(path: Path) -> None:
    table = pa.table({"layer": [1, 2], "q": [0.5, 0.25]})
    with pa.ipc.new_file(path, table.schema) as writer:
        writer.write_table(table)


def poison(path: Path) -> None:
    """Other bytes in its middle, of the same size."""
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 8] = bytes(255 - byte for byte in content[middle : middle + 8])
    path.write_bytes(content)


DAMAGES = {
    f"{RESULTS}/initialization/{CELL}": truncate,
    f"{RESULTS}/initialization/{CELL.replace('relu', 'tanh')}": foreign,
    f"{RESULTS}/training/{CELL}": empty_file,
    f"{RESULTS}/tables/correlation_map.parquet": poison,
}


def test_torn_empty_foreign_and_poisoned_files_are_named_and_made_anew(project, finished):
    later = time.time() + 5
    for name, damage in DAMAGES.items():
        path = project.folder / name
        damage(path)
        os.utime(path, (later, later))  # after the tables that were made of them
    targets = [f"{RESULTS}/tables/{name}.parquet" for name in ("layers", "traces")]
    targets += [f"{RESULTS}/figures/correlation_maps.json"]
    options = ("--workflow-profile", "workflow/profiles/default", "--", *targets)
    refused = project.snakemake(SMOKE, *options).expect(1).output
    first, second, third, fourth = DAMAGES
    # The first damaged block ends its table's job, so the second is named in the run after.
    for name in (first, third, fourth):
        assert f"{name}: not a sound" in refused or f"{name}: cannot be read" in refused, refused
    assert refused.count(REMEDY) == 3
    for name in (first, third, fourth):
        (project.folder / name).unlink()
    refused = project.snakemake(SMOKE, *options).expect(1).output
    assert f"{second}: " in refused
    assert REMEDY in refused
    (project.folder / second).unlink()
    project.snakemake(SMOKE, *options).expect(0)
    same(
        project, finished, *RESULT_FILES, "tables/layers.*", "tables/traces.*", "tables/outcomes.*"
    )


def same(project: Project, finished: Project, *patterns: str) -> None:
    for pattern in patterns:
        assert project.files(f"{RESULTS}/{pattern}") == finished.files(f"{RESULTS}/{pattern}")


def test_clocks_that_disagree_change_nothing(project, finished):
    """Of another machine's files some are from tomorrow, and some older than what they need."""
    tomorrow, long_ago = time.time() + DAY, 315_532_800.0  # 1980
    for name in project.files(f"{RESULTS}/initialization/**/*relu/**/*.arrow"):
        os.utime(project.folder / name, (tomorrow, tomorrow))
    for name in project.files(f"{RESULTS}/tables/*.parquet"):
        os.utime(project.folder / name, (long_ago, long_ago))
    result = project.snakemake(SMOKE, "--", f"{RESULTS}/tables/layers.parquet").expect(0)
    assert not {"initialize_networks", "train_networks", "prepare_dataset"} & set(result.jobs)
    same(project, finished, *RESULT_FILES, "tables/layers.*")


def test_a_download_that_was_cut_short_is_refused_before_any_job(empty):
    name = next(iter(MNIST.files))
    path = empty.folder / ".cache/datasets" / name
    path.parent.mkdir(parents=True)
    path.write_bytes(b"<html>not found</html>")
    empty.edit(SMOKE, "dataset: digits", "dataset: mnist")
    refused = empty.snakemake(SMOKE).expect(1)
    assert f"{name}: is not the file that mnist consists of" in refused.output
    assert "delete .cache/datasets/" in refused.output
    assert "Traceback" not in refused.output
    assert empty.times("results/*/*") == {}


def test_locks_of_a_run_that_is_no_more_are_released(project):
    locks = project.folder / ".snakemake/locks"
    locks.mkdir(parents=True, exist_ok=True)
    (locks / "0.output.lock").write_text(f"{project.folder / RESULTS}/report.html\n")
    (project.folder / ".cache/runs").mkdir(parents=True, exist_ok=True)
    (project.folder / ".cache/runs/smoke.lock").write_text("4194304")  # no such process
    torn = project.folder / RESULTS / "tables/.layers.parquet.abcdefgh"
    torn.write_bytes(b"half")
    said = project.run(*MAKE).expect(0).output
    assert said.splitlines()[-1] == f"{RESULTS}/report.html"
    assert project.times(".snakemake/locks/*") == {}
    assert not torn.exists()
