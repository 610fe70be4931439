"""What a person is told to do about a file of the results that is closed to them."""

from pathlib import Path

import pytest
from snakemake.exceptions import LockException

from snakemake_logger_plugin_initatlas.logs import blames, tail
from snakemake_logger_plugin_initatlas.remedies import remedy

TABLE = "results/a b/tables/layers.parquet"
HELP = "permission denied; allow it with chmod -R u+rwX 'results/a b' and run again"
PROTECTED = """ProtectedOutputException in rule draw_figure in file "draw.smk", line 5:
Write-protected output files for rule draw_figure:
    output: results/a b/figures/q.json, results/a b/figures/q.svg, results/a b/figures/q.png
    wildcards: figure=q
    affected files:
        results/a b/figures/q.json
        results/a b/figures/q.svg"""


def test_each_protected_file_is_named_with_the_command_that_allows_it():
    assert remedy(PROTECTED).splitlines() == [
        f"results/a b/figures/q.{suffix}: {HELP}" for suffix in ("json", "svg")
    ]


@pytest.mark.parametrize("file", [TABLE, "{folder}/" + TABLE], ids=["relative", "absolute"])
def test_a_refusal_by_the_system_is_told_without_its_trace(tmp_path, monkeypatch, file):
    monkeypatch.chdir(tmp_path)
    file = file.format(folder=tmp_path)
    trace = f"Traceback (most recent call last):\n  …\nPermissionError: [Errno 13] No: '{file}'\n"
    assert remedy(trace) == f"{TABLE}: {HELP}"


@pytest.mark.parametrize(
    "said",
    [
        "PermissionError: [Errno 13] Permission denied: '/etc/shadow'",
        f"FileNotFoundError: [Errno 2] No such file or directory: '{TABLE}'",
        f"PermissionError: [Errno 13] Permission denied: '{TABLE}'\nValueError: that was caught",
        "WorkflowError:\nAt least one job did not complete successfully.",
    ],
)
def test_of_other_errors_nothing_is_said(said):
    assert remedy(said) == ""


def test_a_run_that_meets_anothers_lock_is_told_to_wait_and_not_to_unlock():
    told = remedy(str(LockException()))
    assert told.startswith("another run in this folder")
    assert "--unlock" not in told


LOG = Path("results/smoke/logs/train_networks/a b.log")


def test_a_log_that_could_not_be_begun_is_named_with_the_remedy(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("os.access", lambda *_: False)  # as for one who is not root
    assert tail(str(LOG)).startswith(f"  {LOG}: permission denied; allow it with chmod -R u+rwX ")


def test_a_log_that_nobody_has_begun_is_not_said_to_be_closed(monkeypatch, tmp_path):
    """Of blocks that share a cluster's job, those after one that failed may have no folder."""
    monkeypatch.chdir(tmp_path)
    assert tail(str(LOG)) == f"  {LOG}: No such file or directory"
    assert not blames(str(LOG))


@pytest.mark.parametrize(
    ("text", "blamed"),
    [
        ("", False),  # as Snakemake leaves that of a job that has not begun
        ('seen\n{"usage": {"seconds": 1.0}}\n', False),
        ("ValueError: no\n", True),
        ("initatlas: signal 9 ended the job\n", True),
    ],
)
def test_the_log_of_a_job_that_failed_does_not_end_with_what_it_took(tmp_path, text, blamed):
    (tmp_path / "a.log").write_text(text)
    assert blames(str(tmp_path / "a.log")) is blamed


def test_of_a_job_that_slurm_has_ended_its_log_tells_why(tmp_path):
    log = tmp_path / "13.log"
    why = "slurmstepd-tnode: error: *** JOB 13 ON tnode CANCELLED AT 9:01 DUE TO TIME LIMIT ***"
    log.write_text(f"Select jobs to execute...\n{why}\n{why}\nShutting down\n")
    assert tail(str(log)).splitlines() == [f"  {log}:", f"    {why}"]
