"""A setting that is changed, and later changed back, finds the numbers that it had."""

import sys

from tests.workflow.project import SMOKE, Project, Result

RESULTS = "results/smoke"
BLOCKS = f"{RESULTS}/training/**/*.arrow"
LOGS = f"{RESULTS}/logs/train_networks/**/*.log"
KEPT = ".cache/results/smoke/*"


def stale(project: Project, *options: str) -> Result:
    command = (sys.executable, "-m", "initatlas", "stale", "--study", SMOKE)
    return project.run(*command, *options).expect(0)


def test_nothing_is_computed_again_and_what_is_kept_of_other_settings_can_be_deleted(project):
    blocks, logs, tables = (project.files(p) for p in (BLOCKS, LOGS, f"{RESULTS}/tables/traces.*"))
    kept = set(project.times(KEPT))
    assert stale(project).output.startswith("0 files")
    project.edit(SMOKE, "records: 6\n", "records: 5\n")
    project.snakemake(SMOKE).expect(0)
    assert not set(project.files(BLOCKS).values()) & set(blocks.values())
    other = {*project.times(KEPT)} - kept
    assert len(other) == 2 * len(blocks)

    project.edit(SMOKE, "records: 5\n", "records: 6\n")
    assert project.snakemake(SMOKE).expect(0).jobs["train_networks"] == len(blocks)
    assert project.files(BLOCKS) == blocks
    assert project.files(f"{RESULTS}/tables/traces.*") == tables
    assert project.files(LOGS) == logs  # seconds of the first time, to the millisecond
    assert project.snakemake(SMOKE).expect(0).jobs == {}

    assert set(stale(project).output.splitlines()[:-1]) == other
    stale(project, "--remove")
    assert set(project.times(KEPT)) == kept


def test_a_block_that_was_altered_in_its_place_is_not_taken_for_a_kept_one(project, finished):
    """Both names are of one file: what is kept is as wrong, and is seen to be."""
    name = min(project.times(BLOCKS))
    with (project.folder / name).open("r+b") as file:
        file.write(b"\0" * 100)
    (project.folder / name).unlink()
    project.snakemake(SMOKE).expect(0)
    assert project.files(BLOCKS) == finished.files(BLOCKS)
