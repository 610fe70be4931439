"""The cost model against what the jobs of a real run said that they cost."""

import json
import statistics
from pathlib import Path

import pytest

from initatlas import costs
from initatlas.plan import STAGES, Plan
from initatlas.study import load_yaml
from tests.workflow.project import ROOT, SMOKE, Project

FACTOR = 5  # by which a block may cost more or less than expected: machines differ by 3
PLAN = Plan.of(load_yaml(ROOT / SMOKE))
MEASURED = [stage for stage in STAGES if PLAN.blocks(stage)]
STARTED_MB = 900  # what of BASE_MB a job may take that was forked, with no Snakemake around it


def usage_of(finished: Project, path: str) -> dict:
    """What the job with this path, among the logs, said that it cost."""
    log = Path(PLAN.results, "logs", path).with_suffix(".log")
    return json.loads(finished.read(str(log)).splitlines()[-1])["usage"]


def expect_within(said: dict, job: dict) -> None:
    """The job took less than it had asked for; there was no Snakemake around it."""
    assert said["cpu_seconds"] < 60 * costs.runtime_minutes(job)
    assert said["peak_memory_mb"] < costs.memory_mb(job) - costs.BASE_MB + STARTED_MB


@pytest.fixture(scope="module")
def measured(finished) -> dict[str, list[tuple[dict, dict]]]:
    """Of every stage, each block's job and what its log says that it cost."""
    found = {}
    for stage, (rule, _) in STAGES.items():
        for block in PLAN.study.grid(stage).blocks():
            said = usage_of(finished, block.path(rule))
            found.setdefault(stage, []).append((PLAN.study.job(stage, block), said))
    return found


@pytest.mark.parametrize("stage", MEASURED)
def test_blocks_take_about_the_expected_time(measured, stage):
    ratios = [said["cpu_seconds"] / costs.seconds(job) for job, said in measured[stage]]
    assert 1 / FACTOR < statistics.median(ratios) < FACTOR, sorted(ratios)
    assert max(ratios) < 2 * FACTOR


@pytest.mark.parametrize("stage", MEASURED)
def test_no_block_takes_the_time_or_the_memory_that_is_asked_for(measured, stage):
    for job, said in measured[stage]:
        expect_within(said, job)


@pytest.mark.parametrize("name", PLAN.offered.predictions)
def test_no_prediction_takes_the_time_or_the_memory_that_is_asked_for(finished, name):
    for activation, _ in PLAN.offered.predicted(name):
        said = usage_of(finished, f"compute_theory/{name}-{activation}.log")
        expect_within(said, PLAN.offered.prediction_job(name, activation))
