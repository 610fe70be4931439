"""How does a study run on SLURM without losing a job? By patience, and by telling what happens.

Snakemake's plugin submits the jobs. In 2.8.0 it forgets them all when the controller does not
answer for a while, and those that it fails to submit, and then waits for ever. `Patient` keeps the
first, and gives up with an error after `PATIENCE`, and reports the second.
"""

import re
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import suppress
from pathlib import Path

from snakemake_interface_executor_plugins.executors.base import SubmittedJobInfo
from snakemake_interface_executor_plugins.registry import ExecutorPluginRegistry

from initatlas import slurm
from initatlas.slurm.queue import Queue

NAME = "slurm"  # of the plugin
PATIENCE = 900.0  # seconds without an answer of the controller, or without word of a job
UNWANTED = "it would not start as it is"
# What SLURM would say of the same job once more, or of one that asks for more.
FINAL = re.compile(
    rf"{UNWANTED}|node configuration is not available|time limit is invalid"
    r"|invalid (account|partition|qos)",
    re.IGNORECASE,
)


class Patient:
    """What stands before the plugin's executor, which does the work; a class of both is its own.

    `study` and `word` are attributes of that class.
    """

    study: str
    word: "Word"

    def __post_init__(self, *arguments: object, **options: object) -> None:
        """Name jobs after the study."""
        self.workflow.executor_settings.jobname_prefix = slurm.job_name(self.study)
        super().__post_init__(*arguments, **options)

    def run_job(self, job: object) -> None:
        """Submit a job when the controller is there, and report it if that cannot be.

        The plugin calls this in a thread to which nobody listens.
        """
        try:
            self.word.wait_for_controller()
            if not self.word.ended.is_set():
                _prepare(self.study, job)
                super().run_job(job)
        except Exception as error:
            # Of several blocks, the plugin fails to tell what it has caught.
            why = str(error.__context__ or error).rstrip(".")
            msg = f"The job could not be given to SLURM: {why}."
            self._report_job_error_threadsafe(SubmittedJobInfo(job), msg)

    def format_job_exec(self, job: object) -> str:
        """Let the Snakemake of a job compute its blocks itself.

        As the plugin has it, each would be a step of SLURM's with a Snakemake and a torch of its
        own, which take four seconds to start; steps are for work that needs to be bound to several
        cores.
        """
        said = super().format_job_exec(job)
        if job.is_group() or job.threads == 1:
            return said.replace(f" {self.additional_general_args()} ", " ")
        return said

    def check_active_jobs(self, active: list) -> AsyncIterator:
        """Keep jobs of which SLURM says nothing, for a while."""
        return self.word.patient(self, super().check_active_jobs, active)

    def report_job_error(self, job: object, msg: str | None = None, **details: object) -> None:
        """Tell why a job failed, which Snakemake does not of one of several blocks."""
        if msg:
            self.logger.error(_why(msg, job.job.resources))
        if FINAL.search(msg or ""):
            # The last one; not by the property, which would have resources computed anew.
            job.job._attempt = job.job.restart_times + 1
        super().report_job_error(job, msg=msg, **details)

    def cancel(self) -> None:
        """Cancel all jobs: those that SLURM has, and those that it has not been given yet."""
        self.word.ended.set()
        self._job_submission_executor.shutdown(cancel_futures=True)
        super().cancel()
        slurm.cancel(self.study)  # those that the plugin was looking at

    def shutdown(self) -> None:
        """Take the study from the record if no job of it is left."""
        super().shutdown()
        slurm.forget(self.study)


def guard(study: str) -> None:
    """Let Snakemake use a patient executor for SLURM, where it has loaded that plugin."""
    registered = ExecutorPluginRegistry().plugins.get(NAME)
    if registered is None or issubclass(registered.executor, Patient):
        return
    module, word = sys.modules[registered.executor.__module__], Word()
    module.query_job_status = word.listening(module.query_job_status)
    registered.executor = patient(registered.executor, study, word)


def patient(executor: type, study: str, word: "Word") -> type:
    """The plugin's executor, with patience."""
    return type("Executor", (Patient, executor), {"study": study, "word": word})


def _prepare(study: str, job: object) -> None:
    """Put a job on record; an old log would be taken for its own, should it never begin."""
    slurm.record(study).parent.mkdir(parents=True, exist_ok=True)
    slurm.record(study).touch()
    for log in job.log:
        Path(log).unlink(missing_ok=True)


class Word:
    """What the controller was last heard to say, and since when there is no word of a job."""

    def __init__(self) -> None:
        self.answer: dict[str, str] | None = None
        self.silent: dict[str, float] = {}  # job → monotonic time
        self.queue = Queue()
        self.away: float | None = None  # since when the controller does not answer who submits
        self.ended = threading.Event()

    def wait_for_controller(self) -> None:
        """Return when it answers, when it has not for so long that trying will tell, or at the end.

        Jobs are submitted by several threads, and wait for it together.
        """
        while not self.ended.is_set() and not _answers():
            self.away = self.away or time.monotonic()
            if time.monotonic() - self.away >= PATIENCE:
                return
            self.ended.wait(2)
        self.away = None

    def listening(self, ask: Callable) -> Callable:
        """The plugin's question, with the answer noted."""

        async def question(command: str, logger: object) -> tuple:
            found = await ask(command, logger)
            if found[0] is not None:
                self.answer = found[0]
            return found

        return question

    async def patient(self, executor: object, check: Callable, active: list) -> AsyncIterator:
        """What the plugin's check says of its jobs, and those of which it heard nothing."""
        self.answer = None
        going_on = [job async for job in check(active)]
        if self.answer is not None or not active:
            self.queue.look(going_on, self.answer or {}, executor.logger)
        now = time.monotonic()
        for job in active if self.answer is None else going_on:
            known = job.external_jobid
            refused = self.queue.refused.get(known)
            heard = known in (self.answer or ()) and not refused
            since = now if heard else self.silent.get(known, now)
            self.silent[known] = since
            if now - since < PATIENCE:
                yield job
            elif refused:
                executor.report_job_error(job, msg=_withdraw(known, refused))
            else:
                executor.report_job_error(job, msg=_lost(known, self.answer))


def _answers() -> bool:
    """Whether the controller does, or cannot be asked so."""
    try:
        done = subprocess.run(["scontrol", "ping"], capture_output=True, timeout=slurm.ASKING)
    except (OSError, subprocess.TimeoutExpired):
        return True
    return done.returncode == 0


def _lost(job: str, answer: dict | None) -> str:
    silence = "its controller has not answered" if answer is None else "SLURM has not listed it"
    return (
        f"SLURM job {job} is given up: {silence} for {PATIENCE / 60:.0f} minutes. When the "
        "controller is back, run the same command again: it cancels what the job has left behind."
    )


def _withdraw(job: str, reason: str) -> str:
    """Take a job that would wait for ever out of the queue."""
    with suppress(slurm.SlurmError):  # then the next run will
        slurm.ask("scancel", job)
    return (
        f"SLURM job {job} is given up: {UNWANTED} ({reason}). Give such jobs to another partition "
        "or account (workflow/profiles/slurm), or make the study's blocks smaller "
        "(seeds: per_block)."
    )


def _why(message: str, resources: Mapping) -> str:
    """What the plugin says of a job that failed, without the command, and what the job had."""
    said = message.partition("    sbatch call:")[0].partition(" Detailed failure reason")[0]
    asked = f"{resources.get('mem_mb')} MB and {resources.get('runtime')} minutes"
    return f"{' '.join(said.split())} The job asked for {asked}."
