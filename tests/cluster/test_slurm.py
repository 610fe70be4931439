"""A study on a real SLURM: the same tables as without, whatever happens to its jobs."""

import json
import os
import re
import signal
import subprocess
import sys

import pytest
import yaml

from snakemake_logger_plugin_initatlas import AGAIN
from tests.cluster import slurm
from tests.cluster.greedy import FAULTS, FOR_GOOD
from tests.cluster.project import (
    COSTS,
    LIMIT,
    RESULTS,
    STUDY,
    begin,
    blocks,
    finish,
    jobs,
    same_tables,
    wait_for,
)
from tests.workflow.project import SMOKE, Project

pytestmark = pytest.mark.timeout(600)
PROFILE = "workflow/profiles/slurm/config.yaml"
MANY = 40  # blocks, which take longer to submit than one to be listed
OUTAGE = 60  # seconds without a controller, more than several questions to it take
TELL = """
    main = __import__("__main__").__file__
    print("sees GPU", os.environ.get("CUDA_VISIBLE_DEVICES"), "in", main, flush=True)
"""
REFUSED = {  # what is changed where → what is said, and how often it is tried
    "memory": (COSTS, "BASE_MB = 2200", "BASE_MB = 20000", "configuration is not available", 1),
    "time": (COSTS, "START_SECONDS = 60.0", "START_SECONDS = 42000.0", "(PartitionTimeLimit)", 1),
    "option": (PROFILE, "# - slurm_account=mine", "  - slurm_extra='--job-name=x'", "job-name", 3),
}
IN_HASTE = {  # how long is waited
    "src/initatlas/slurm/plugin.py": ("PATIENCE = 900.0", "PATIENCE = 5.0"),
    "src/initatlas/slurm/queue.py": ("ASKED_EVERY = 300.0", "ASKED_EVERY = 1.0"),
}


def test_a_node_that_crashes_costs_its_jobs_a_second_attempt(prepared, local, tmp_path):
    """It comes first: other tests' jobs would be on the node, too."""
    project = Project.copy_of(prepared.folder, tmp_path)
    run = begin(project)
    wait_for(lambda: jobs(project, "RUNNING"), "a job at work")
    slurm.crash_node()
    wait_for(lambda: "NODE_FAIL" in jobs(project).values(), "its being missed")
    slurm.start_node()
    said = finish(project, run)
    assert "SLURM status is: 'NODE_FAIL'" in said
    same_tables(project, local)


@pytest.mark.timeout(1000)
def test_the_smoke_study_has_the_bytes_of_a_local_run_but_for_recorded_times(
    greedy, prepared, finished, tmp_path
):
    project = Project.copy_of(prepared.folder, tmp_path)
    said = finish(project, begin(project, "all", study=SMOKE), limit=900)
    assert project.differs(finished, "smoke") == set()
    # Small blocks and predictions share jobs.
    submitted = jobs(project)
    assert set(submitted.values()) == {"COMPLETED"}, said
    assert not (project.folder / ".cache/runs/smoke.slurm").exists()
    assert len(submitted) < len(project.files("results/smoke/**/*.arrow")) / 4


def test_what_was_cancelled_and_killed_is_completed_by_a_plain_rerun(
    greedy, prepared, local, tmp_path
):
    project = Project.copy_of(prepared.folder, tmp_path)
    run = begin(project)
    first = wait_for(lambda: list(jobs(project, "RUNNING")), "the first job at work")[0]
    slurm.run("scancel", first)
    wait_for(lambda: len(jobs(project)) > 3, "its retry")  # three were submitted at first
    os.killpg(run.pid, signal.SIGKILL)
    run.wait(timeout=60)
    left = wait_for(lambda: jobs(project, "PENDING,RUNNING"), "jobs that outlive their run")

    unlock = (sys.executable, "-m", "initatlas", "unlock", "--study", STUDY)
    freed = project.run(*unlock).expect(0)
    # One that was at work may have ended in between; the others, which wait, are cancelled.
    waiting = [job for job, state in left.items() if state == "PENDING"]
    assert waiting or "cancelling" in freed.output, freed.output
    assert all(job in freed.output for job in waiting), freed.output
    assert jobs(project, "PENDING,RUNNING,COMPLETING") == {}
    assert project.times(".snakemake/locks/*") == {}

    finish(project, begin(project))
    same_tables(project, local)


