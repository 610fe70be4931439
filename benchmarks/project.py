"""How are studies run for a benchmark? With Snakemake, in a folder of their own."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from initatlas import slurm

ROOT = Path(__file__).parents[1]
CORES = 2


@contextmanager
def folder() -> Iterator[Path]:
    """An empty folder for results and Snakemake's records, gone afterwards."""
    with TemporaryDirectory(prefix="initatlas-benchmark-") as name:
        yield Path(name)


class Run(NamedTuple):
    """What a program took, and what it said."""

    seconds: float
    cpu_seconds: float
    peak_mb: float
    said: str


def snakemake(
    study: Path, where: Path, *options: str, program: tuple[str, ...] = ("-m", "snakemake")
) -> Run:
    """Run a study as `make reproduce` does."""
    command = [sys.executable, *program, "--snakefile", str(ROOT / "Snakefile")]
    command += ["--configfile", str(study), "--directory", str(where), "--cores", str(CORES)]
    command += ["--workflow-profile", str(ROOT / "workflow/profiles/default"), *options]
    return run(command, Path.cwd())


def run(command: Sequence[str], where: Path) -> Run:
    """Run a program with this repository's code; processes that it started count as well.

    Raises:
        RuntimeError: it failed.
    """
    began = time.perf_counter()
    with subprocess.Popen(
        command,
        cwd=where,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        env=os.environ | slurm.WITHOUT | {"PYTHONPATH": str(ROOT / "src")},
    ) as process:
        said = process.stdout.read()
        _, status, spent = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    took = time.perf_counter() - began
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)}\nended with {process.returncode}:\n{said}")
    # Linux counts in KiB.
    return Run(took, spent.ru_utime + spent.ru_stime, spent.ru_maxrss / 1024, said)
