"""A run with a warm parent, for tests: its owner, its clients, and which processes live.

The jobs run a stand-in for our package: a command line that executes the text it is given.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from initatlas import warm

STAND_IN = """
import os

IMPORTED_BY = os.getpid()
JOBS = {"initialize": "", "train": ""}

def main(argv):
    scope = {}
    exec(argv[0], scope)
    return scope.get("code")
"""
MODULE = "import sys\nfrom initatlas.cli import main\nsys.exit(main(sys.argv[1:]))\n"
COMMANDS = ("initialize", "train")
# The real module, for the stand-in hides the package that it belongs to.
OWNER = f"""
import importlib.util
spec = importlib.util.spec_from_file_location("warm", {warm.__file__!r})
warm = importlib.util.module_from_spec(spec)
spec.loader.exec_module(warm)
print(warm.start().pid, flush=True)
input()
"""
Run = tuple[Path, subprocess.Popen]  # the folder, and the process that owns the server
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


def client(run: Run, code: str, **options: object) -> subprocess.Popen:
    folder, process = run
    environment = os.environ | {
        warm.ADDRESS: str(warm.folder_of(process.pid) / "socket"),
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
