"""What a person is told to do about a file of the results that is closed to them."""

import pytest
from snakemake.exceptions import LockException

from snakemake_logger_plugin_initatlas.logs import tail
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


def test_a_log_that_could_not_be_begun_is_named_with_the_remedy(monkeypatch):
    monkeypatch.setattr("os.access", lambda *_: False)  # as for one who is not root
    log = "results/smoke/logs/none.log"
    assert tail(log).startswith(f"  {log}: permission denied; allow it with chmod -R u+rwX ")
