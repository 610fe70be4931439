"""Is this result there from an earlier run? A setting that is changed back finds its old numbers.

A study's folder holds the results of its present settings. What a job computed is kept beside it,
too, under everything that its numbers depend on: its key and the content of its data set. A kept
result and that in the study's folder are one file with two names, where the file system allows it:
keeping takes no room until another result takes the place of the one in the folder.
"""

import hashlib
import json
import os
import shutil
import sys
from argparse import Namespace
from collections.abc import Iterator, Mapping
from pathlib import Path

from initatlas import tables
from initatlas.leftovers import KEPT
from initatlas.manifest import checksum


def folder(study: str) -> Path:
    """Where results of a study are kept."""
    return KEPT / study


def place(arguments: Namespace) -> Path:
    """Where the result of a job is kept."""
    seen = checksum(arguments.dataset) if arguments.dataset else ""
    name = hashlib.sha256(f"{arguments.key.text()}\n{seen}".encode()).hexdigest()
    _, study, *_ = arguments.output.parts  # results/<study>/…
    return folder(study) / f"{name}.arrow"


def take(kept: Path, output: Path) -> Mapping | None:
    """Put a kept result where the study wants it; what it took when it was computed.

    None if there is none, or if it is not as it was: it has to be computed.
    """
    record = _record(kept)
    try:
        if record is None or checksum(kept) != record["sha256"]:
            return None
    except FileNotFoundError:
        return None
    _give_name(kept, output)
    os.utime(output)  # now, for Snakemake wants it newer than what it is made of
    return record["usage"]


def keep(kept: Path, output: Path, key: str, took: Mapping) -> None:
    """Keep a result that has just been computed; where that fails, say so, for nothing is lost."""
    record = {"path": str(output), "key": key, "sha256": checksum(output), "usage": took}
    try:
        _give_name(output, kept)
        tables.write_text(kept.with_suffix(".json"), json.dumps(record))
    except OSError as error:
        sys.stderr.write(f"{output} is not kept for later runs: {error}\n")


def of_other_settings(study: str, present: set[tuple[str, str]]) -> Iterator[Path]:
    """What is kept of a study that none of its present results is: these are (path, key)."""
    for kept in folder(study).glob("*.arrow"):
        record = _record(kept)
        if record is None or (record["path"], record["key"]) not in present:
            yield from (path for path in (kept, kept.with_suffix(".json")) if path.exists())


def _record(kept: Path) -> Mapping | None:
    """What stands beside a kept result; None where it is missing or torn."""
    try:
        return json.loads(kept.with_suffix(".json").read_text())
    except (FileNotFoundError, ValueError):
        return None


def _give_name(file: Path, name: Path) -> None:
    """Let a file have another name, too; where that cannot be, a copy of it."""

    def link(partial: Path) -> None:
        partial.unlink()
        try:
            os.link(file, partial)
        except OSError:  # another file system, or one without links
            shutil.copyfile(file, partial)

    tables.write_atomically(name, link)
