"""Shapes and types in signatures are promises: the numeric tests run again with them checked."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = ["networks", "predictors", "probes", "spectra", "stages", "training"]


@pytest.mark.timeout(900)  # seconds: a whole folder, four times as slow as without the checks
@pytest.mark.parametrize("folder", FOLDERS)
def test_annotations_hold_while_networks_are_drawn_measured_and_trained(folder):
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider"]
    command += ["--jaxtyping-packages=initatlas,beartype.beartype"]
    command += [str(ROOT / "tests" / "unit" / folder)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout[-3000:]
    assert " passed" in run.stdout