def test_ctrl_c_cancels_the_jobs_and_a_plain_rerun_completes_the_study(
    greedy, prepared, local, tmp_path
):
    project = Project.copy_of(prepared.folder, tmp_path)
    run = begin(project)
    wait_for(lambda: jobs(project, "RUNNING"), "the first job at work")
    os.killpg(run.pid, signal.SIGINT)
    assert run.wait(timeout=60) != 0
    left = "PENDING,RUNNING,COMPLETING"
    wait_for(lambda: not jobs(project, left), "the end of its jobs", limit=30)
    assert "CANCELLED" in jobs(project).values(), project.read("run.txt")
    finish(project, begin(project))
    same_tables(project, local)


def test_an_early_ctrl_c_leaves_no_job_and_submits_no_more(prepared, tmp_path):
    project = Project.copy_of(prepared.folder, tmp_path)
    config = yaml.safe_load(project.read(STUDY)) | {"seeds": {"count": MANY, "per_block": 1}}
    (project.folder / STUDY).write_text(yaml.safe_dump(config))
    project.edit(PROFILE, "_seconds=8", "_seconds=1")
    run = begin(project, f"{RESULTS}/tables/layers.parquet")
    wait_for(lambda: jobs(project), "the first job")
    os.killpg(run.pid, signal.SIGINT)
    assert run.wait(timeout=60) != 0
    wait_for(lambda: not jobs(project, "PENDING,RUNNING,COMPLETING"), "their end", limit=30)
    assert 0 < len(jobs(project)) < MANY


def test_blocks_of_a_study_for_gpus_are_given_one_each_and_theory_is_not(prepared, tmp_path):
    project = Project.copy_of(prepared.folder, tmp_path)
    config = yaml.safe_load(project.read(STUDY)) | {"device": "cuda"}
    (project.folder / STUDY).write_text(yaml.safe_dump(config))
    # There is none: what SLURM says of it is logged, and the processor does its work.
    project.edit(
        "src/initatlas/devices.py", "    require(name)\n", f"{TELL}    yield\n    return\n"
    )
    finish(project, begin(project))
    given = jobs(project, said="%b")  # beside cores and memory
    assert set(jobs(project).values()) == {"COMPLETED"}
    assert set(given.values()) == {"gres:gpu:1", "N/A"}, given
    logs = project.files(f"{RESULTS}/logs/*_networks/**/*.log")
    assert len(logs) == 4
    assert all(log.startswith(b"sees GPU 0 in ") for log in logs.values()), logs
    # Two blocks share a job, and are forked from a parent that has torch.
    assert all(b"/warm/server.py\n" in log for log in logs.values()), logs


def test_a_controller_that_is_away_for_a_while_costs_time_and_no_job(prepared, local, tmp_path):
    project = Project.copy_of(prepared.folder, tmp_path)
    run = begin(project)
    wait_for(lambda: jobs(project, "RUNNING"), "a job at work")
    slurm.stop_controller()
    with pytest.raises(subprocess.TimeoutExpired):
        run.wait(timeout=OUTAGE)
    slurm.start_controller()
    finish(project, run)
    same_tables(project, local)


