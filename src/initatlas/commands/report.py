"""Write the report of a study from its tables and figures."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

import yaml

from initatlas import keys, report, tables


def add_arguments(parser: ArgumentParser) -> None:
    """A key with the configuration, the study's folder, and where the report goes."""
    parser.add_argument("--key", type=keys.parse, required=True, help="the job's key, JSON")
    parser.add_argument("--results", type=Path, required=True, help="the study's folder")
    parser.add_argument("--citation", type=Path, required=True, help="CITATION.cff")
    parser.add_argument("--output", type=Path, required=True, help="HTML file to write")
    parser.add_argument("--facts", type=Path, required=True, help="JSON file to write")


def run(arguments: Namespace) -> None:
    """The page and its facts, each whole or not at all."""
    keys.check("report", arguments.key)
    job = arguments.key.job
    made_of = {name: job[name] for name in ("config", "tables", "figures")}
    citation = yaml.safe_load(arguments.citation.read_text(encoding="utf-8"))
    made = report.build(arguments.results, **made_of, citation=citation)
    tables.write_text(arguments.facts, made.facts)
    tables.write_text(arguments.output, made.page)
