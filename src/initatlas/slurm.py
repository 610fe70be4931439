"""How does a study run on SLURM without losing a job? Jobs by the study's name, and patience.

Snakemake's plugin submits the jobs; in 2.8.0 it forgets them all when the controller does not
answer for a while, and then waits for ever. `guard` makes it keep them, and give up with an error
after `PATIENCE`. Its jobs are named after their study, so that those that a killed run left behind
are found and cancelled before the next one.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from initatlas.runs import FOLDER, RunError

PLUGIN = "snakemake_executor_plugin_slurm"
# For a Snakemake that submits nothing: its plugin asks the controller when it is imported, and
# where SLURM is installed without one it waits for 10 s.
WITHOUT = {"SLURM_CONF": os.devnull}
PATIENCE = 900.0  # seconds without an answer of the controller, or without word of a job
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
    if not _record(study).exists():
        return []
    if shutil.which("squeue") is None:
        raise SlurmError(_unanswered(study, "there is no squeue on this machine"))
    lines = _ask(study, "squeue", "--noheader", f"--user={os.getuid()}", "--format=%i|%j|%Z")
    jobs = [line.split("|", 2) for line in lines.splitlines()]
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
        _ask(study, "scancel", *jobs)
    deadline = time.monotonic() + CANCELLING
    while left := sorted(set(jobs) & set(left_behind(study))):
        if time.monotonic() > deadline:
            raise SlurmError(
                f"SLURM jobs of an earlier run of study '{study}' do not end: {', '.join(left)}; "
                "wait until squeue no longer lists them, and start again"
            )
        time.sleep(0.5)
    _record(study).unlink(missing_ok=True)


def guard(plugin: object, study: str) -> None:
    """Let the plugin's executor name jobs after the study, and be patient with the controller.

    The Snakemake of a job computes its blocks itself. As the plugin has it, each would be a step
    of SLURM's with a Snakemake and a torch of its own, which take four seconds to start; steps
    are for work that needs to be bound to several cores.

    `plugin` is the module, or None where Snakemake has not loaded it.
    """
    if plugin is None:
        return
    executor = plugin.Executor
    prepare, submit, check = executor.__post_init__, executor.run_job, executor.check_active_jobs
    command, shut_down = executor.format_job_exec, executor.shutdown
    word = Word()

    def named(self: object, *arguments: object, **options: object) -> None:
        self.workflow.executor_settings.jobname_prefix = job_name(study)
        prepare(self, *arguments, **options)

    def submitted(self: object, job: object) -> None:
        wait_for_controller()
        _record(study).parent.mkdir(parents=True, exist_ok=True)
        _record(study).touch()
        submit(self, job)

    def together(self: object, job: object) -> str:
        said = command(self, job)
        if job.is_group() or job.threads == 1:
            return said.replace(f" {self.additional_general_args()} ", " ")
        return said

    def ended(self: object) -> None:
        shut_down(self)
        _forget(study)

    plugin.query_job_status = word.listening(plugin.query_job_status)
    executor.__post_init__, executor.run_job = named, submitted
    executor.format_job_exec, executor.shutdown = together, ended
    executor.check_active_jobs = word.patient(check)


def wait_for_controller() -> None:
    """Return when the controller answers, or when it has not for so long that trying will tell."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            done = subprocess.run(["scontrol", "ping"], capture_output=True, timeout=ASKING)
        except (FileNotFoundError, subprocess.TimeoutExpired):
            return
        if done.returncode == 0:
            return
        time.sleep(2)


class Word:
    """What the controller was last heard to say, and since when there is no word of a job."""

    def __init__(self) -> None:
        self.answer: dict[str, str] | None = None
        self.silent: dict[str, float] = {}  # job → monotonic time

    def listening(self, ask: Callable) -> Callable:
        """The plugin's question, with the answer noted."""

        async def question(command: str, logger: object) -> tuple:
            found = await ask(command, logger)
            if found[0] is not None:
                self.answer = found[0]
            return found

        return question

    def patient(self, check: Callable) -> Callable:
        """The plugin's check of its jobs, which keeps those of which it heard nothing."""

        async def checked(executor: object, active: list) -> AsyncIterator:
            self.answer = None
            going_on = [job async for job in check(executor, active)]
            now = time.monotonic()
            for job in active if self.answer is None else going_on:
                heard = job.external_jobid in (self.answer or ())
                since = now if heard else self.silent.get(job.external_jobid, now)
                self.silent[job.external_jobid] = since
                if now - since < PATIENCE:
                    yield job
                else:
                    executor.report_job_error(job, msg=_lost(job.external_jobid, self.answer))

        return checked


def _lost(job: str, answer: dict | None) -> str:
    silence = "its controller has not answered" if answer is None else "SLURM has not listed it"
    return (
        f"SLURM job {job} is given up: {silence} for {PATIENCE / 60:.0f} minutes. When the "
        "controller is back, run the same command again: it cancels what the job has left behind."
    )


def _forget(study: str) -> None:
    """Remove the record of a run's jobs if none is left: the next run need not ask for them."""
    try:
        if not left_behind(study):
            _record(study).unlink(missing_ok=True)
    except SlurmError:  # then it will
        pass


def _record(study: str) -> Path:
    """What tells that jobs of the study were submitted and may still be there."""
    return FOLDER / f"{study}.slurm"


def _ask(study: str, *command: str) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=ASKING)
    except subprocess.TimeoutExpired:
        raise SlurmError(_unanswered(study, f"{command[0]} took {ASKING:.0f} s")) from None
    if done.returncode:
        raise SlurmError(_unanswered(study, done.stderr.strip()))
    return done.stdout


def _unanswered(study: str, why: str) -> str:
    return (
        f"jobs of an earlier run of study '{study}' may still be at work, and SLURM cannot be "
        f"asked ({why}); start again when it answers. If there is no such cluster any more, delete "
        f"{_record(study)}."
    )
