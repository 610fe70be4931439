"""(c) What does planning cost, by number of jobs? Stand-in outputs, so that nothing is computed."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import yaml

from benchmarks import project
from benchmarks.result import Result, seconds
from initatlas.plan import Plan

STUDY = project.ROOT / "workflow/studies/smoke.yaml"
SEEDS = (16, 64, 192)  # seeds of every cell; a job each
NOTHING = "Nothing to be done"


def measure() -> list[Result]:
    rows = []
    for seeds in SEEDS:
        with project.folder() as where:
            config = configuration(seeds)
            study = where / "study.yaml"
            study.write_text(yaml.safe_dump(config))
            fresh, said = project.snakemake(study, where, "--dry-run", "--quiet", "rules")
            jobs = int(re.search(r"^total\s+(\d+)", said, re.MULTILINE)[1])
            stand_in(config, where)
            touched, _ = project.snakemake(study, where, "--touch")
            again, said = project.snakemake(study, where)
            if NOTHING not in said:
                raise RuntimeError(f"a run of unchanged outputs did something:\n{said}")
            per_job = 1000 * again / jobs
            rows.append((str(jobs), *map(seconds, (fresh, touched, again)), f"{per_job:.1f} ms"))
    return [
        Result(
            title="(c) Planning, by number of jobs",
            columns=("jobs", "dry run, fresh", "marking all as done", "no-op", "no-op per job"),
            rows=rows,
            remarks=("Wall time of whole commands; outputs are empty stand-ins.",),
        )
    ]


def configuration(seeds: int) -> dict:
    """The smoke study with a job for each seed."""
    config = yaml.safe_load(STUDY.read_text())
    return config | {"study": "planning", "seeds": {"count": seeds, "per_block": 1}}


def stand_in(config: Mapping, where: Path) -> None:
    """Empty files in place of the study's outputs."""
    for path in outputs(config):
        file = where / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()


def outputs(config: Mapping) -> Iterator[str]:
    plan = Plan.of(config)
    yield from (output.path for output in plan.outputs())
    yield plan.path("manifest.json")
