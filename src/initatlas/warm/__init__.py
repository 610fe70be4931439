"""How does a job start in 30 ms? Forked from a parent that has torch imported already.

`start` opens a socket and starts `server.py` on it; each job is `client.py`, which asks the server
to fork, or becomes a plain `python -m initatlas` where no server answers. Numbers are the same
either way. The server ends when the process that called `start` ends, however that happens.
"""

import os
import shlex
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

FOLDER = Path(".cache/warm")
ADDRESS = "INITATLAS_WARM"  # environment variable: where the server listens
KEEP = "INITATLAS_KEEP"  # environment variable: jobs of a workflow keep results (kept.py)
CLIENT = Path(__file__).with_name("client.py")
SERVER = Path(__file__).with_name("server.py")
# The parent must not start threads, for its children would miss them: neither the pools of the
# numerical libraries nor the thread in which Arrow's jemalloc cleans up.
SINGLE_THREADED = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
}


def start(python: str = sys.executable) -> subprocess.Popen | None:
    """Start a server for the jobs of this process; None where the system has no means for it.

    `python` is that of the environment in which jobs run.

    The socket's path is relative: an absolute one may exceed the 107 bytes that the system allows.
    It listens before the server has imported anything, so jobs wait for it rather than import
    torch themselves.
    """
    if sys.platform != "linux":
        return None
    folder = _private_folder()
    address = folder / "socket"
    with socket.socket(socket.AF_UNIX) as listener:
        try:
            listener.bind(str(address))
        except OSError:  # a file system without sockets
            return None
        listener.listen(128)
        server = subprocess.Popen(
            [python, "-P", SERVER, str(listener.fileno()), str(os.getpid()), folder],
            pass_fds=[listener.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            env=os.environ | SINGLE_THREADED | _ours_for(python),
        )
    os.environ[ADDRESS] = str(address)
    return server


def start_for_shell(python: str = sys.executable) -> str:
    """Start a server; the prefix with which shell commands of this process find it.

    The environment would hand it on: SLURM to its jobs, wherever they run.
    """
    start(python)
    return shell_prefix(os.environ.pop(ADDRESS, ""), python)


def start_with_first_job(
    executor: type, set_prefix: Callable[[str], None], environment: Path
) -> None:
    """Let Snakemake's local executor start a server before the first job that it runs.

    So do a run on one machine, the machine from which a cluster is used, and the Snakemake that
    computes a group of blocks in one of the cluster's jobs. One that was started for a single job
    imports what that needs, and no more. `set_prefix` takes what comes before shell commands;
    `environment` is the file of our rules' environment.
    """
    run = executor.run_job

    def run_first(self: object, job: object) -> None:
        if python := interpreter(self.workflow, job, environment):
            executor.run_job = run
            sent = len(self.workflow.dag_settings.target_jobs)  # none where nobody sent us jobs
            set_prefix(shell_prefix(python=python) if sent == 1 else start_for_shell(python))
        run(self, job)

    executor.run_job = run_first


def interpreter(workflow: object, job: object, environment: Path) -> str:
    """The Python that our rules' jobs run with: that of the environment made for them, or ours.

    "" if environments were made and the job is of somebody else's rule, in a workflow of theirs.
    """
    deployed = {method.name for method in workflow.deployment_settings.deployment_method}
    if "CONDA" not in deployed:
        return sys.executable
    made = job.conda_env
    file = made and made.file and made.file.get_path_or_uri(secret_free=True)
    return f"{made.address}/bin/python" if file == str(environment) else ""


def shell_prefix(address: str = "", python: str = sys.executable) -> str:
    """What makes `initatlas` a command of a rule's shell: the client of the server at `address`.

    Braces are doubled, those of paths as well: Snakemake formats what it puts before a command.
    """
    client = shlex.join([python, "-I", "-S", str(CLIENT)])
    variables = {KEEP: "yes"} | _ours_for(python) | ({ADDRESS: address} if address else {})
    exported = " ".join(f"{name}={shlex.quote(value)}" for name, value in variables.items())
    prefix = f'set -euo pipefail; export {exported}; initatlas() {{ exec {client} "$@"; }}; '
    return prefix.replace("{", "{{").replace("}", "}}")


def _ours_for(python: str) -> dict[str, str]:
    """What lets another Python than this process's find our package, the one at work here."""
    return {} if python == sys.executable else {"PYTHONPATH": str(Path(__file__).parents[2])}


def folder_of(pid: int) -> Path:
    """The folder of a process's server; other machines may work on the same file system."""
    return FOLDER / f"{socket.gethostname()}-{pid}"


def _private_folder() -> Path:
    """A folder of this process that nobody else may enter, after removing those of dead ones."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for other in FOLDER.glob(f"{socket.gethostname()}-*"):
        pid = int(other.name.rpartition("-")[2])
        if pid == os.getpid() or not Path(f"/proc/{pid}").exists():
            shutil.rmtree(other, ignore_errors=True)
    folder = folder_of(os.getpid())
    folder.mkdir(mode=0o700)
    return folder
