"""Draw a figure of a finished study for a paper: as wide as its text, in type of its size."""

import json
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable
from pathlib import Path

from initatlas import tables
from initatlas.commands.where import add_study, load
from initatlas.figures import FIGURES
from initatlas.figures.sized import Sized, points, sized
from initatlas.study.problems import hint

FORMATS: dict[str, Callable[[Sized], bytes]] = {
    ".pdf": Sized.pdf,
    ".svg": lambda picture: picture.svg.encode(),
    ".png": Sized.png,
}
WIDEST, LARGEST = points("60in"), 72.0
SMALLER = 0.95  # of the type that was asked for: what is smaller is told


def add_arguments(parser: ArgumentParser) -> None:
    """Which figure of which study, how large, and where it goes."""
    parser.add_argument("name", metavar="NAME", help="of the figure, as under figures/")
    add_study(parser)
    parser.add_argument(
        "--width", type=_width, default="5.5in", help="3.25in, 8.5cm, 240pt …; default: %(default)s"
    )
    parser.add_argument(
        "--font-size", type=_font_size, default="8pt", help="of the axes; default: %(default)s"
    )
    parser.add_argument("--to", type=Path, help=".pdf, .svg or .png; default: NAME.pdf")


def run(arguments: Namespace) -> None:
    """The file, whose path is printed; what cannot be had as asked is said."""
    to = arguments.to or Path(f"{arguments.name}.pdf")
    if to.suffix not in FORMATS:
        sys.exit(f"cannot write {str(to)!r}: its name must end in {', '.join(FORMATS)}")
    lite = _drawn(arguments.name, load(arguments.study).name)
    picture = sized(lite, arguments.width, arguments.font_size)
    if picture.font_size < SMALLER * arguments.font_size:
        asked = arguments.font_size
        needed = arguments.width * asked / picture.font_size / points("1in")
        sys.stderr.write(
            f"type is {picture.font_size:.1f} pt: for {asked:.1f} pt this figure needs a width of "
            f"about {needed:.1f}in\n"
        )
    content = FORMATS[to.suffix](picture)
    tables.write_atomically(to, lambda partial: partial.write_bytes(content))
    sys.stdout.write(f"{to}\n")


def _drawn(name: str, study: str) -> dict:
    """The figure as the study's results have it."""
    folder = Path("results", study, "figures")
    path = folder / f"{name}.json"
    if name not in FIGURES:
        sys.exit(f"unknown figure {name!r}{hint(name, FIGURES)}")
    if not folder.exists():
        sys.exit(f"the study '{study}' has no figures in {folder}/ yet: compute it first")
    if not path.exists():
        made = sorted(found.stem for found in folder.glob("*.json"))
        sys.exit(f"the study '{study}' has no figure '{name}'; it has: {', '.join(made)}")
    return json.loads(path.read_text(encoding="utf-8"))


def _width(text: str) -> float:
    return _length(text, WIDEST)


def _font_size(text: str) -> float:
    return _length(text if text.lstrip().strip(".0123456789") else f"{text}pt", LARGEST)


def _length(text: str, most: float) -> float:
    try:
        length = points(text)
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from error
    if length > most:
        raise ArgumentTypeError(f"{text!r} is more than {most / points('1in'):g}in")
    return length
