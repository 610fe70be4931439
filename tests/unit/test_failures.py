"""Claims about what a person is told of jobs that fail, on a cluster together."""

import io
import logging
from types import SimpleNamespace

import pytest
from snakemake.settings.types import OutputSettings
from snakemake_interface_logger_plugins.common import LogEvent

from snakemake_logger_plugin_initatlas import AGAIN, LogHandler, beside

USAGE = '{"usage": {"seconds": 1.0}}\n'


@pytest.fixture
def handler(tmp_path, monkeypatch) -> LogHandler:
    """One that has heard of a run with three jobs, which share one of the cluster's."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.stderr", io.StringIO())
    made = LogHandler(OutputSettings(), None)
    made.progress.plan({"train": 3}, 0.0)
    begin(made)
    return made


def begin(handler: LogHandler) -> None:
    for job in range(3):
        say(handler, LogEvent.JOB_INFO, jobid=job, rule_name="train", wildcards={"seed": job})


def say(handler: logging.Handler, event: LogEvent | None, message: str = "", **more) -> None:
    record = logging.makeLogRecord({"msg": message, "event": event, "levelno": logging.INFO} | more)
    handler.handle(record)


def fail(handler: LogHandler) -> list[str]:
    """The lines that tell of a failure of all three, as Snakemake reports one."""
    infos = [{"jobid": job, "rule_name": "train", "log": [f"{job}.log"]} for job in range(3)]
    start = handler.stream.tell()
    say(handler, LogEvent.GROUP_ERROR, job_error_info=infos, aux_logs=["slurm.log"])
    for info in infos:
        say(handler, LogEvent.JOB_ERROR, **info, indent=True)
    return handler.stream.getvalue()[start:].splitlines()


def logs(tmp_path, *texts: str) -> None:
    for name, text in zip(("0", "1", "2", "slurm"), texts, strict=True):
        (tmp_path / f"{name}.log").write_text(text)


def test_of_jobs_that_share_one_that_which_failed_is_told_and_counts(handler, tmp_path):
    logs(tmp_path, USAGE, "ValueError: no\n", "", "Select jobs to execute...\n")
    assert fail(handler) == ["FAILED train seed=1", "  1.log:", "    ValueError: no"]
    assert handler.progress.line(0.0) == "0 of 3 jobs done · 1 failed · 0 s"
    say(handler, None, "Trying to restart job 5.")
    assert handler.stream.getvalue().endswith(f"{AGAIN}\n")
    begin(handler)
    assert handler.progress.line(0.0) == "0 of 3 jobs done · 3 running (train) · 0 s"


def test_where_none_says_why_slurms_log_does_and_all_have_failed(handler, tmp_path):
    killed = "slurmstepd: error: *** JOB 7 ON n1 CANCELLED DUE TO TIME LIMIT ***"
    logs(tmp_path, USAGE, "", "", f"slurmstepd: error: couldn't chdir\n{killed}\nShutting down\n")
    assert fail(handler) == [
        "FAILED train seed=0 and 2 that shared its job",
        "  slurm.log:",
        f"    {killed}",
    ]
    assert handler.progress.line(0.0) == "0 of 3 jobs done · 3 failed · 0 s"


def test_a_log_of_slurms_with_no_word_of_an_end_is_shown_as_it_is(handler, tmp_path):
    said = ["slurmstepd: error: couldn't chdir", "ModuleNotFoundError: No module named 'snakemake'"]
    logs(tmp_path, "", "", "", "\n".join(said))
    assert fail(handler)[2:] == [f"    {line}" for line in said]


def test_of_a_single_job_its_own_log_says_enough(handler, tmp_path):
    logs(tmp_path, "", "ValueError: no\n", "", "Select jobs to execute...\n")
    job = {"jobid": 1, "rule_name": "train", "log": ["1.log", "slurm.log"], "indent": False}
    start = handler.stream.tell()
    say(handler, LogEvent.JOB_ERROR, **job)
    assert "slurm.log" not in handler.stream.getvalue()[start:]


def test_what_waits_in_the_queue_is_heard_of(handler):
    say(handler, None, "2 wait in SLURM's queue", waiting=2)
    line = "0 of 3 jobs done · 1 running (train) · 2 in the queue · 0 s"
    assert handler.progress.line(0.0) == line


@pytest.mark.parametrize("kind", ["ours", "beside"])
def test_a_stream_that_is_gone_ends_no_run(handler, kind, capsys, monkeypatch):
    stream = SimpleNamespace(write=lambda text: 1 / 0, flush=lambda: None)
    heard = handler if kind == "ours" else beside.Beside(stream)
    handler.stream = stream
    monkeypatch.setattr(logging, "raiseExceptions", False)
    text = "PermissionError: [Errno 13] Permission denied: 'results/x/y'"
    say(heard, LogEvent.ERROR, text, exception="OSError")


@pytest.mark.parametrize("handlers", [[], ["ours"]])
def test_who_has_chosen_our_output_is_not_told_twice(handler, handlers):
    chosen = [handler for _ in handlers]
    logger = logging.Logger("of these tests")
    settings = OutputSettings()
    manager = SimpleNamespace(plugin_handlers=chosen, logger=logger, settings=settings)
    for _ in range(2):  # two modules of one workflow
        beside.stand(manager)
    assert len(logger.handlers) == (not handlers)
