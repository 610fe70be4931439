"""Which results are of no cell of the study, or of other settings? With --remove, delete them."""

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from pathlib import Path

from initatlas import kept, runs, sources
from initatlas.commands.where import add_study
from initatlas.plan import Plan
from initatlas.study import StudyError, load_yaml

RECORDS = ("logs", "benchmarks")  # folders with a file for each job


def add_arguments(parser: ArgumentParser) -> None:
    """The study, and whether to delete."""
    add_study(parser)
    parser.add_argument("--remove", action="store_true", help="delete what is listed")


def run(arguments: Namespace) -> int:
    """Paths, one a line; status 1 where the study is faulty or being computed."""
    try:
        plan = Plan.of(load_yaml(arguments.study))
        with runs.hold(plan.study.name):
            found = sorted(stale(plan))
            sys.stdout.writelines(f"{path}\n" for path in found)
            if arguments.remove:
                remove(found, Path(plan.results))
    except (StudyError, runs.StudyBusyError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    done = "deleted" if arguments.remove else "to delete: make clean-stale REMOVE=yes"
    sys.stdout.write(
        f"{len(found)} files of cells or settings that study '{plan.study.name}' has not; {done}\n"
    )
    return 0


def stale(plan: Plan) -> Iterator[Path]:
    """Files that nothing of the study is made of or written to; what is kept of other settings."""
    results = Path(plan.results)
    outputs = list(plan.outputs())
    ours = {Path(output.path) for output in outputs} | {results / "manifest.json"}
    ours |= {results / sources.METADATA, *map(Path, sources.copies(plan.results))}
    ours |= {path.with_suffix(".csv") for path in ours if path.suffix == ".parquet"}
    present = {(output.path, output.key().digest()) for output in outputs}
    yield from kept.of_other_settings(plan.study.name, present)
    logs = {Path(output.log()).with_suffix("") for output in outputs}
    logs |= {results / "logs/write_manifest", results / "logs/write_crate"}
    for path in results.rglob("*"):
        folder = path.relative_to(results).parts[0]
        if path.is_dir() or path in ours:
            continue
        if folder in RECORDS:
            log = results / "logs" / path.relative_to(results / folder)
            if log.with_suffix("") in logs:
                continue
        yield path


def remove(paths: list[Path], results: Path) -> None:
    """Delete files, and folders that are empty then."""
    for path in paths:
        path.unlink()
    for folder in sorted((p for p in results.rglob("*") if p.is_dir()), reverse=True):
        if not any(folder.iterdir()):
            folder.rmdir()
