"""The warm parent: imports what jobs need and forks one child a job.

Every job runs the code that is on disk when it starts: a child in which our own modules are older
than their files imports them anew. The parent reads nothing that a client sends – the child does –
so no job can disturb it. Run as a script: `python -P server.py LISTENING_FD OWNER_PID FOLDER`.
"""

import array
import contextlib
import ctypes
import gc
import importlib
import importlib.util
import os
import select
import shutil
import signal
import socket
import sys
import time
import traceback
from dataclasses import dataclass, field
from typing import NoReturn

LIBRARIES = ("torch", "scipy.special", "pyarrow.parquet", "pandas", "altair", "vl_convert")
PACKAGE = "initatlas"
GRACE = 2.0  # seconds between asking a job to end and killing it
PR_SET_PDEATHSIG = 1
OOM_SCORE = "500"  # of 1000: when memory runs out, the system kills a job before its parent


@dataclass(slots=True)
class Job:
    """A child at work for a client."""

    pid: int
    pidfd: int
    connection: socket.socket
    deadline: float = float("inf")  # when it is killed, on the monotonic clock


@dataclass(slots=True)
class Server:
    """The sockets and children of one run."""

    listener: socket.socket
    owner: int  # pidfd of the process whose end is ours
    stamp: frozenset  # our files when their modules were imported
    poll: select.poll = field(default_factory=select.poll)
    jobs: dict[int, Job] = field(default_factory=dict)  # by pidfd, and by connection


def main(listening_fd: int, owner_pid: int, folder: str) -> None:
    """Serve until the owner ends or we are told to."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal sends it to all; the owner decides
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        owner = os.pidfd_open(owner_pid)
        if os.getppid() != owner_pid:
            return  # it ended before we could watch it
        for name in LIBRARIES:
            importlib.import_module(name)
        stamp = import_ours()
        gc.freeze()  # children then leave the parent's pages shared
        serve(Server(socket.socket(fileno=listening_fd), owner, stamp))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def import_ours() -> frozenset:
    """Import our own modules, and digest them; returns the stamp of their files."""
    stamp = stamp_files()
    # Whatever is wrong with the code on disk, the jobs that run it will say.
    with contextlib.suppress(Exception):
        for name in importlib.import_module(f"{PACKAGE}.cli").JOBS:
            importlib.import_module(f"{PACKAGE}.commands.{name}")
        importlib.import_module(f"{PACKAGE}.provenance").read_sources()
        return stamp
    return frozenset()


def stamp_files() -> frozenset:
    """Path, size and time of every file of our package: other code has another stamp."""
    found = set()
    for folder, _, names in os.walk(os.path.dirname(importlib.util.find_spec(PACKAGE).origin)):
        for path in (os.path.join(folder, name) for name in names if not name.endswith(".pyc")):
            with contextlib.suppress(FileNotFoundError):  # an editor's temporary file
                status = os.stat(path)
                found.add((path, status.st_size, status.st_mtime_ns))
    return frozenset(found)


def forget_ours() -> None:
    """Let the next import of our modules read their files."""
    for name in list(sys.modules):
        if name.partition(".")[0] == PACKAGE:
            del sys.modules[name]


def serve(server: Server) -> None:
    """Answer events: a new client, a client gone, a child ended, the owner ended."""
    server.poll.register(server.listener, select.POLLIN)
    server.poll.register(server.owner, select.POLLIN)
    while True:
        ready = [fd for fd, _ in server.poll.poll(next_deadline(server))]
        if server.owner in ready:
            return
        for fd in ready:
            if fd in server.jobs:
                settle(server, server.jobs[fd], ended=fd == server.jobs[fd].pidfd)
        for job in server.jobs.values():
            if time.monotonic() >= job.deadline:
                signal_group(job.pid, signal.SIGKILL)
        # Last: a new job may be given a file descriptor just closed that is still in `ready`.
        if server.listener.fileno() in ready:
            accept(server)


def next_deadline(server: Server) -> float | None:
    """Milliseconds until a job must be killed, or None."""
    nearest = min((job.deadline for job in server.jobs.values()), default=float("inf"))
    if nearest == float("inf"):
        return None
    return max(1.0, 1000 * (nearest - time.monotonic()))


def accept(server: Server) -> None:
    """Fork a child for a new client."""
    connection, _ = server.listener.accept()
    parent = os.getpid()
    pid = os.fork()
    if pid == 0:
        run_child(server, connection, parent)
    job = Job(pid, os.pidfd_open(pid), connection)
    server.jobs[job.pidfd] = server.jobs[connection.fileno()] = job
    server.poll.register(job.pidfd, select.POLLIN)
    server.poll.register(connection, 0)  # with no events asked for, poll reports its end alone


def settle(server: Server, job: Job, *, ended: bool) -> None:
    """Report a job's status to its client, or end the job of a client that is gone."""
    if not ended:
        server.poll.unregister(job.connection)
        signal_group(job.pid, signal.SIGTERM)
        job.deadline = time.monotonic() + GRACE
        return
    signal_group(job.pid, signal.SIGKILL)  # whatever it may have started
    _, status = os.waitpid(job.pid, 0)
    del server.jobs[job.pidfd], server.jobs[job.connection.fileno()]
    server.poll.unregister(job.pidfd)
    if job.deadline == float("inf"):
        server.poll.unregister(job.connection)
        with contextlib.suppress(OSError):  # the client went in this very moment
            job.connection.send(str(os.waitstatus_to_exitcode(status)).encode())
    os.close(job.pidfd)
    job.connection.close()


