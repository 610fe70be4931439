"""What goes wrong is said at once and clearly, before any job where that can be."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.workflow.project import LIMIT, MAKE, SMOKE, wait_for

RESULTS = "results/smoke"
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


def test_of_two_runs_started_at_once_one_computes_and_one_is_refused(project):
    project.edit(SMOKE, "steps: 60", "steps: 61")
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    both = [
        subprocess.Popen(MAKE, cwd=project.folder, env=project.environment, **options)
        for _ in range(2)
    ]
    said = [run.communicate(timeout=LIMIT)[0] for run in both]
    (refused,) = (text for run, text in zip(both, said, strict=True) if run.returncode)
    assert "another run" in refused
    assert "--unlock" not in refused
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
