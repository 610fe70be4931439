"""(e) What do tables, figures, report, manifest and crate take of very many blocks?

One block of every cell is computed and stands for those of all other seeds. What a job took says
the last line of its log.
"""

import shutil
from pathlib import Path

import pyarrow as pa
import yaml

from benchmarks import project, reruns
from benchmarks.result import Result, seconds
from initatlas import tables, usage
from initatlas.output import Output
from initatlas.plan import Plan

BLOCKS = (5, 50)  # of seeds; each makes 200 blocks, of 200 cells
CELLS = {"study": "cells", "depths": [*range(1, 21)]}  # ten times as many
KINDS = {"initialize_networks": tables.INITIALIZATION, "train_networks": tables.TRAINING}
LEAST = 1.0  # CPU seconds, from which on a job is worth a row


def measure() -> list[Result]:
    with project.folder() as parent:
        studies = [reruns.write_study(parent, blocks) for blocks in BLOCKS]
        studies.append(reruns.write_study(parent, BLOCKS[0], **CELLS, training=short_training()))
        rows = [row for study in studies for row in weigh(study, parent)]
    remark = (
        f"Jobs of more than {LEAST:.0f} CPU second, and what all the others take together. They "
        "are forked from a process that has torch imported, whose memory counts in theirs."
    )
    columns = ("what", "blocks", "wall", "CPU", "peak memory")
    title = "(e) What is made of all blocks"
    return [Result(title=title, columns=columns, rows=rows, remarks=(remark,))]


def short_training() -> dict:
    """The grid's, with as many records of fewer steps: files of the same size, made sooner."""
    return yaml.safe_load(reruns.STUDY.read_text())["training"] | {"steps": 20}


def weigh(study: Path, parent: Path) -> list[tuple[str, ...]]:
    plan = Plan.of(yaml.safe_load(study.read_text()))
    folder = parent / study.stem
    folder.mkdir()
    made = [output for output in plan.outputs() if output.rule in KINDS]
    first = {Path(output.path).parent: output for output in reversed(made)}
    project.snakemake(study, folder, "--", *(output.path for output in first.values()))
    for output in made:
        if output is not first[Path(output.path).parent]:
            stand_in(folder, first[Path(output.path).parent], output)
    project.snakemake(study, folder)
    return told(folder / plan.results / "logs", f"{len(made):,} of {len(first):,} cells")


def stand_in(folder: Path, computed: Output, output: Output) -> None:
    """Let a block be that of another seed, with its log."""
    kind, seed = KINDS[output.rule], output.job["seeds"][0]
    table = tables.read(folder / computed.path, kind)
    at = table.schema.get_field_index("seed")
    field = table.schema.field(at)
    table = table.set_column(at, field, pa.array([seed] * len(table), field.type))
    tables.write_arrow(folder / output.path, kind, table, output.key().provenance())
    shutil.copy(folder / computed.log(), folder / output.log())


def told(logs: Path, blocks: str) -> list[tuple[str, ...]]:
    """A row for each dear job that is no block, the dearest first, and one for all others."""
    names = [str(path.relative_to(logs).with_suffix("")) for path in sorted(logs.rglob("*.log"))]
    taken = {n: usage.collect(logs, [n])[0] for n in names if n.split("/")[0] not in KINDS}
    order = sorted(taken, key=lambda name: -taken[name]["cpu_seconds"])
    dear = [name for name in order if taken[name]["cpu_seconds"] > LEAST]
    others = [taken[name] for name in order if name not in dear]
    rest = {
        "seconds": sum(job["seconds"] for job in others),
        "cpu_seconds": sum(job["cpu_seconds"] for job in others),
        "peak_memory_mb": max(job["peak_memory_mb"] for job in others),
    }
    rows = {name: taken[name] for name in dear} | {f"{len(others)} others": rest}
    return [
        (
            name,
            blocks,
            seconds(job["seconds"]),
            seconds(job["cpu_seconds"]),
            f"{job['peak_memory_mb']:.0f} MB",
        )
        for name, job in rows.items()
    ]
