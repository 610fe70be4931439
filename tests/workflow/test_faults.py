"""What goes wrong is said at once and clearly; what is killed is resumed to the same bytes."""

import os
import re
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.workflow.project import LIMIT, SMOKE, Project

RESULTS = "results/smoke"
# Run by `make test`, make would say which folder it enters and leaves.
MAKE = ("make", "--no-print-directory", "--old-file=.venv/.stamp", "reproduce")
MAKE += (f"STUDY={SMOKE}", "CORES=2")
BROKEN_ACTIVATION = '''
"""An activation that cannot be computed, as only its jobs find out."""

import torch

from initatlas.activations import Activation


def refuse(z):
    if z.ndim > 1:
        raise ArithmeticError("this activation is broken on purpose")
    return torch.tanh(z)


BROKEN = Activation(name="broken", phi=refuse, derivative=refuse, kinks=(), source="this test")
'''


def wait_for(condition, what: str) -> None:
    deadline = time.monotonic() + LIMIT / 2
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.02)


@pytest.mark.parametrize("whom", ["group", "main"])
def test_a_run_killed_in_mid_job_resumes_to_the_same_bytes(empty, finished, whom):
    run = subprocess.Popen(
        MAKE,
        cwd=empty.folder,
        env=empty.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        process_group=0,
    )
    try:
        blocks = f"{RESULTS}/training/**/*.arrow"
        wait_for(lambda: len(empty.times(blocks)) >= 3, "the third block")
        victim = run.pid if whom == "group" else _main(empty)
        (os.killpg if whom == "group" else os.kill)(victim, signal.SIGKILL)
        run.wait(timeout=60)
    except BaseException:
        os.killpg(run.pid, signal.SIGKILL)
        raise
    wait_for(lambda: not empty.processes(), "the end of all processes")
    assert len(empty.times(blocks)) < 16
    assert not (empty.folder / f"{RESULTS}/report.html").exists()

    resumed = empty.run(*MAKE).expect(0)
    assert resumed.output.splitlines()[-1] == f"{RESULTS}/report.html"
    assert empty.processes() == []
    for pattern in ("*.arrow", "initialization/**/*.arrow", "training/**/*.arrow"):
        assert empty.files(f"{RESULTS}/{pattern}") == finished.files(f"{RESULTS}/{pattern}")
    for pattern in ("tables/*.parquet", "tables/*.csv", "figures/*"):
        mine, theirs = (p.files(f"{RESULTS}/{pattern}") for p in (empty, finished))
        assert set(mine) == set(theirs)
        # The timings of two runs differ, and nothing else does.
        assert {n for n in mine if mine[n] != theirs[n]} <= {n for n in mine if "timings" in n}
    assert not [path for path in empty.folder.glob("results/**/.*") if path.is_file()]


def _main(project: Project) -> int:
    """The process of Snakemake itself."""
    found = [line.split() for line in project.processes() if " --cores " in line]
    return next(int(pid) for pid, *words in found if ".venv/bin/snakemake" in words)


def test_a_faulty_study_is_refused_before_anything_runs_with_all_that_is_wrong(empty):
    empty.edit(SMOKE, "relu, tanh", "rellu, tanh")
    empty.edit(SMOKE, "depths: [2, 6]\nwidths", "depths: [0]\nwidths")
    result = empty.snakemake(SMOKE).expect(1)
    assert "rellu" in result.output
    assert "did you mean 'relu'" in result.output
    assert "depths" in result.output
    assert "Traceback" not in result.output
    assert empty.times("results/*/*") == {}


def test_a_key_given_twice_is_refused(empty):
    empty.edit(SMOKE, "seed: 7", "seed: 7\nseed: 8")
    result = empty.snakemake(SMOKE).expect(1)
    assert "'seed' is given twice" in result.output
    assert "Traceback" not in result.output


def test_a_failing_job_shows_its_log_and_stops_only_what_depends_on_it(project):
    (project.folder / "mine.py").write_text(BROKEN_ACTIVATION)
    project.edit(SMOKE, "[relu, tanh]", "[relu, tanh, gelu, 'mine:BROKEN']")
    profile = ("--workflow-profile", "workflow/profiles/default")
    result = project.snakemake(SMOKE, *profile, "--", f"{RESULTS}/tables/layers.parquet").expect(1)
    assert "FAILED initialize_networks" in result.output
    assert "activation=broken" in result.output
    assert "ArithmeticError: this activation is broken on purpose" in result.output
    assert "17 failed" in result.output  # 16 blocks, and what theory says of the activation
    assert len(project.times(f"{RESULTS}/initialization/**/activation=gelu/**/*.arrow")) == 16
    assert project.times(f"{RESULTS}/initialization/**/activation=broken/**/*.arrow") == {}


def test_a_second_run_of_a_study_is_refused_while_the_first_is_at_work(project):
    """Two real runs: the first one is completed as if there were no other."""
    project.edit(SMOKE, "steps: 60", "steps: 61")
    first = subprocess.Popen(
        MAKE, cwd=project.folder, env=project.environment, stdout=subprocess.DEVNULL
    )
    blocks = f"{RESULTS}/training/**/*.arrow"
    before = project.times(blocks)
    wait_for(lambda: project.times(blocks) != before, "the first block")
    again = project.run(*MAKE)
    assert first.poll() is None
    assert again.status != 0
    assert re.search(r"being computed by another run \(process \d+\)", again.output), again.output
    assert project.times(".snakemake/locks/*")
    assert first.wait(timeout=LIMIT) == 0
    assert project.snakemake(SMOKE).expect(0).jobs == {}


@pytest.mark.skipif(Path("/dev/nvidia0").exists(), reason="there is a GPU here")
def test_a_study_for_a_gpu_that_is_not_here_is_refused_before_any_job(empty):
    empty.edit(SMOKE, "\nmemory_mb:", "\ndevice: cuda\nmemory_mb:")
    refused = empty.snakemake(SMOKE).expect(1)
    assert "device: cuda is not to be had on this machine" in refused.output
    assert "Traceback" not in refused.output
    assert empty.times("results/*/*") == {}


def test_a_study_without_training_is_a_study(project):
    text = project.read(SMOKE)
    start, end = text.index("training:"), text.index("outcomes:")
    text = text[:start] + "training: null\n\n" + text[end:]
    (project.folder / "untrained.yaml").write_text(text.replace("study: smoke", "study: untrained"))
    jobs = project.snakemake("untrained.yaml").expect(0).jobs
    assert "train_networks" not in jobs
    assert project.snakemake("untrained.yaml").expect(0).jobs == {}


def test_more_seeds_extend_the_results_and_change_none(project):
    before = project.files(f"{RESULTS}/initialization/**/*.arrow")
    project.edit(SMOKE, "seeds: {count: 4, per_block: 2}", "seeds: {count: 6, per_block: 2}")
    target = f"{RESULTS}/tables/layers.parquet"
    jobs = project.snakemake(SMOKE, "--", target).expect(0).jobs
    assert jobs["initialize_networks"] == 16
    after = project.files(f"{RESULTS}/initialization/**/*.arrow")
    assert {name: after[name] for name in before} == before
