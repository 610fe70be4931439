"""(c) How long does a run take that has nothing to do, or only plans? By number of jobs.

The outputs are empty files that Snakemake is told to take for finished ones (--touch), so that
studies of any size can be had in some minutes.
"""

import math
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
BLOCKS = (5, 50, 500)  # of seeds; each makes 10 × 5 × 2 depths × 2 stages = 200 jobs
TURNS = 3
ONCE = 20_000  # jobs, from which on a single turn must do: it takes minutes
NOTHING = "Nothing to be done"
DONE = (str(Path(__file__).with_name("done.py")),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """Snakemake with all to do and all done, planning only, and a run in vain."""

    study: str
    jobs: int
    planned: project.Run
    planned_again: project.Run
    nothing_done: project.Run


def measure() -> list[Result]:
    with project.folder() as parent:
        studies = [DEFAULT, *(write_study(parent, blocks) for blocks in BLOCKS)]
        found = sorted((time_study(study, parent) for study in studies), key=lambda t: t.jobs)
    rows = [
        (t.study, f"{t.jobs:,}", *map(_told, (t.planned, t.planned_again, t.nothing_done)))
        for t in found
    ]
    first, last = found[0], found[-1]
    more = last.nothing_done.cpu_seconds - first.nothing_done.cpu_seconds
    ratio = last.nothing_done.cpu_seconds / first.nothing_done.cpu_seconds
    power = math.log(ratio) / math.log(last.jobs / first.jobs)
    remark = (
        f"Wall seconds, CPU seconds, peak memory; medians of {TURNS} up to {ONCE:,} jobs. From the "
        f"smallest study to the largest, a run with nothing to do takes "
        f"{1000 * more / (last.jobs - first.jobs):.2g} ms of CPU a job more: it grows like "
        f"jobs^{power:.2f}."
    )
    columns = ("study", "jobs", "dry run, all to do", "dry run, all done", "run, all done")
    return [
        Result(title="(c) Runs that compute nothing", columns=columns, rows=rows, remarks=(remark,))
    ]


def _told(run: project.Run) -> str:
    return f"{seconds(run.seconds)}, {seconds(run.cpu_seconds)}, {run.peak_mb:.0f} MB"


def write_study(folder: Path, blocks: int, **changes: object) -> Path:
    """The small grid with more of everything, each seed a job of its own."""
    config = yaml.safe_load(STUDY.read_text()) | {
        "study": f"seeds_{blocks}",
        "activations": ACTIVATIONS,
        "initializers": INITIALIZERS,
        "seeds": {"count": blocks, "per_block": 1},
        **changes,
    }
    path = folder / f"{config['study']}.yaml"
    path.write_text(yaml.safe_dump(config))
    return path


def time_study(study: Path, parent: Path) -> Times:
    config = yaml.safe_load(study.read_text())
    folder = parent / f"run_{config['study']}"
    folder.mkdir()
    plan = Plan.of(config)
    jobs = len({output.log() for output in plan.outputs()}) + 2  # manifest and crate
    turns = TURNS if jobs < ONCE else 1
    planned = _median(turns, study, folder, "--dry-run")
    pretend(plan, study, folder)
    planned_again = _median(turns, study, folder, "--dry-run", expect=NOTHING)
    nothing_done = _median(turns, study, folder, expect=NOTHING)
    check_that_changes_are_seen(config, folder)
    return Times(
        study=config["study"],
        jobs=jobs,
        planned=planned,
        planned_again=planned_again,
        nothing_done=nothing_done,
    )


def pretend(plan: Plan, study: Path, folder: Path) -> None:
    """Let all outputs seem to be made, and what made them recorded."""
    last = [plan.path("manifest.json"), plan.path(sources.METADATA)]
    for path in (*plan.output_paths({}), *last, *sources.copies(plan.results, project.ROOT)):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).touch()
    # Without --forceall, files that look finished get no record of what made them, and a run with
    # nothing to do would be spared the comparison with it.
    project.snakemake(study, folder, "--touch", "--forceall", program=DONE)


def check_that_changes_are_seen(config: Mapping, folder: Path) -> None:
    """A stand-in is worth nothing if Snakemake would take it for anything's result.

    Raises:
        RuntimeError: with another number of steps, something else than training would run first.
    """
    changed = {**config, "training": config["training"] | {"steps": 999}}
    study = folder / "changed.yaml"
    study.write_text(yaml.safe_dump(changed))
    said = project.snakemake(study, folder, "--dry-run", "--quiet", "rules").said
    if "train_networks" not in said or "initialize_networks" in said or "missing prov" in said:
        raise RuntimeError(f"a changed number of steps should rerun training alone:\n{said}")


def _median(turns: int, study: Path, folder: Path, *options: str, expect: str = "") -> project.Run:
    runs = [project.snakemake(study, folder, *options) for _ in range(turns)]
    for run in runs:
        if expect not in run.said:
            raise RuntimeError(f"{study.name}: expected '{expect}', Snakemake said:\n{run.said}")
    return sorted(runs, key=lambda run: run.cpu_seconds)[turns // 2]
