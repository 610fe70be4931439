"""Train a block of networks at every learning rate of a grid."""

from argparse import Namespace

from initatlas.commands import block
from initatlas.commands.block import add_arguments
from initatlas.stages.trainability import trainability
from initatlas.tables import TRAINABILITY

__all__ = ["add_arguments", "run"]


def run(arguments: Namespace) -> None:
    """One row per network, optimizer and learning rate."""
    block.run("trainability", arguments, trainability, TRAINABILITY)
