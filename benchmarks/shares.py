"""(d) What do the cores do while the default study runs? Computing, or all that surrounds it."""

from benchmarks import project
from benchmarks.result import Result, seconds, share
from initatlas import usage
from initatlas.plan import STAGES

STUDY = project.ROOT / "config.yaml"
COMPUTING = ("compute_theory", *(rule for rule, _ in STAGES.values()))


def measure() -> list[Result]:
    with project.folder() as where:
        wall = project.snakemake(STUDY, where).seconds
        jobs = usage.collect(where / "results" / "atlas" / "logs")
    available = project.CORES * wall
    spent = sum(job["cpu_seconds"] for job in jobs)
    computing = sum(job["cpu_seconds"] for job in jobs if job["rule"] in COMPUTING)
    parts = {
        "networks: drawing, measuring, training": computing,
        "data, tables, figures, report": spent - computing,
        "starting, planning, waiting": available - spent,
    }
    remark = (
        f"{len(jobs)} jobs in {seconds(wall)} on {project.CORES} cores, from an empty folder. CPU "
        "seconds are those that each job counts for itself, without the start of Python and torch."
    )
    return [
        Result(
            title="(d) Core-seconds of the default study",
            columns=("what", "core-seconds", "share"),
            rows=[
                (name, seconds(value), share(value / available)) for name, value in parts.items()
            ],
            remarks=(remark,),
        )
    ]
