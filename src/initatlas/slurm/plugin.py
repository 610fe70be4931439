"""How does a study run on SLURM without losing a job? By patience, and by telling what happens.

Snakemake's plugin submits the jobs; in 2.8.0 it forgets them all when the controller does not
answer for a while, and then waits for ever. `guard` makes it keep them, and give up with an error
after `PATIENCE`.
"""

import subprocess
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import suppress

from initatlas import slurm
from initatlas.slurm.queue import Queue

PLUGIN = "snakemake_executor_plugin_slurm"
PATIENCE = 900.0  # seconds without an answer of the controller, or without word of a job


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
    prepare, submit, command = executor.__post_init__, executor.run_job, executor.format_job_exec
    check, report = executor.check_active_jobs, executor.report_job_error
    shut_down = executor.shutdown
    word = Word()

    def named(self: object, *arguments: object, **options: object) -> None:
        self.workflow.executor_settings.jobname_prefix = slurm.job_name(study)
        prepare(self, *arguments, **options)

    def submitted(self: object, job: object) -> None:
        wait_for_controller()
        slurm.record(study).parent.mkdir(parents=True, exist_ok=True)
        slurm.record(study).touch()
        submit(self, job)

    def together(self: object, job: object) -> str:
        said = command(self, job)
        if job.is_group() or job.threads == 1:
            return said.replace(f" {self.additional_general_args()} ", " ")
        return said

    def failed(self: object, job: object, msg: str | None = None, **details: object) -> None:
        if msg:  # of a job of several blocks Snakemake would not tell it
            self.logger.error(_why(msg, job.job.resources))
        report(self, job, msg=msg, **details)

    def ended(self: object) -> None:
        shut_down(self)
        slurm.forget(study)

    plugin.query_job_status = word.listening(plugin.query_job_status)
    executor.__post_init__, executor.run_job = named, submitted
    executor.format_job_exec, executor.shutdown = together, ended
    executor.report_job_error, executor.check_active_jobs = failed, word.patient(check)


def wait_for_controller() -> None:
    """Return when the controller answers, or when it has not for so long that trying will tell."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            done = subprocess.run(["scontrol", "ping"], capture_output=True, timeout=slurm.ASKING)
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
        self.queue = Queue()

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
            if self.answer is not None:
                self.queue.look(going_on, self.answer, executor.logger)
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

        return checked


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
        f"SLURM job {job} is given up: it would not start as it is ({reason}). Give such jobs to "
        "another partition or account (workflow/profiles/slurm), or make the study's blocks "
        "smaller (seeds: per_block)."
    )


def _why(message: str, resources: Mapping) -> str:
    """What the plugin says of a job that failed, without the command, and what the job had."""
    said = message.partition("    sbatch call:")[0].partition(" Detailed failure reason")[0]
    asked = f"{resources.get('mem_mb')} MB and {resources.get('runtime')} minutes"
    return f"{' '.join(said.split())} The job asked for {asked}."
