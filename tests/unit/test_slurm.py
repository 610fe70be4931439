"""Claims about SLURM's jobs: found by their study, and kept while the controller is silent."""

import asyncio
import importlib
import inspect
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import pytest
from snakemake_interface_executor_plugins.executors.real import RealExecutor

from initatlas import runs, slurm

ONE = "17"
STUDY = "atlas"
# Of the plugin's executor, what we call or take the place of.
CALLED = ("__post_init__", "run_job", "check_active_jobs", "report_job_error", "shutdown")


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", f"{tmp_path}/bin:/usr/bin:/bin")


def install(name: str, script: str) -> None:
    """A client of SLURM that does as told."""
    path = Path("bin", name)
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def submitted(study: str = STUDY) -> None:
    runs.FOLDER.mkdir(parents=True, exist_ok=True)
    (runs.FOLDER / f"{study}.slurm").touch()


@pytest.mark.parametrize("study", ["atlas", "a.b", "a-b", "a" * 80, "über_uns"])
def test_a_job_name_is_one_that_the_plugin_takes_and_no_other_studys(study):
    name = slurm.job_name(study)
    assert len(name) <= 50
    assert not slurm.UNSAFE.search(name)
    assert (name == study) == (slurm.UNSAFE.search(study) is None and len(study) <= slurm.LONGEST)
    assert slurm.job_name("a.b") != slurm.job_name("a-b")


def test_where_nothing_was_submitted_nobody_is_asked():
    install("squeue", "touch asked; exit 1")
    assert slurm.left_behind(STUDY) == []
    assert not Path("asked").exists()


def test_jobs_of_this_study_and_this_folder_are_found_and_no_others(tmp_path):
    submitted()
    lines = (f"1|atlas_77|{tmp_path}", "2|atlas_77|/elsewhere", f"3|atlas2_77|{tmp_path}")
    install("squeue", "\n".join(f"echo '{line}'" for line in lines))
    assert slurm.left_behind(STUDY) == ["1"]


def test_cancelled_jobs_are_waited_for_and_then_forgotten(tmp_path):
    submitted()
    Path("queue").write_text(f"{ONE}|atlas_77|{tmp_path}\n")
    install("squeue", "cat queue; test -e cancelled && : > queue; true")
    install("scancel", 'echo "$@" > cancelled')
    slurm.cancel_left_behind(STUDY)
    assert Path("cancelled").read_text() == f"{ONE}\n"
    assert slurm.left_behind(STUDY) == []
    assert not (runs.FOLDER / f"{STUDY}.slurm").exists()


def test_jobs_that_do_not_end_are_an_error(tmp_path, monkeypatch):
    submitted()
    install("squeue", f"echo '{ONE}|atlas_77|{tmp_path}'")
    install("scancel", "true")
    monkeypatch.setattr(slurm, "CANCELLING", 0.0)
    with pytest.raises(slurm.SlurmError, match=f"do not end: {ONE}"):
        slurm.cancel_left_behind(STUDY)
    assert (runs.FOLDER / f"{STUDY}.slurm").exists()


@dataclass(slots=True)
class Job:
    external_jobid: str = ONE


@dataclass(slots=True)
class Executor:
    """As much of the plugin's as is needed; it reports what it is told of its jobs."""

    failed: list[str] = field(default_factory=list)

    def report_job_error(self, job: Job, msg: str) -> None:
        self.failed.append(msg)


async def forgetful(executor: Executor, active: list):
    """The plugin's check when it got no answer: it names no job."""
    return
    yield


async def faithful(executor: Executor, active: list):
    for job in active:
        yield job


def check(word: slurm.Word, plain, executor: Executor, answer: dict | None) -> list:
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
    monkeypatch.setattr(slurm.time, "monotonic", lambda: seconds)


def test_jobs_are_kept_while_the_controller_is_silent_and_given_up_in_the_end(monkeypatch):
    word, executor = slurm.Word(), Executor()
    for seconds in (0.0, 500.0, slurm.PATIENCE - 1):
        at(monkeypatch, seconds)
        assert check(word, forgetful, executor, None) == [Job()]
    assert executor.failed == []
    at(monkeypatch, slurm.PATIENCE)
    assert check(word, forgetful, executor, None) == []
    assert "its controller has not answered for 15 minutes" in executor.failed[0]


def test_an_answer_makes_patience_begin_anew(monkeypatch):
    word, executor = slurm.Word(), Executor()
    at(monkeypatch, 0.0)
    check(word, forgetful, executor, None)
    at(monkeypatch, slurm.PATIENCE - 1)
    assert check(word, faithful, executor, {ONE: "RUNNING"}) == [Job()]
    at(monkeypatch, 2 * slurm.PATIENCE - 2)
    assert check(word, forgetful, executor, None) == [Job()]
    assert executor.failed == []


def test_a_job_that_slurm_no_longer_lists_is_given_up(monkeypatch):
    word, executor = slurm.Word(), Executor()
    at(monkeypatch, 0.0)
    assert check(word, faithful, executor, {"18": "RUNNING"}) == [Job()]
    at(monkeypatch, slurm.PATIENCE)
    assert check(word, faithful, executor, {"18": "RUNNING"}) == []
    assert "SLURM has not listed it for 15 minutes" in executor.failed[0]


@pytest.mark.parametrize(
    ("grouped", "threads", "steps"), [(True, 1, False), (False, 1, False), (False, 4, True)]
)
def test_steps_are_left_to_jobs_of_several_threads(grouped, threads, steps):
    class Submitting:
        check_active_jobs = run_job = shutdown = None

        def __post_init__(self):
            pass

        def additional_general_args(self):
            return "--executor slurm-jobstep --jobs 1"

        def format_job_exec(self, job):
            return f"snakemake --cores 1 {self.additional_general_args()} --mode remote"

    slurm.guard(SimpleNamespace(Executor=Submitting, query_job_status=None), STUDY)
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
        check_active_jobs = run_job = format_job_exec = None
        ended = False

        def __post_init__(self):
            pass

        def shutdown(self):
            self.ended = True

    slurm.guard(SimpleNamespace(Executor=Ending, query_job_status=None), STUDY)
    submitted()
    install("squeue", squeue)
    executor = Ending()
    executor.shutdown()
    assert executor.ended
    assert (runs.FOLDER / f"{STUDY}.slurm").exists() is kept


def test_the_plugin_has_what_is_guarded():
    """A new version of it that has other names fails here, and not in a week-long run."""
    plugin = importlib.import_module(slurm.PLUGIN)
    assert callable(plugin.query_job_status)
    for name in CALLED:
        assert callable(getattr(plugin.Executor, name))
    assert plugin.Executor.format_job_exec is RealExecutor.format_job_exec
    assert "slurm-jobstep" in inspect.getsource(plugin.Executor.additional_general_args)
    assert "jobname_prefix" in plugin.ExecutorSettings.__dataclass_fields__
