"""Write the index of all studies in a folder: a list, and any two of them side by side."""

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from initatlas import index, tables


def add_arguments(parser: ArgumentParser) -> None:
    """The folder of the studies, which is where the index goes."""
    parser.add_argument(
        "--results", type=Path, default=Path("results"), help="default: %(default)s"
    )


def run(arguments: Namespace) -> int:
    """The page's path; status 1 where no study has a report."""
    shelf = index.read(arguments.results)
    if not shelf.studies and not shelf.left_out:
        sys.stderr.write(f"{arguments.results}: no study here has a report; run `make reproduce`\n")
        return 1
    path = arguments.results / "index.html"
    tables.write_text(path, index.page(shelf))
    sys.stdout.write(f"{path}\n")
    return 0
