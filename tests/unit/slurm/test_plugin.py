"""Claims about Snakemake's plugin for SLURM: no job is lost on the way there, nor silently."""

import importlib
import inspect
from pathlib import Path
from types import SimpleNamespace

import pytest
from snakemake.jobs import GroupJob, Job
from snakemake_interface_executor_plugins.executors.real import RealExecutor
from snakemake_interface_executor_plugins.registry import ExecutorPluginRegistry

from initatlas import runs, slurm
from initatlas.slurm import plugin
from tests.unit.slurm.clients import STUDY, install, submitted
from tests.unit.slurm.theirs import Block, Theirs, executor, job


def test_the_plugin_has_what_stands_behind_ours():
    """A new version of it that has other names fails here, and not in a week-long run."""
    theirs = importlib.import_module("snakemake_executor_plugin_slurm")
    assert callable(theirs.query_job_status)
    ours = {name for name, value in vars(plugin.Patient).items() if inspect.isfunction(value)}
    for name in ours | {"_report_job_error_threadsafe"}:
        assert callable(getattr(theirs.Executor, name))
    assert "self._job_submission_executor = ThreadPoolExecutor(" in inspect.getsource(theirs)
    assert theirs.Executor.format_job_exec is RealExecutor.format_job_exec
    assert "slurm-jobstep" in inspect.getsource(theirs.Executor.additional_general_args)
    assert "jobname_prefix" in theirs.ExecutorSettings.__dataclass_fields__
    assert all("_attempt" in kind.__slots__ for kind in (Job, GroupJob))


def test_snakemake_uses_ours_and_once(monkeypatch):
    registered = ExecutorPluginRegistry().plugins["slurm"]
    module = importlib.import_module(registered.executor.__module__)
    monkeypatch.setattr(registered, "executor", registered.executor)
    monkeypatch.setattr(module, "query_job_status", module.query_job_status)
    plugin.guard(STUDY)
    first = registered.executor
    assert issubclass(first, (plugin.Patient, module.Executor))
    plugin.guard("another")
    assert registered.executor is first


def test_where_snakemake_has_no_plugin_for_slurm_nothing_is_done(monkeypatch):
    monkeypatch.delitem(ExecutorPluginRegistry().plugins, "slurm")
    plugin.guard(STUDY)


def test_jobs_are_named_after_their_study():
    assert executor().prefix == STUDY


@pytest.mark.parametrize(
    ("grouped", "threads", "steps"), [(True, 1, False), (False, 1, False), (False, 4, True)]
)
def test_steps_are_left_to_jobs_of_several_threads(grouped, threads, steps):
    one = SimpleNamespace(is_group=lambda: grouped, threads=threads)
    step = "--executor slurm-jobstep --jobs 1 " if steps else ""
    assert executor().format_job_exec(one) == f"snakemake --cores 1 {step}--mode remote"


def test_what_is_submitted_is_on_record_and_has_no_log_of_an_earlier_attempt():
    install("scontrol", "true")
    Path("old.log").write_text("ValueError: of yesterday\n")
    run = executor()
    run.run_job(Block(log=["old.log", "none.log"]))
    assert run.done == ["submitted a block"]
    assert slurm.record(STUDY).exists()
    assert not Path("old.log").exists()


def test_a_job_that_cannot_be_submitted_is_reported_with_the_reason():
    """The plugin's own report of several blocks raises, in a thread to which nobody listens."""

    class Raising(Theirs):
        def run_job(self, job):
            try:
                raise RuntimeError("the account 'mine' does not exist")
            except RuntimeError:
                run.failed.append(job.rule)  # of one block; several have none

    install("scontrol", "true")
    run = executor(Raising)
    run.run_job(Block())
    (told,) = run.failed
    assert told == "The job could not be given to SLURM: the account 'mine' does not exist."


def test_who_cancels_cancels_what_is_not_submitted_yet_and_what_slurm_has(tmp_path):
    install("scontrol", "true")
    install("squeue", f"test -e cancelled || echo '17|atlas_77|{tmp_path}'")
    install("scancel", 'echo "$@" > cancelled')
    submitted()
    run = executor()
    run.cancel()
    assert run.done == ["cancelled", "shut down"]
    assert Path("cancelled").read_text() == "17\n"
    run.run_job(Block())
    assert run.done == ["cancelled", "shut down"]


@pytest.mark.parametrize(
    ("squeue", "kept"),
    [("true", False), ("echo '17|atlas_77|'$PWD", True), ("exit 1", True)],
    ids=["none left", "one left", "no answer"],
)
def test_a_run_that_ends_is_on_record_only_while_jobs_of_it_may_be_left(squeue, kept):
    submitted()
    install("squeue", squeue)
    run = executor()
    run.shutdown()
    assert run.done == ["shut down"]
    assert (runs.FOLDER / f"{STUDY}.slurm").exists() is kept


@pytest.mark.parametrize(
    ("said", "again"),
    [
        ("Batch job submission failed: Requested node configuration is not available", False),
        ("Batch job submission failed: Socket timed out on send/recv operation", True),
    ],
)
def test_what_the_plugin_says_of_a_failed_job_is_told_with_what_it_asked_for(caplog, said, again):
    run, one = executor(), job()
    message = f"SLURM sbatch failed. The error message was 'sbatch:\n{said}'.\n    sbatch call:\n x"
    run.report_job_error(one, msg=message, aux_logs=["1.log"])
    assert run.failed == [message]
    (told,) = caplog.messages
    assert told == (
        f"SLURM sbatch failed. The error message was 'sbatch: {said}'. "
        "The job asked for 9000 MB and 30 minutes."
    )
    assert (one.job._attempt <= one.job.restart_times) is again
