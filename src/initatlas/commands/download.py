"""Fetch the files of a data set into the cache, and verify them."""

import hashlib
import json
from argparse import ArgumentParser, Namespace
from pathlib import Path

from initatlas import keys, tables
from initatlas.stages.prepare import dataset_of


def add_arguments(parser: ArgumentParser) -> None:
    """A key, the folder of downloaded files, and the list of what was fetched."""
    parser.add_argument("--key", type=keys.parse, required=True, help="the job's key, JSON")
    parser.add_argument("--cache", type=Path, required=True, help="folder of downloaded files")
    parser.add_argument("--output", type=Path, required=True, help="JSON file to write")


def run(arguments: Namespace) -> None:
    """The files' checksums, in a file beside them."""
    keys.check("download", arguments.key)
    dataset_of(arguments.key.job).fetch(arguments.cache)
    folder = arguments.output.parent
    found = {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path != arguments.output
    }
    tables.write_text(arguments.output, json.dumps(found, indent=1) + "\n")
