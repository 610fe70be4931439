"""Claims about the warm parent: same work as a plain process, and nothing survives its end.

The jobs run a stand-in for our package: a command line that executes the text it is given.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from initatlas import warm

STAND_IN = """
import os

IMPORTED_BY = os.getpid()

def main(argv):
    scope = {}
    exec(argv[0], scope)
    return scope.get("code")
"""
MODULE = "import sys\nfrom initatlas.cli import main\nsys.exit(main(sys.argv[1:]))\n"
COMMANDS = ("initialize", "train", "reduce", "draw")
# The real module, for the stand-in hides the package that it belongs to.
OWNER = f"""
import importlib.util
spec = importlib.util.spec_from_file_location("warm", {warm.__file__!r})
warm = importlib.util.module_from_spec(spec)
spec.loader.exec_module(warm)
print(warm.start().pid, flush=True)
input()
"""
PATIENCE = 20.0  # seconds; what is waited for takes milliseconds on an idle machine


@contextmanager
def owner(folder: Path) -> Iterator[tuple[subprocess.Popen, int]]:
    """A process, in a group of its own, that has started a server in `folder`; the server's pid."""
    files = {"cli": STAND_IN, "__main__": MODULE, "provenance": "def read_sources(): pass\n"}
    names = ("__init__", *(f"commands/{n}" for n in ("__init__", *COMMANDS)))
    for name, text in (files | dict.fromkeys(names, "")).items():
        path = folder / "package/initatlas" / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    process = subprocess.Popen(
        [sys.executable, "-P", "-c", OWNER],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": f"{folder / 'package'}"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        process_group=0,
    )
    try:
        server = int(process.stdout.readline())
        yield process, server
    finally:
        process.stdin.close()
        process.kill()
        process.wait()
        process.stdout.close()
    assert_gone(server)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, subprocess.Popen]]:
    folder = tmp_path_factory.mktemp("run")
    with owner(folder) as (process, _):
        yield folder, process


def client(run: tuple[Path, subprocess.Popen], code: str, **options: object) -> subprocess.Popen:
    folder, process = run
    environment = os.environ | {
        warm.ADDRESS: str(warm.FOLDER / str(process.pid) / "socket"),
        "OMP_NUM_THREADS": "1",
        "PYTHONPATH": f"{folder / 'package'}",
    }
    return subprocess.Popen(
        [sys.executable, "-I", "-S", warm.CLIENT, code],
        cwd=folder,
        env=environment | options.pop("env", {}),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


def finish(job: subprocess.Popen, given: str = "") -> tuple[int, str, str]:
    out, err = job.communicate(given, timeout=60)
    return job.returncode, out, err


def started(job: subprocess.Popen) -> int:
    """The pid that a job prints first."""
    return int(job.stdout.readline())


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def assert_gone(*pids: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while any(map(alive, pids)):
        assert time.monotonic() < deadline, f"still there: {[p for p in pids if alive(p)]}"
        time.sleep(0.01)


SLEEP = "import os, time; print(os.getpid(), flush=True); time.sleep(600)"


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


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_job_dies_with_its_client(run, number):
    job = client(run, SLEEP)
    pid = started(job)
    job.send_signal(number)
    finish(job)
    assert_gone(pid)


def test_a_job_that_will_not_end_is_killed_with_what_it_started(run):
    code = (
        "import signal, subprocess, os, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        "print(subprocess.Popen(['sleep', '600']).pid, flush=True); print(os.getpid(), flush=True);"
        "time.sleep(600)"
    )
    job = client(run, code)
    pids = started(job), started(job)
    job.kill()
    finish(job)
    assert_gone(*pids)


def test_many_jobs_at_once_each_get_their_own_answer(run):
    jobs = [client(run, f"import time; time.sleep(0.2); print({i}); code = {i}") for i in range(20)]
    assert [finish(job)[:2] for job in jobs] == [(i, f"{i}\n") for i in range(20)]


def test_nobody_else_may_reach_the_socket(run):
    folder, process = run
    assert (folder / warm.FOLDER / str(process.pid)).stat().st_mode & 0o777 == 0o700


def test_without_a_server_a_plain_process_does_the_same(run):
    code = "import os, sys; print(input(), os.getcwd(), 'torch' in sys.modules); code = 7"
    job = client(run, code, env={warm.ADDRESS: str(warm.FOLDER / "0/socket")})
    assert finish(job, "from stdin\n") == (7, f"from stdin {run[0]} False\n", "")


@pytest.mark.parametrize("whole_group", [False, True])
def test_nothing_survives_a_killed_run(tmp_path, whole_group):
    with owner(tmp_path) as (process, server):
        job = client((tmp_path, process), SLEEP, process_group=process.pid)
        pid = started(job)
        if whole_group:
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
        assert_gone(pid, server, job.pid)
        assert finish(job)[0] != 0


def test_a_job_dies_with_the_server_and_the_next_one_is_a_plain_process(tmp_path):
    with owner(tmp_path) as (process, server):
        job = client((tmp_path, process), SLEEP)
        pid = started(job)
        os.kill(server, signal.SIGKILL)
        assert_gone(pid)
        assert finish(job)[::2] == (
            1,
            "initatlas: the job's parent process ended, and the job with it\n",
        )
        plain = client((tmp_path, process), "import sys; print('torch' in sys.modules)")
        assert finish(plain)[1] == "False\n"


def test_the_server_takes_its_folder_along_and_the_next_sweeps_what_the_killed_left(tmp_path):
    with owner(tmp_path) as (process, server):
        finish(client((tmp_path, process), ""))
        os.kill(server, signal.SIGKILL)
        left = tmp_path / warm.FOLDER / str(process.pid)
    assert left.exists()
    with owner(tmp_path) as (process, _):
        finish(client((tmp_path, process), ""))
    assert list((tmp_path / warm.FOLDER).iterdir()) == []
