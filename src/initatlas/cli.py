"""The command line: one subcommand per rule, each in a file of its own under commands/."""

import argparse
import importlib
import os
import signal
import sys
import time
from argparse import Namespace
from collections.abc import Mapping, Sequence
from types import ModuleType

from initatlas import usage
from initatlas.warm import KEEP

JOBS = {
    "dataset": "prepare the data set: standardize, split, measure",
    "download": "fetch the files of a data set into the cache",
    "predict": "compute what theory says of one activation",
    "initialize": "measure a block of networks before training",
    "spectra": "measure Jacobians and tangent kernels of a block of networks",
    "train": "train a block of networks and trace it",
    "trainability": "train a block of networks at every learning rate of a grid",
    "reduce": "reduce blocks to one of the study's tables",
    "draw": "draw a figure from the tables",
    "report": "write the report",
    "manifest": "list every output with its checksum",
    "crate": "describe the finished study for an archive",
}
KEPT = ("predict", "initialize", "spectra", "train", "trainability")  # in case of a change back
TOOLS = {
    "stale": "list files of cells that the study no longer has; delete them",
    "verify": "compare files with the manifest, and compute some blocks again",
    "cost": "say what a study will cost: networks, core-hours, the largest block",
    "calibrate": "fit the score's constants to a study of its own",
    "unlock": "release what a killed run left behind",
    "figure": "draw a figure at the width and in the type of a paper",
    "index": "put all studies on one page, and any two side by side",
    "where": "print the path of a study's report",
}
SIGTERM_STATUS = 128 + signal.SIGTERM  # as a shell has it


def main(argv: Sequence[str] | None = None) -> int:
    """Run one subcommand; returns the process's exit status."""
    started = time.monotonic()
    arguments = list(sys.argv[1:] if argv is None else argv)
    name = _overview().parse_args(arguments[:1]).command
    # Unwinding removes temporary files; the default is to die on the spot.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(SIGTERM_STATUS))
    command = importlib.import_module(f"initatlas.commands.{name}")
    parser = argparse.ArgumentParser(prog=f"initatlas {name}", description=command.__doc__)
    command.add_arguments(parser)
    options = parser.parse_args(arguments[1:])
    if name not in JOBS:
        return command.run(options) or 0
    sys.stderr.write(f"{usage.line(_done(name, command, options, started))}\n")
    return 0


def _done(name: str, command: ModuleType, options: Namespace, started: float) -> Mapping:
    """Do a job, or take its result where a workflow has kept it; what it took to compute it."""
    if name not in KEPT or KEEP not in os.environ:
        command.run(options)
        return usage.values(started)
    kept = importlib.import_module("initatlas.kept")  # seldom needed, and dear to import
    place = kept.place(options)
    took = kept.take(place, options.output)
    if took is None:
        command.run(options)
        took = usage.values(started)
        kept.keep(place, options.output, options.key.digest(), took)
    return took


def _overview() -> argparse.ArgumentParser:
    commands = JOBS | TOOLS
    listed = "\n".join(f"  {name:<12}{purpose}" for name, purpose in commands.items())
    parser = argparse.ArgumentParser(
        prog="initatlas",
        description=__doc__,
        epilog=f"commands:\n{listed}\n\n`initatlas COMMAND --help` says more.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("command", choices=commands, metavar="COMMAND")
    return parser
