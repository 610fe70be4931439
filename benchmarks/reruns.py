"""(c) How long does a run take that has nothing to do, or only plans? By number of jobs.

The outputs are empty files that Snakemake is told to take for finished ones (--touch), so that
studies of any size can be had in no time.
"""

import math
import statistics
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from benchmarks import project
from benchmarks.result import Result, seconds
from initatlas import sources
from initatlas.plan import Plan

STUDY = Path(__file__).with_name("grid.yaml")
DEFAULT = project.ROOT / "config.yaml"
ACTIVATIONS = ["linear", "relu", "elu", "gelu", "silu", "tanh", "erf", "sigmoid", "softsign", "sin"]
INITIALIZERS = ["he_normal", "he_uniform", "glorot_normal", "orthogonal", "torch_default"]
BLOCKS = (1, 4, 14, 50)  # of seeds; each makes 10 × 5 × 2 depths × 2 stages = 200 jobs
TURNS = 3
NOTHING = "Nothing to be done"
# Snakemake waits 0.1 s before it touches a file: five minutes for 3,000 jobs.
IMPATIENT = (
    "-c",
    "from snakemake.executors.touch import Executor; Executor.SLEEPING_TIME = 0.001; "
    "from snakemake.cli import main; main()",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """Seconds of Snakemake with all to do and all done, planning only, and of a run in vain."""

    study: str
    jobs: int
    planned: float
    planned_again: float
    nothing_done: float


def measure() -> list[Result]:
    with project.folder() as parent:
        studies = [DEFAULT, *(write_study(parent, blocks) for blocks in BLOCKS)]
        found = sorted((time_study(study, parent) for study in studies), key=lambda t: t.jobs)
    rows = [
        (t.study, str(t.jobs), *map(seconds, (t.planned, t.planned_again, t.nothing_done)))
        for t in found
    ]
    first, last = found[0], found[-1]
    slope = (last.nothing_done - first.nothing_done) / (last.jobs - first.jobs)
    power = math.log(last.nothing_done / first.nothing_done) / math.log(last.jobs / first.jobs)
    remark = (
        f"Medians of {TURNS}. From the smallest study to the largest, a run with nothing to do "
        f"takes {1000 * slope:.2g} ms a job more: it grows like jobs^{power:.2f}."
    )
    columns = ("study", "jobs", "dry run, all to do", "dry run, all done", "run, all done")
    return [
        Result(title="(c) Runs that compute nothing", columns=columns, rows=rows, remarks=(remark,))
    ]


def write_study(folder: Path, blocks: int) -> Path:
    """The small grid with more of everything, each seed a job of its own."""
    config = yaml.safe_load(STUDY.read_text()) | {
        "study": f"seeds_{blocks}",
        "activations": ACTIVATIONS,
        "initializers": INITIALIZERS,
        "seeds": {"count": blocks, "per_block": 1},
    }
    path = folder / f"{config['study']}.yaml"
    path.write_text(yaml.safe_dump(config))
    return path


def time_study(study: Path, parent: Path) -> Times:
    config = yaml.safe_load(study.read_text())
    folder = parent / f"run_{config['study']}"
    folder.mkdir()
    planned = _median(study, folder, "--dry-run")
    jobs = pretend(config, study, folder)
    planned_again = _median(study, folder, "--dry-run", expect=NOTHING)
    nothing_done = _median(study, folder, expect=NOTHING)
    check_that_changes_are_seen(config, folder)
    return Times(
        study=config["study"],
        jobs=jobs,
        planned=planned,
        planned_again=planned_again,
        nothing_done=nothing_done,
    )


def pretend(config: Mapping, study: Path, folder: Path) -> int:
    """Let all outputs seem to be made; the number of jobs that would have made them."""
    plan = Plan.of(config)
    last = [plan.path("manifest.json"), plan.path(sources.METADATA)]
    for path in (*plan.output_paths({}), *last, *sources.copies(plan.results, project.ROOT)):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).touch()
    # Without --forceall, files that look finished get no record of what made them, and a run with
    # nothing to do would be spared the comparison with it.
    project.snakemake(study, folder, "--touch", "--forceall", program=IMPATIENT)
    outputs = len(plan.output_paths({})) + len(last)
    return outputs - 2 * len(plan.offered.figures)  # a figure is one job with three outputs


def check_that_changes_are_seen(config: Mapping, folder: Path) -> None:
    """A stand-in is worth nothing if Snakemake would take it for anything's result.

    Raises:
        RuntimeError: with another number of steps, something else than training would run first.
    """
    changed = {**config, "training": config["training"] | {"steps": 999}}
    study = folder / "changed.yaml"
    study.write_text(yaml.safe_dump(changed))
    _, said = project.snakemake(study, folder, "--dry-run", "--quiet", "rules")
    if "train_networks" not in said or "initialize_networks" in said or "missing prov" in said:
        raise RuntimeError(f"a changed number of steps should rerun training alone:\n{said}")


def _median(study: Path, folder: Path, *options: str, expect: str = "") -> float:
    times = []
    for _ in range(TURNS):
        took, said = project.snakemake(study, folder, *options)
        if expect not in said:
            raise RuntimeError(f"{study.name}: expected '{expect}', Snakemake said:\n{said}")
        times.append(took)
    return statistics.median(times)
