"""Print the path of a study's report."""

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from initatlas.study import Study, StudyError
from initatlas.study import load as load_study

DEFAULT = Path("config.yaml")


def add_arguments(parser: ArgumentParser) -> None:
    """The study's configuration file."""
    add_study(parser)


def run(arguments: Namespace) -> None:
    """The path, on a line of its own."""
    sys.stdout.write(f"results/{load(arguments.study).name}/report.html\n")


def add_study(parser: ArgumentParser) -> None:
    """Which study."""
    parser.add_argument("--study", type=Path, default=DEFAULT, help="default: %(default)s")


def load(path: Path) -> Study:
    """The study; a faulty one ends the program with all its problems."""
    try:
        return load_study(path)
    except (StudyError, OSError) as error:
        sys.exit(str(error))
