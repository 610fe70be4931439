"""As much of the plugin's executor as is needed, and what is told to it."""

import logging
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

from initatlas.slurm import plugin
from tests.unit.slurm.clients import ONE, STUDY


class Theirs:
    """It notes what it is told, and submits nothing."""

    def __init__(self) -> None:
        self.workflow = SimpleNamespace(executor_settings=SimpleNamespace())
        self.logger = logging.getLogger("of these tests")
        self.done: list[str] = []
        self.failed: list[str] = []
        self._job_submission_executor = ThreadPoolExecutor(1)
        self.__post_init__()

    def __post_init__(self) -> None:
        self.prefix = self.workflow.executor_settings.jobname_prefix

    def run_job(self, job: object) -> None:
        self.done.append(f"submitted {job}")

    def report_job_error(self, job: object, msg: str | None = None, **details: object) -> None:
        self.failed.append(msg)

    _report_job_error_threadsafe = report_job_error

    def additional_general_args(self) -> str:
        return "--executor slurm-jobstep --jobs 1"

    def format_job_exec(self, job: object) -> str:
        return f"snakemake --cores 1 {self.additional_general_args()} --mode remote"

    def cancel(self) -> None:
        self.done.append("cancelled")
        self.shutdown()

    def shutdown(self) -> None:
        self.done.append("shut down")


def executor(theirs: type = Theirs) -> Theirs:
    """What Snakemake would use."""
    return plugin.patient(theirs, STUDY, plugin.Word())()


class Block(SimpleNamespace):
    """One of Snakemake's jobs, of two blocks."""

    def __init__(self, **changes: object) -> None:
        asked = {"mem_mb": 9000, "runtime": 30}
        given = {"log": [], "resources": asked, "_attempt": 1, "restart_times": 2} | changes
        super().__init__(**given)

    def __len__(self) -> int:
        return 2

    def __str__(self) -> str:
        return "a block"


def job(**changes: object) -> SimpleNamespace:
    """One that was submitted."""
    return SimpleNamespace(external_jobid=ONE, job=Block(**changes))
