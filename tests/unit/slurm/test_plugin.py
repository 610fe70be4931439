"""Claims about Snakemake's plugin for SLURM: it is patient, and tells what happens to its jobs."""

import asyncio
import importlib
import inspect
import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import pytest
from snakemake_interface_executor_plugins.executors.real import RealExecutor

from initatlas import runs
from initatlas.slurm import plugin, queue
from tests.unit.slurm.clients import ONE, STUDY, install, submitted

# Of the plugin's executor, what we call or take the place of.
CALLED = ("__post_init__", "run_job", "check_active_jobs", "report_job_error", "shutdown")


@dataclass(slots=True)
class Job:
    external_jobid: str = ONE
    job: tuple[str, ...] = ("block", "another")


@dataclass(slots=True)
class Executor:
    """As much of the plugin's as is needed; it reports what it is told of its jobs."""

    failed: list[str] = field(default_factory=list)
    logger: logging.Logger = field(default_factory=lambda: logging.getLogger("of these tests"))

    def report_job_error(self, job: Job, msg: str) -> None:
        self.failed.append(msg)


async def forgetful(executor: Executor, active: list):
    """The plugin's check when it got no answer: it names no job."""
    return
    yield


async def faithful(executor: Executor, active: list):
    for job in active:
        yield job


def check(word: plugin.Word, plain, executor: Executor, answer: dict | None) -> list:
    async def ask(command, logger):
        return (answer, None if answer is None else 0.1)

    async def asking(executor, active):
        await word.listening(ask)("squeue", None)
        async for job in plain(executor, active):
            yield job

    async def collect():
        return [job async for job in word.patient(asking)(executor, [Job()])]

    # A thread of its own: in this one a browser of other tests may have a loop running.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, collect()).result()


