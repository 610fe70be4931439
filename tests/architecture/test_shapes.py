"""Shapes and types in signatures are promises: the numeric tests run again with them checked."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = ["stages", "networks", "predictors", "probes", "spectra", "training"]
AT_ONCE = 2  # each has one thread


def checked(folder: str) -> subprocess.CompletedProcess:
    """The tests of a folder, with annotations checked: four times as slow as without."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider"]
    command += ["--jaxtyping-packages=initatlas,beartype.beartype"]
    command += [str(ROOT / "tests" / "unit" / folder)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def runs() -> Iterator[dict[str, Future]]:
    """The runs of all folders, begun."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield {folder: pool.submit(checked, folder) for folder in FOLDERS}


@pytest.mark.timeout(900)  # seconds
@pytest.mark.parametrize("folder", FOLDERS)
def test_annotations_hold_while_networks_are_drawn_measured_and_trained(runs, folder):
    run = runs[folder].result()
    assert run.returncode == 0, run.stdout[-3000:]
    assert " passed" in run.stdout
