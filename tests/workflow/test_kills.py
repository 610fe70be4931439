"""Killed at whatever moment, a run is completed to the same bytes by the same command."""

import os
import random
import signal
import subprocess
import time

import pytest

from tests.workflow.project import LIMIT, MAKE, SMOKE, Project, wait_for

DONE = "results/smoke/benchmarks/**/*.tsv"  # each job leaves one at its end
SPREAD = 3  # moments of a victim: one in each third of the run
LAST = 6  # jobs that the latest moment leaves, so that it comes before the end of the run
PAUSE = 0.3  # seconds at most between the end of a job and the moment


@pytest.mark.parametrize("third", range(SPREAD))
@pytest.mark.parametrize("whom", ["main", "all", "job"])
def test_a_run_killed_at_a_random_moment_is_completed_to_the_same_bytes(
    empty, finished, whom, third
):
    draw = random.Random(f"{whom} {third}")
    jobs = len(finished.times(DONE)) - LAST
    before, pause = int(jobs * (third + draw.random()) / SPREAD), draw.uniform(0, PAUSE)
    run = start(empty)
    try:
        wait_for(lambda: len(empty.times(DONE)) >= before, f"the end of {before} jobs")
        time.sleep(pause)
        kill(empty, run, whom, draw)
        assert run.wait(timeout=LIMIT / 2) != 0
    finally:
        end(run)
    wait_for(lambda: not empty.processes(), "the end of all processes")
    assert not (empty.folder / "results/smoke/manifest.json").exists()
    completed(empty, finished)


def test_a_run_killed_again_and_again_is_completed_to_the_same_bytes(empty, finished):
    draw = random.Random("again and again")
    for _ in range(SPREAD):
        run = start(empty)
        time.sleep(draw.uniform(0, 5))
        end(run)
        wait_for(lambda: not empty.processes(), "the end of all processes")
    completed(empty, finished)
    assert empty.snakemake(SMOKE).expect(0).jobs == {}


def start(project: Project) -> subprocess.Popen:
    return subprocess.Popen(
        MAKE,
        cwd=project.folder,
        env=project.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        process_group=0,
    )


def end(run: subprocess.Popen) -> None:
    """Kill all that is left of a run."""
    try:
        os.killpg(run.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    run.wait(timeout=60)


def kill(project: Project, run: subprocess.Popen, whom: str, draw: random.Random) -> None:
    if whom == "all":
        os.killpg(run.pid, signal.SIGKILL)
        return
    find = snakemakes if whom == "main" else jobs_at_work
    victim = draw.choice(wait_for(lambda: find(project), "a process to kill"))
    os.kill(victim, signal.SIGKILL)


def snakemakes(project: Project) -> list[int]:
    """The process of Snakemake itself."""
    found = [line.split() for line in project.processes() if " --cores " in line]
    return [int(pid) for pid, *words in found if ".venv/bin/snakemake" in words]


def jobs_at_work(project: Project) -> list[int]:
    """What Snakemake started for its jobs, and what computes them: forks of the warm parent."""
    lines = [line.partition(" ") for line in project.processes()]
    parents = {int(pid) for pid, _, command in lines if "warm/server.py" in command}
    clients = {int(pid) for pid, _, command in lines if "warm/client.py" in command}
    return sorted(clients | {pid for pid in parents if parent_of(pid) in parents})


def parent_of(pid: int) -> int:
    try:
        with open(f"/proc/{pid}/stat") as status:
            return int(status.read().rpartition(")")[2].split()[1])
    except (FileNotFoundError, ProcessLookupError):  # it has ended
        return 0


def completed(project: Project, finished: Project) -> None:
    """The same command again ends well, with all that a run without disturbance leaves."""
    resumed = project.run(*MAKE).expect(0)
    assert resumed.output.splitlines()[-1] == "results/smoke/report.html"
    assert project.processes() == []
    # A job that was about to end may have been killed too late not to: its result is there, and
    # nobody measured what it took.
    assert {n for n in project.differs(finished, "smoke") if "/benchmarks/" not in n} == set()
    assert not [path for path in project.folder.glob("results/**/.*") if path.is_file()]