def test_a_controller_that_cannot_be_asked_is_an_error_that_says_so(prepared, tmp_path):
    project = Project.copy_of(prepared.folder, tmp_path)
    (project.folder / ".cache/runs").mkdir(parents=True)
    (project.folder / ".cache/runs/cluster.slurm").touch()
    (project.folder / "squeue").write_text("#!/bin/sh\necho no controller >&2\nexit 1\n")
    (project.folder / "squeue").chmod(0o755)
    words = "import os, sys; os.environ['PATH'] = os.getcwd() + ':' + os.environ['PATH']; "
    words += f"from initatlas.cli import main; sys.exit(main(['unlock', '--study', '{STUDY}']))"
    refused = project.run(sys.executable, "-c", words).expect(1)
    assert "may still be at work, and SLURM cannot be asked (no controller)" in refused.output
    assert "delete .cache/runs/cluster.slurm" in refused.output


def test_the_profile_is_what_make_uses_by_its_name(prepared):
    done = prepared.run(
        "make", "--dry-run", "--old-file=.venv/.stamp", "reproduce", "PROFILE=slurm"
    )
    assert "--workflow-profile 'workflow/profiles/slurm'" in done.expect(0).output
    assert "--cores" not in done.output


@pytest.mark.parametrize("fault", FAULTS)
def test_a_job_of_several_blocks_that_is_killed_succeeds_with_more(greedy, local, fault):
    project, run = greedy[fault]
    said = finish(project, run)
    (status,) = re.findall(r"SLURM status is: '(\w+)'\. The job asked for \d+ MB and \d+ min", said)
    assert status in FAULTS[fault]
    states = jobs(project)
    (failed,) = (job for job, state in states.items() if state in FAULTS[fault])
    (succeeded,) = set(states) - {failed}
    assert states[succeeded] == "COMPLETED", said
    for what, unit in (("%m", "M"), ("%l", ":00")):  # memory, time limit
        asked = {
            job: int(told.removesuffix(unit)) for job, told in jobs(project, said=what).items()
        }
        assert asked[succeeded] == 2 * asked[failed], asked
    assert set(project.files(f"{RESULTS}/initialization/**/*.arrow")) == set(blocks("relu", fault))
    (ordinary,) = blocks("relu")
    assert project.files(ordinary) == local.files(ordinary)
    # What SLURM's log of a failed job is for: which block it was, or that SLURM ended it.
    (log,) = project.files(".snakemake/slurm_logs/**/*.log").items()
    assert log[0].endswith(f"/{failed}.log")


def test_a_block_that_stays_broken_is_named_and_the_others_of_its_job_are_computed(greedy):
    project, run = greedy[FOR_GOOD]
    assert run.wait(timeout=LIMIT) != 0
    said = project.read("run.txt").splitlines()
    failures = [line for line in said if line.startswith("FAILED")]
    assert len(failures) == 3, said  # the profile has two retries
    assert all(f"activation={FOR_GOOD} " in line for line in failures)
    assert said.count("    ValueError: this one is broken") == 3
    assert said.count(AGAIN) == 2
    assert said[-1].startswith("1 of 4 jobs done · 1 failed"), said[-1]
    assert not [line for line in said if "permission denied" in line]
    # Snakemake removes what a job that failed has made; the next run finds it here.
    kept = project.files(".cache/results/cluster/*.json").values()
    assert {json.loads(text)["path"] for text in kept} == set(blocks("relu", "tanh"))


@pytest.mark.parametrize("asked", REFUSED)
def test_what_slurm_never_starts_is_an_error_and_not_waited_for(greedy, prepared, tmp_path, asked):
    project = Project.copy_of(prepared.folder, tmp_path)
    file, old, new, why, times = REFUSED[asked]
    for name, change in (IN_HASTE | {file: (old, new)}).items():
        project.edit(name, *change)
    run = begin(project, *blocks("relu"))
    assert run.wait(timeout=LIMIT / 4) != 0
    said = project.read("run.txt")
    assert why in said
    assert said.count("The job asked for ") == times, said
    assert "\nFAILED initialize_networks " in said
    assert "RuntimeWarning" not in said
    assert said.splitlines()[-1].startswith("1 of 2 jobs done · 1 failed")
    assert not jobs(project, "PENDING,RUNNING")
