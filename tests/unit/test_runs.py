"""Claims about a study's lock: one run at a time, and none that outlives its process."""

import errno
import inspect
import os
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from snakemake.scheduling.job_scheduler import JobScheduler

from initatlas import cli, runs

SMOKE = Path(__file__).parents[2] / "workflow/studies/smoke.yaml"
HOLD = "from initatlas import runs; x = runs.hold('atlas'); print('held', flush=True); input()"


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_a_study_is_held_once_and_others_are_free():
    with runs.hold("atlas"):
        assert runs.at_work() == ["atlas"]
        with pytest.raises(
            runs.StudyBusyError, match=rf"study 'atlas' .* \(process {os.getpid()}\)"
        ):
            runs.hold("atlas")
        with runs.hold("smoke"):
            assert runs.at_work() == ["atlas", "smoke"]
    assert runs.at_work() == []
    runs.hold("atlas").close()


def test_a_killed_run_holds_nothing():
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with holder:
        assert holder.stdout.readline() == "held\n"
        assert runs.at_work() == ["atlas"]
        holder.send_signal(signal.SIGKILL)
    assert runs.at_work() == []


def test_only_half_written_files_are_swept(tmp_path):
    kept = {"a/seeds=0-7.arrow", "a/.keep", "b/.hidden.arrow", "report.html"}
    torn = {"a/.seeds=0-7.arrow.x1_y2abc", "b/.layers.parquet.abcdefgh"}
    for name in kept | torn:
        path = tmp_path / "results" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    swept = runs.sweep(tmp_path / "results")
    assert {str(path.relative_to(tmp_path / "results")) for path in swept} == torn
    left = {
        str(p.relative_to(tmp_path / "results"))
        for p in (tmp_path / "results").rglob("*")
        if p.is_file()
    }
    assert left == kept


def test_half_written_files_that_cannot_be_removed_are_named_with_what_helps(monkeypatch, capsys):
    left = Path("results/smoke/tables/.layers.parquet.abcd1234")
    left.parent.mkdir(parents=True)
    left.touch()

    unlink = Path.unlink

    def refuse(path: Path, missing_ok: bool) -> None:
        if path == left:
            raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(path))
        unlink(path, missing_ok=missing_ok)

    monkeypatch.setattr(Path, "unlink", refuse)
    assert cli.main(["unlock", "--study", str(SMOKE)]) == 1
    assert capsys.readouterr().err == (
        f"{left}: cannot be removed (Read-only file system); "
        "let results/smoke be written to and run again\n"
    )


@pytest.mark.parametrize(("blocks", "goes_on"), [(0, False), (1, False), (2, True)])
def test_whoever_computes_the_blocks_of_a_clusters_job_goes_on_when_one_fails(blocks, goes_on):
    ran = []

    class Executor:
        workflow = SimpleNamespace(
            dag_settings=SimpleNamespace(target_jobs=range(blocks)),
            scheduler=SimpleNamespace(keepgoing=False),
        )

        def run_job(self, job):
            ran.append((job, self.workflow.scheduler.keepgoing))

    runs.finish_groups(Executor)
    Executor().run_job("first")
    assert ran == [("first", goes_on)]


def test_snakemakes_scheduler_has_what_is_set():
    assert "self.keepgoing" in inspect.getsource(JobScheduler.schedule)
