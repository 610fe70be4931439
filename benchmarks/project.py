"""How are studies run for a benchmark? With Snakemake, in a folder of their own."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[1]
CORES = 2


@contextmanager
def folder() -> Iterator[Path]:
    """An empty folder for results and Snakemake's records, gone afterwards."""
    with TemporaryDirectory(prefix="initatlas-benchmark-") as name:
        yield Path(name)


def snakemake(
    study: Path, where: Path, *options: str, program: tuple[str, ...] = ("-m", "snakemake")
) -> tuple[float, str]:
    """Run a study as `make reproduce` does; wall seconds, and what Snakemake said."""
    command = [sys.executable, *program, "--snakefile", str(ROOT / "Snakefile")]
    command += ["--configfile", str(study), "--directory", str(where), "--cores", str(CORES)]
    command += ["--workflow-profile", str(ROOT / "workflow/profiles/default"), *options]
    began = time.perf_counter()
    done = subprocess.run(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
    )
    took = time.perf_counter() - began
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}\nended with {done.returncode}:\n{done.stdout}")
    return took, done.stdout