def signal_group(pid: int, number: int) -> None:
    """Signal a job and its children."""
    try:
        os.killpg(pid, number)
    except ProcessLookupError:  # the child has not come to making its group
        os.kill(pid, number)


def run_child(server: Server, connection: socket.socket, parent: int) -> NoReturn:
    """Be the job: never return into the server's own code, whatever happens."""
    status = 1
    try:
        isolate(server, parent)
        status = exit_status(run_request(connection))
    except SystemExit as error:
        status = exit_status(error.code)
    except BaseException:  # as the interpreter itself does at the end of a plain process
        traceback.print_exc()
    finally:
        with contextlib.suppress(OSError, ValueError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(status)


def exit_status(code: object) -> int:
    """What sys.exit makes of its argument."""
    if code is None or isinstance(code, int):
        return int(code or 0) & 0xFF
    sys.stderr.write(f"{code}\n")
    return 1


def isolate(server: Server, parent: int) -> None:
    """Leave the server's group, files and signals; die when it dies."""
    os.setpgid(0, 0)
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if server.stamp != stamp_files():
        forget_ours()
    with open("/proc/self/oom_score_adj", "w") as score:
        score.write(OOM_SCORE)
    server.listener.close()
    os.close(server.owner)
    for fd in server.jobs:  # or the end of another client would go unseen
        os.close(fd)


def run_request(connection: socket.socket) -> object:
    """Take on the client's streams, folder and environment, and run its command."""
    arguments, folder, environment, streams = receive(connection)
    for target, stream in enumerate(streams):
        os.dup2(stream, target)
        os.close(stream)
    connection.close()
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    sys.path.insert(0, folder)  # as `python -m` does
    sys.argv = ["initatlas", *arguments]
    threads = int(environment.get("OMP_NUM_THREADS", "1"))
    if threads != 1:
        sys.modules["torch"].set_num_threads(threads)
    importlib.invalidate_caches()
    return importlib.import_module(f"{PACKAGE}.cli").main(arguments)


def receive(connection: socket.socket) -> tuple[list[str], str, dict[str, str], array.array]:
    """The client's arguments, folder, environment and three streams."""
    streams = array.array("i")
    space = socket.CMSG_SPACE(3 * streams.itemsize)
    message, ancillary, _, _ = connection.recvmsg(65536, space)
    for _, _, data in ancillary:
        streams.frombytes(data)
    while part := connection.recv(65536):
        message += part
    count, *fields = os.fsdecode(message).split("\0")
    arguments, (folder, *rest) = fields[: int(count)], fields[int(count) :]
    return arguments, folder, dict(item.split("=", 1) for item in rest), streams


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
    os._exit(0)  # at once: tearing torch down takes longer than a job may outlive its run
