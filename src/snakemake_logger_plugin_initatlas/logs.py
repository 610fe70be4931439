"""What does the log of a failed job say? Its end, or why it says nothing."""

import errno
import os
import re
import shutil
from collections import deque
from pathlib import Path

from initatlas import usage
from snakemake_logger_plugin_initatlas.remedies import allow

ROOM = 65_536  # bytes that are free where a job can write its log and a block
# SLURM's daemon says in the log of a job why it ended it.
KILLED = re.compile(r"slurmstepd.*(cancelled|memory|oom)", re.IGNORECASE)
TAIL = 40  # last lines of a failed job's log that are shown


def tail(path: str) -> str:
    """The end of a log, indented, under its path."""
    try:
        lines = _end(path)
    except OSError as error:
        return f"  {hindrance(path) or f'{path}: {error.strerror}'}"
    killed = dict.fromkeys(line for line in lines if KILLED.match(line))
    lines = killed or lines or filter(None, [hindrance(path)])
    return "\n".join([f"  {path}:", *(f"    {line.rstrip()}" for line in lines)])


def hindrance(path: str) -> str:
    """What kept a job from writing its log, and the remedy; nothing if it wrote, or could have."""
    file = Path(os.path.relpath(path))
    if file.exists() and file.stat().st_size:
        return ""
    there = next(folder for folder in file.parents if folder.exists())
    if not file.exists() and not os.access(there, os.W_OK):
        return allow(file)
    if shutil.disk_usage(there).free < ROOM:
        return f"{os.strerror(errno.ENOSPC)}; make room in {there} and run again"
    return ""


def blames(path: str) -> bool:
    """Whether a log tells of a job that failed: it says something, and not what the job took."""
    try:
        lines = _end(path)
    except OSError:
        return False
    return bool(lines) and usage.of(Path(path)) is None


def _end(path: str) -> deque[str]:
    with Path(path).open(errors="replace") as log:
        return deque(log, maxlen=TAIL)
