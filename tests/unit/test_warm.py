"""Claims about jobs with a warm parent: they do what a plain process does, and fail alone."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from initatlas import sources, warm
from tests.unit.warm_run import SLEEP, Run, alive, client, finish, owner, started

SMOKE = Path(__file__).parents[2] / "workflow/studies/smoke.yaml"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    folder = tmp_path_factory.mktemp("run")
    with owner(folder) as (process, _):
        yield folder, process


def test_streams_folder_environment_and_status_are_the_clients(run):
    code = (
        "import os, sys; print(input(), os.getcwd(), os.environ['GIVEN']);"
        "print('to stderr', file=sys.stderr); code = 7"
    )
    status, out, err = finish(client(run, code, env={"GIVEN": "a=b\nc"}), "from stdin\n")
    assert (status, err) == (7, "to stderr\n")
    assert out == f"from stdin {run[0]} a=b\nc\n"


def test_a_job_has_torch_and_our_modules_from_its_parent(run):
    code = "import sys, os, initatlas.cli as c; print('torch' in sys.modules, c.IMPORTED_BY == {})"
    assert finish(client(run, code.format("os.getppid()")))[1] == "True True\n"


def test_the_parent_is_single_threaded_when_it_forks(run):
    code = "import os; print(len(os.listdir(f'/proc/{os.getppid()}/task')))"
    assert finish(client(run, code))[1] == "1\n"


def test_the_threads_that_the_workflow_grants_are_those_that_torch_uses(run):
    code = "import torch; print(torch.get_num_threads())"
    for threads in ("1", "2"):
        granted = finish(client(run, code, env={"OMP_NUM_THREADS": threads}))
        assert granted[1] == f"{threads}\n"


@pytest.mark.parametrize("file", ["cli.py", "commands/train.py", "new.py"])
def test_a_job_runs_the_code_that_is_on_disk_when_it_starts(tmp_path, file):
    with owner(tmp_path) as (process, _):
        run = (tmp_path, process)
        who = "import os, initatlas.cli as c; print(c.IMPORTED_BY == os.getpid(), {})"
        assert finish(client(run, who.format("hasattr(c, 'NEW')")))[1] == "False False\n"
        with (tmp_path / "package/initatlas" / file).open("a") as code:
            code.write("\nNEW = 1\n")
        edited = (
            f"hasattr(__import__('initatlas.{file[:-3].replace('/', '.')}', fromlist='x'), 'NEW')"
        )
        assert finish(client(run, who.format(edited)))[1] == "True True\n"


def test_broken_code_on_disk_fails_jobs_and_not_their_parent(tmp_path):
    with owner(tmp_path) as (process, _):
        run = (tmp_path, process)
        assert finish(client(run, "code = 3"))[0] == 3
        cli = tmp_path / "package/initatlas/cli.py"
        text = cli.read_text()
        cli.write_text(f"{text}\ndef broken(:\n")
        status, _, err = finish(client(run, "code = 3"))
        assert status == 1
        assert "SyntaxError" in err
        cli.write_text(text)
        assert finish(client(run, "code = 3"))[0] == 3


@pytest.mark.parametrize(
    ("code", "status", "message"),
    [
        ("raise SystemExit('no good')", 1, "no good\n"),
        ("1 / 0", 1, "ZeroDivisionError: division by zero\n"),
        ("import os; os.kill(os.getpid(), 11)", 139, "initatlas: signal 11 ended the job\n"),
        ("import os; os.kill(os.getpid(), 9)", 137, "initatlas: signal 9 ended the job\n"),
    ],
)
def test_a_job_that_fails_or_crashes_fails_alone(run, code, status, message):
    other = client(run, SLEEP)
    pid = started(other)
    found, _, err = finish(client(run, code))
    assert (found, err[-len(message) :]) == (status, message)
    assert alive(pid)
    other.kill()
    finish(other)


def test_when_memory_runs_out_the_system_would_choose_the_job(run):
    code = "import os; print(open('/proc/self/oom_score_adj').read())"
    assert finish(client(run, code))[1].strip() == "500"


def test_many_jobs_at_once_each_get_their_own_answer(run):
    jobs = [client(run, f"import time; time.sleep(0.2); print({i}); code = {i}") for i in range(20)]
    assert [finish(job)[:2] for job in jobs] == [(i, f"{i}\n") for i in range(20)]


def test_nobody_else_may_reach_the_socket(run):
    folder, process = run
    assert (folder / warm.folder_of(process.pid)).stat().st_mode & 0o777 == 0o700


def test_without_a_server_a_plain_process_does_the_same(run):
    code = "import os, sys; print(input(), os.getcwd(), 'torch' in sys.modules); code = 7"
    job = client(run, code, env={warm.ADDRESS: str(warm.folder_of(0) / "socket")})
    assert finish(job, "from stdin\n") == (7, f"from stdin {run[0]} False\n", "")


def test_the_parent_of_real_jobs_is_single_threaded_too(tmp_path):
    """Threads that our own modules started at import would be missing in the jobs."""
    code = (
        "import os, subprocess, sys\n"
        "from initatlas import warm\n"
        "server = warm.start()\n"
        f"command = [sys.executable, '-I', '-S', warm.CLIENT, 'where', '--study', {str(SMOKE)!r}]\n"
        "subprocess.run(command, check=True)\n"
        "print(len(os.listdir(f'/proc/{server.pid}/task')))\n"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout == "results/smoke/report.html\n1\n"


def workflow_with(sent: int, *deployed: str) -> SimpleNamespace:
    """What is asked of a Snakemake to which so many jobs were sent."""
    methods = [SimpleNamespace(name=name) for name in deployed]
    return SimpleNamespace(
        dag_settings=SimpleNamespace(target_jobs=range(sent)),
        deployment_settings=SimpleNamespace(deployment_method=methods),
    )


@pytest.mark.parametrize(("sent", "starts"), [(0, 1), (1, 0), (2, 1)])
def test_whoever_runs_several_jobs_starts_a_parent_once_before_the_first(monkeypatch, sent, starts):
    happened = []

    class Executor:
        workflow = workflow_with(sent, "ENV_MODULES")

        def run_job(self, job):
            happened.append(job)

    monkeypatch.setattr(warm, "start", lambda python: happened.append("start"))
    warm.start_with_first_job(Executor, lambda prefix: None, sources.ENVIRONMENT)
    assert happened == []
    for job in ("first", "second"):
        Executor().run_job(job)
    assert happened == ["start"] * starts + ["first", "second"]


def environment(address: str, file: str) -> SimpleNamespace:
    """One that Snakemake has made for a rule."""
    source = SimpleNamespace(get_path_or_uri=lambda secret_free: file)
    return SimpleNamespace(address=address, file=source)


@pytest.mark.parametrize("sent", [0, 1])
def test_jobs_run_in_the_environment_that_was_made_for_them(monkeypatch, sent):
    """Even a single one on a cluster's node, which has no parent; others' rules do not count."""
    started, prefixes = [], []
    executor = type("Executor", (), {"run_job": lambda self, job: None})
    executor.workflow = workflow_with(sent, "CONDA")
    monkeypatch.setattr(warm, "start", started.append)
    warm.start_with_first_job(executor, prefixes.append, sources.ENVIRONMENT)
    named_alike = environment("/envs/other", f"/theirs/{sources.ENVIRONMENT.name}")
    theirs = (None, named_alike, SimpleNamespace(file=None))
    for made in (*theirs, environment("/envs/a b", str(sources.ENVIRONMENT))):
        assert (started, prefixes) == ([], [])
        executor().run_job(SimpleNamespace(conda_env=made))
    assert started == ["/envs/a b/bin/python"] * (sent != 1)
    (prefix,) = prefixes
    assert f"exec '/envs/a b/bin/python' -I -S {warm.CLIENT}" in prefix
    assert f"PYTHONPATH={Path(warm.__file__).parents[2]};" in prefix
