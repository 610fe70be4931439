"""Train a block of networks and trace it."""

from argparse import Namespace

from initatlas.commands import block
from initatlas.commands.block import add_arguments
from initatlas.stages.train import train_block
from initatlas.tables import TRAINING

__all__ = ["add_arguments", "run"]


def run(arguments: Namespace) -> None:
    """One row per network, optimizer, learning rate, recorded step and layer."""
    block.run("train", arguments, train_block, TRAINING)
