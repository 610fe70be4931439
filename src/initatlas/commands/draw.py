"""Draw a figure from the study's tables."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from initatlas import keys, tables
from initatlas.figures import FIGURES
from initatlas.figures.drawing import drawn, read_frames
from initatlas.reducers import REDUCERS


def add_arguments(parser: ArgumentParser) -> None:
    """A key, and the study's folder."""
    parser.add_argument("--key", type=keys.parse, required=True, help="the job's key, JSON")
    parser.add_argument("--results", type=Path, required=True, help="the study's folder")


def run(arguments: Namespace) -> None:
    """The figure as Vega-Lite JSON with its data, as SVG and as PNG."""
    keys.check("draw", arguments.key)
    job = arguments.key.job
    figure = FIGURES[job["figure"]]
    kinds = {name: REDUCERS[name].table for name in figure.needs}
    frames = read_frames(figure, kinds, arguments.results / "tables")
    files = drawn(figure, frames, job["initializers"])
    stem = arguments.results / "figures" / figure.name
    tables.write_text(stem.with_suffix(".json"), files.json)
    tables.write_text(stem.with_suffix(".svg"), files.svg)
    tables.write_atomically(
        stem.with_suffix(".png"), lambda partial: partial.write_bytes(files.png)
    )
