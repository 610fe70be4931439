"""What does the log of a failed job say? Its end, or why it says nothing."""

import errno
import os
import shutil
from collections import deque
from pathlib import Path

from snakemake_logger_plugin_initatlas.remedies import allow

ROOM = 65_536  # bytes that are free where a job can write its log and a block
TAIL = 40  # last lines of a failed job's log that are shown


def tail(path: str) -> str:
    """The end of a log, indented, under its path."""
    path = path.partition(" ")[0]  # Snakemake appends remarks such as "(check log file(s) …)"
    try:
        with Path(path).open(errors="replace") as log:
            lines = deque(log, maxlen=TAIL)
    except OSError as error:
        if not os.access(Path(path).parent, os.W_OK):  # the shell could not begin it
            return f"  {allow(Path(path))}"
        return f"  {path}: {error.strerror}"
    if not lines and shutil.disk_usage(Path(path).parent).free < ROOM:
        # The job could not even say so: its log is empty, too.
        lines = [f"{os.strerror(errno.ENOSPC)}; make room in {Path(path).parent} and run again"]
    return "\n".join([f"  {path}:", *(f"    {line.rstrip()}" for line in lines)])
