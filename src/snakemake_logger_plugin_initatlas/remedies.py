"""What helps where Snakemake says only that it may not write or read a file, or lock a folder?"""

import os
import re
import shlex
from pathlib import Path

RESULTS = "results"
# The last line of an OSError for want of permission, or on a file system that is read-only.
REFUSED = re.compile(r"\[Errno (?:13|30)\] .+ '([^']+)'\s*$")
PROTECTED = "Write-protected output files"
AFFECTED = "affected files:"  # each on a line of its own, to the end
LOCKED = "Directory cannot be locked"
# `make` has released the locks of runs that are no more, so this one's owner is alive. Snakemake
# would have it unlocked.
WAIT = "another run in this folder makes the same files; wait for it, or end it, and start again"


def remedy(said: str) -> str:
    """What helps where files are closed or another run holds the folder; or else nothing."""
    return WAIT if LOCKED in said else opened(said)


def opened(said: str) -> str:
    """For each file of the results that an error says is closed, a line that names it and helps."""
    files = REFUSED.findall(said)
    if PROTECTED in said:
        files = said.partition(AFFECTED)[2].split("\n")
    paths = [Path(os.path.relpath(file.strip())) for file in files if file.strip()]
    return "\n".join(allow(path) for path in paths if path.parts[0] == RESULTS)


def allow(path: Path) -> str:
    """A line that says how a file of the results can be written again."""
    there = next(folder for folder in (path, *path.parents) if os.path.exists(folder))
    if os.statvfs(there).f_flag & os.ST_RDONLY:
        return f"{path}: is on a read-only file system; mount it for writing and run again"
    study = shlex.quote(str(Path(*path.parts[:2])))
    return f"{path}: permission denied; allow it with chmod -R u+rwX {study} and run again"
