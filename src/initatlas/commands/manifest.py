"""List every file of a study with its checksum, its rows, its rule and its key."""

import importlib.metadata
import json
import platform
from argparse import ArgumentParser, Namespace
from datetime import UTC, datetime
from pathlib import Path

from initatlas import __version__, keys, tables
from initatlas.manifest import manifest, versions
from initatlas.plan import Plan


def add_arguments(parser: ArgumentParser) -> None:
    """A key with the whole configuration, and where the list goes."""
    parser.add_argument("--key", type=keys.parse, required=True, help="the job's key, JSON")
    parser.add_argument("--output", type=Path, required=True, help="JSON file to write")


def run(arguments: Namespace) -> None:
    """The list, with the configuration that it is of."""
    keys.check("manifest", arguments.key)
    plan = Plan.of(arguments.key.job["config"])
    content = {
        "study": plan.study.name,
        "initatlas": __version__,
        "completed": datetime.now(UTC).date().isoformat(),
        "versions": {**versions(plan.outputs()), **_of_this_process()},
        "config": plan.config,
        **manifest(plan.outputs()),
    }
    tables.write_text(arguments.output, json.dumps(content, indent=1, ensure_ascii=False) + "\n")


def _of_this_process() -> dict[str, str]:
    """What no file depends on: the workflow's own engine, and which release of Python this is."""
    return {
        "python": platform.python_version(),
        "snakemake": importlib.metadata.version("snakemake"),
    }