def at(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    monkeypatch.setattr(plugin.time, "monotonic", lambda: seconds)


def test_jobs_are_kept_while_the_controller_is_silent_and_given_up_in_the_end(monkeypatch):
    word, executor = plugin.Word(), Executor()
    for seconds in (0.0, 500.0, plugin.PATIENCE - 1):
        at(monkeypatch, seconds)
        assert check(word, forgetful, executor, None) == [Job()]
    assert executor.failed == []
    at(monkeypatch, plugin.PATIENCE)
    assert check(word, forgetful, executor, None) == []
    assert "its controller has not answered for 15 minutes" in executor.failed[0]


def test_an_answer_makes_patience_begin_anew(monkeypatch):
    word, executor = plugin.Word(), Executor()
    at(monkeypatch, 0.0)
    check(word, forgetful, executor, None)
    at(monkeypatch, plugin.PATIENCE - 1)
    assert check(word, faithful, executor, {ONE: "RUNNING"}) == [Job()]
    at(monkeypatch, 2 * plugin.PATIENCE - 2)
    assert check(word, forgetful, executor, None) == [Job()]
    assert executor.failed == []


def test_a_job_that_slurm_no_longer_lists_is_given_up(monkeypatch):
    word, executor = plugin.Word(), Executor()
    at(monkeypatch, 0.0)
    assert check(word, faithful, executor, {"18": "RUNNING"}) == [Job()]
    at(monkeypatch, plugin.PATIENCE)
    assert check(word, faithful, executor, {"18": "RUNNING"}) == []
    assert "SLURM has not listed it for 15 minutes" in executor.failed[0]


@pytest.mark.parametrize(
    ("grouped", "threads", "steps"), [(True, 1, False), (False, 1, False), (False, 4, True)]
)
def test_steps_are_left_to_jobs_of_several_threads(grouped, threads, steps):
    class Submitting:
        check_active_jobs = run_job = shutdown = report_job_error = None

        def __post_init__(self):
            pass

        def additional_general_args(self):
            return "--executor slurm-jobstep --jobs 1"

        def format_job_exec(self, job):
            return f"snakemake --cores 1 {self.additional_general_args()} --mode remote"

    plugin.guard(SimpleNamespace(Executor=Submitting, query_job_status=None), STUDY)
    job = SimpleNamespace(is_group=lambda: grouped, threads=threads)
    step = "--executor slurm-jobstep --jobs 1 " if steps else ""
    assert Submitting().format_job_exec(job) == f"snakemake --cores 1 {step}--mode remote"


@pytest.mark.parametrize(
    ("squeue", "kept"),
    [("true", False), ("echo '17|atlas_77|'$PWD", True), ("exit 1", True)],
    ids=["none left", "one left", "no answer"],
)
def test_a_run_that_ends_is_on_record_only_while_jobs_of_it_may_be_left(squeue, kept):
    class Ending:
        check_active_jobs = run_job = format_job_exec = report_job_error = None
        ended = False

        def __post_init__(self):
            pass

        def shutdown(self):
            self.ended = True

    plugin.guard(SimpleNamespace(Executor=Ending, query_job_status=None), STUDY)
    submitted()
    install("squeue", squeue)
    executor = Ending()
    executor.shutdown()
    assert executor.ended
    assert (runs.FOLDER / f"{STUDY}.slurm").exists() is kept


def test_the_plugin_has_what_is_guarded():
    """A new version of it that has other names fails here, and not in a week-long run."""
    theirs = importlib.import_module(plugin.PLUGIN)
    assert callable(theirs.query_job_status)
    for name in CALLED:
        assert callable(getattr(theirs.Executor, name))
    assert theirs.Executor.format_job_exec is RealExecutor.format_job_exec
    assert "slurm-jobstep" in inspect.getsource(theirs.Executor.additional_general_args)
    assert "jobname_prefix" in theirs.ExecutorSettings.__dataclass_fields__


def waits(monkeypatch, reason: str) -> None:
    """The job is in the queue, and SLURM says why."""
    monkeypatch.setattr(queue, "ASKED_EVERY", 0.0)
    install("squeue", f"echo '{ONE}|{reason}'; echo '99|PartitionTimeLimit'")
    install("scancel", 'echo "$@" > cancelled')


@pytest.mark.parametrize("reason", ["Resources", "Priority", "AssocMaxJobsLimit", "JobHeldUser"])
def test_jobs_whose_turn_may_come_are_waited_for(monkeypatch, reason):
    waits(monkeypatch, reason)
    word, executor = plugin.Word(), Executor()
    for seconds in (0.0, 10 * plugin.PATIENCE):
        at(monkeypatch, seconds)
        assert check(word, faithful, executor, {ONE: "PENDING"}) == [Job()]
    assert executor.failed == []


@pytest.mark.parametrize(
    "reason", ["PartitionTimeLimit", "BadConstraints", "QOSMaxWallDurationPerJobLimit"]
)
def test_a_job_that_asks_for_more_than_is_allowed_is_given_up_and_cancelled(monkeypatch, reason):
    waits(monkeypatch, reason)
    word, executor = plugin.Word(), Executor()
    at(monkeypatch, 0.0)
    assert check(word, faithful, executor, {ONE: "PENDING"}) == [Job()]
    at(monkeypatch, plugin.PATIENCE)
    assert check(word, faithful, executor, {ONE: "PENDING"}) == []
    assert (
        f"SLURM job {ONE} is given up: it would not start as it is ({reason})" in executor.failed[0]
    )
    assert Path("cancelled").read_text() == f"{ONE}\n"


def test_a_job_that_may_be_started_after_all_is_not_given_up(monkeypatch):
    waits(monkeypatch, "PartitionTimeLimit")
    word, executor = plugin.Word(), Executor()
    at(monkeypatch, 0.0)
    check(word, faithful, executor, {ONE: "PENDING"})
    at(monkeypatch, plugin.PATIENCE)
    assert check(word, faithful, executor, {ONE: "RUNNING"}) == [Job()]
    assert executor.failed == []


def test_what_the_plugin_says_of_a_failed_job_is_told_with_what_it_asked_for(caplog):
    class Failing:
        check_active_jobs = run_job = format_job_exec = shutdown = None
        logger = logging.getLogger("of these tests")
        reported = ()

        def __post_init__(self):
            pass

        def report_job_error(self, job, msg=None, **details):
            self.reported = (job, msg, details)

    plugin.guard(SimpleNamespace(Executor=Failing, query_job_status=None), STUDY)
    executor = Failing()
    job = SimpleNamespace(job=SimpleNamespace(resources={"mem_mb": 9000, "runtime": 30}))
    message = (
        "SLURM sbatch failed. The error message was 'sbatch: a\nsbatch: b'.\n    sbatch call:\n x"
    )
    executor.report_job_error(job, msg=message, aux_logs=["1.log"])
    assert executor.reported == (job, message, {"aux_logs": ["1.log"]})
    (told,) = caplog.messages
    assert told == (
        "SLURM sbatch failed. The error message was 'sbatch: a sbatch: b'. "
        "The job asked for 9000 MB and 30 minutes."
    )
