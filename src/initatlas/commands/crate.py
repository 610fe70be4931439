"""Describe a finished study as an RO-Crate, by which it can be archived and cited."""

import json
from argparse import ArgumentParser, Namespace
from pathlib import Path

import yaml

from initatlas import crate, keys, sources, tables


def add_arguments(parser: ArgumentParser) -> None:
    """A key with the study's name, its manifest, the repository, and where the crate goes."""
    parser.add_argument("--key", type=keys.parse, required=True, help="the job's key, JSON")
    parser.add_argument("--manifest", type=Path, required=True, help="the study's, JSON")
    parser.add_argument("--root", type=Path, default=Path(), help="the repository's folder")
    parser.add_argument("--output", type=Path, required=True, help="JSON-LD file to write")


def run(arguments: Namespace) -> None:
    """The description, and beside it copies of the workflow and of the configuration."""
    keys.check("crate", arguments.key)
    manifest = json.loads(arguments.manifest.read_text(encoding="utf-8"))
    results = arguments.output.parent
    texts = {
        name: (arguments.root / name).read_text("utf-8") for name in sources.names(arguments.root)
    }
    texts[sources.CONFIG] = yaml.safe_dump(manifest["config"], sort_keys=False, allow_unicode=True)
    for name, text in texts.items():
        tables.write_text(results / sources.FOLDER / name, text)
    citation = yaml.safe_load(texts[sources.CITATION])
    content = crate.describe(manifest, citation, results, list(texts))
    text = json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False)
    tables.write_text(arguments.output, f"{text}\n")
