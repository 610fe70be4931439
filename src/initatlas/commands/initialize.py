"""Measure a block of networks before training."""

from argparse import Namespace

from initatlas.commands import block
from initatlas.commands.block import add_arguments
from initatlas.stages.initialize import initialize
from initatlas.tables import INITIALIZATION

__all__ = ["add_arguments", "run"]


def run(arguments: Namespace) -> None:
    """One row per network and layer."""
    block.run("initialize", arguments, initialize, INITIALIZATION)
