"""Is a run at work here? One lock a study, held by the process that runs it until it ends."""

import fcntl
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import IO

FOLDER = Path(".cache/runs")
# What tables.write_atomically leaves behind when it is killed.
PARTIAL = re.compile(r"\..+\.(arrow|parquet|csv|json|svg|png|html)\.[a-z0-9_]{8}")


class RunError(RuntimeError):
    """A study cannot be computed here and now."""


class StudyBusyError(RunError):
    """Another process is computing the study."""


class NoDeviceError(RunError):
    """This machine cannot compute the study's networks."""


class UnwritableError(RunError):
    """A file of the study cannot be changed."""


def hold(study: str) -> IO[str]:
    """Claim a study for as long as the file that this returns is open.

    Raises:
        StudyBusyError: another process holds it.
    """
    FOLDER.mkdir(parents=True, exist_ok=True)
    lock = (FOLDER / f"{study}.lock").open("a+")
    if not _acquire(lock):
        lock.seek(0)
        owner = lock.read().strip() or "unknown"
        lock.close()
        raise StudyBusyError(
            f"study '{study}' is being computed by another run (process {owner}); "
            "wait for it, or end it, and start again"
        )
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    return lock


def require_device(name: str) -> None:
    """See that this machine has the device on which a study's networks are computed.

    Asked of a process of its own, as torch takes seconds to import and this one has no need of it.

    Raises:
        NoDeviceError: it has not.
    """
    if name == "cpu":
        return
    code = f"from initatlas import devices; devices.require({name!r})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    if done.returncode:
        raise NoDeviceError(done.stderr.strip().rpartition("DeviceError: ")[2])


def finish_groups(executor: type) -> None:
    """Let the Snakemake of a cluster's job compute all of its blocks, though some fail.

    It would end with the first, even if whoever submitted it goes on (--keep-going), and what
    comes after a block that always fails would never be computed.

    `executor` is Snakemake's local one.
    """
    run = executor.run_job

    def run_on(self: object, job: object) -> None:
        if len(self.workflow.dag_settings.target_jobs) > 1:
            self.workflow.scheduler.keepgoing = True
        run(self, job)

    executor.run_job = run_on


def at_work() -> list[str]:
    """The studies that runs hold in this folder now."""
    found = []
    for path in sorted(FOLDER.glob("*.lock")):
        with path.open() as lock:
            if not _acquire(lock):
                found.append(path.stem)
    return found


def sweep(folder: Path) -> list[Path]:
    """Remove the half-written files of killed jobs under `folder`; return them.

    Raises:
        UnwritableError: one cannot be removed.
    """
    found = [path for path in sorted(folder.rglob(".*")) if PARTIAL.fullmatch(path.name)]
    for path in found:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise UnwritableError(
                f"{path}: cannot be removed ({error.strerror}); "
                f"let {folder} be written to and run again"
            ) from error
    return found


def _acquire(lock: IO[str]) -> bool:
    """Whether nobody else holds the file's lock; it is ours then, until the file is closed."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
