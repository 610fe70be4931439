"""Which of SLURM's jobs are a study's? They are named after it, and found after a run was killed.

What a killed run left behind is cancelled before the next one: it would compute the same again.
`plugin.py` makes Snakemake's plugin submit them so, and wait for them with patience.
"""

import hashlib
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from initatlas.runs import FOLDER, RunError

# For a Snakemake that submits nothing: its plugin asks the controller when it is imported, and
# where SLURM is installed without one it waits for 10 s.
WITHOUT = {"SLURM_CONF": os.devnull}
CANCELLING = 120.0  # seconds that cancelled jobs have to end: SLURM's KillWait is 30
ASKING = 60.0  # seconds that a client of SLURM may take
UNSAFE = re.compile(r"[^A-Za-z0-9_-]")
LONGEST = 40  # characters of a study's name in that of a job; the plugin takes 50


class SlurmError(RunError):
    """SLURM does not answer, or does not do what it was asked."""


def job_name(study: str) -> str:
    """How the names of a study's jobs begin; another study's begin otherwise."""
    short = UNSAFE.sub("-", study)[:LONGEST]
    return short if short == study else f"{short}-{hashlib.sha256(study.encode()).hexdigest()[:8]}"


def left_behind(study: str) -> list[str]:
    """Ids of the study's jobs, of runs in this folder, that wait or are at work.

    Raises:
        SlurmError: jobs were submitted from here, and the controller does not answer.
    """
    if not record(study).exists():
        return []
    with _of_earlier_run(study):
        jobs = listed("%i|%j|%Z")
    here, begin = Path.cwd().resolve(), f"{job_name(study)}_"
    return [i for i, name, folder in jobs if name.startswith(begin) and Path(folder) == here]


def cancel_left_behind(study: str) -> None:
    """End the jobs of a killed run, and wait for it: their results would be taken for half-done.

    Raises:
        SlurmError: they have not ended in time, or the controller does not answer.
    """
    jobs = left_behind(study)
    if jobs:
        sys.stderr.write(f"cancelling SLURM jobs of an earlier run: {', '.join(jobs)}\n")
        with _of_earlier_run(study):
            ask("scancel", *jobs)
    deadline = time.monotonic() + CANCELLING
    while left := sorted(set(jobs) & set(left_behind(study))):
        if time.monotonic() > deadline:
            raise SlurmError(
                f"SLURM jobs of an earlier run of study '{study}' do not end: {', '.join(left)}; "
                "wait until squeue no longer lists them, and start again"
            )
        time.sleep(0.5)
    record(study).unlink(missing_ok=True)


def cancel(study: str) -> None:
    """Cancel the jobs that are left of a run that ends; if SLURM is silent, the next one will."""
    with suppress(SlurmError):
        if jobs := left_behind(study):
            ask("scancel", *jobs)


def forget(study: str) -> None:
    """Remove the record of a run's jobs if none is left: the next run need not ask for them."""
    with suppress(SlurmError):  # then it will
        if not left_behind(study):
            record(study).unlink(missing_ok=True)


def record(study: str) -> Path:
    """What tells that jobs of the study were submitted and may still be there."""
    return FOLDER / f"{study}.slurm"


def ask(*command: str) -> str:
    """What a client of SLURM answers.

    Raises:
        SlurmError: it does not.
    """
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=ASKING)
    except FileNotFoundError:
        raise SlurmError(f"there is no {command[0]} on this machine") from None
    except OSError as error:
        raise SlurmError(f"{command[0]}: {error.strerror}") from None
    except subprocess.TimeoutExpired:
        raise SlurmError(f"{command[0]} took {ASKING:.0f} s") from None
    if done.returncode:
        raise SlurmError(done.stderr.strip())
    return done.stdout


def listed(columns: str, *options: str) -> list[list[str]]:
    """Three columns of squeue for each of the user's jobs; what a site adds is passed over.

    Raises:
        SlurmError: the controller does not answer.
    """
    said = ask("squeue", "--noheader", f"--user={os.getuid()}", *options, f"--format={columns}")
    return [line.split("|", 2) for line in said.splitlines() if line.count("|") >= 2]


@contextmanager
def _of_earlier_run(study: str) -> Iterator[None]:
    """What is asked here is asked of jobs that an earlier run has left."""
    try:
        yield
    except SlurmError as why:
        raise SlurmError(
            f"jobs of an earlier run of study '{study}' may still be at work, and SLURM cannot be "
            f"asked ({why}); start again when it answers. If there is no such cluster any more, "
            f"delete {record(study)}."
        ) from None
