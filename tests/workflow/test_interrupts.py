"""Interrupted, or with a job killed, a run ends in order; the next one makes the same bytes."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.workflow.project import LIMIT, SMOKE, Project, wait_for

RESULTS = "results/smoke"
TARGET = f"{RESULTS}/tables/traces.parquet"
BLOCKS = f"{RESULTS}/training/**/*.arrow"
# A shell's child in the background would ignore SIGINT, and hand that on to Snakemake.
PROGRAM = (
    "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); "
    "from snakemake.cli import main; sys.argv[0] = 'snakemake'; main()"
)
OPTIONS = ("--cores", "2", "--configfile", SMOKE)
OPTIONS += ("--workflow-profile", "workflow/profiles/default", "--", TARGET)


@pytest.mark.parametrize("how", ["interrupt", "interrupt twice", "kill a job"])
def test_what_was_cut_off_is_completed_to_the_same_bytes(project, finished, how):
    shutil.rmtree(project.folder / RESULTS / "training")
    shutil.rmtree(project.folder / ".cache/results")  # or jobs would take them from there
    (project.folder / TARGET).unlink()
    run = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *OPTIONS],
        cwd=project.folder,
        env=project.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        process_group=0,
    )
    try:
        wait_for(lambda: len(project.times(BLOCKS)) >= 2, "the second block")
        disturb(project, run, how)
        said, _ = run.communicate(timeout=LIMIT / 2)
    finally:
        run.kill()
    assert run.returncode != 0, said
    wait_for(lambda: not project.processes(), "the end of all processes")
    assert not (project.folder / TARGET).exists()
    if how == "kill a job":
        assert "signal 9 ended the job" in said
        assert len(project.times(BLOCKS)) == 15  # one failed, and the others went on
    project.run(sys.executable, "-m", "snakemake", *OPTIONS).expect(0)
    for pattern in ("training/**/*.arrow", "tables/traces.*"):
        assert project.files(f"{RESULTS}/{pattern}") == finished.files(f"{RESULTS}/{pattern}")
    assert not [path for path in project.folder.glob("results/**/.*") if path.is_file()]


def disturb(project: Project, run: subprocess.Popen, how: str) -> None:
    """As Ctrl-C in a terminal does, to the whole group; or one job, as for want of memory."""
    if how == "kill a job":
        os.kill(wait_for(lambda: stopped(project), "a job at work"), signal.SIGKILL)
        return
    os.killpg(run.pid, signal.SIGINT)
    if how == "interrupt twice":
        time.sleep(0.3)
        os.killpg(run.pid, signal.SIGINT)


def stopped(project: Project) -> int:
    """A job's process that can no longer end by itself before it is killed."""
    if pid := forked(project):
        with contextlib.suppress(ProcessLookupError, FileNotFoundError):
            os.kill(pid, signal.SIGSTOP)
            wait_for(lambda: state(pid) in "TZ", "its stop")
            return pid if state(pid) == "T" else 0
    return 0


def state(pid: int) -> str:
    """One letter: T if it is stopped, Z if it has ended."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def forked(project: Project) -> int:
    """A process that was forked from the warm parent, for a job."""
    parents = [line.split()[0] for line in project.processes() if "warm/server.py" in line]
    for pid in parents:
        with open(f"/proc/{pid}/stat") as status:
            if status.read().rpartition(")")[2].split()[1] in parents:
                return int(pid)
    return 0
